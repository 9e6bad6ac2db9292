using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>What holds for every page.</summary>
public sealed class PageJourneys(ConsoleWorld world)
{
    public static TheoryData<string> Paths => ["/tickets", "/tickets/new?ns=shop&service=cart", "/services", "/services/shop/cart", "/components", "/cafedeployments", "/out-of-traffic", "/tickets/shop/none-such"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_is_accessible_light_and_dark_fits_phones_and_walls_and_asks_nobody_else(string path)
    {
        await using var console = await world.EnterAsync();

        await console.GoAsync(path);

        await console.HoldsEverywhereAsync();
        Assert.Empty(console.Complaints);
    }

    [Fact]
    public async Task A_ticket_and_its_dialogs_are_accessible_light_and_dark()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var console = await world.EnterAsync(scheme: scheme);
            await console.CreateAsync("Looked at by axe", "catalog", byUnit: true);
            await console.IsInStateAsync("Initialized");
            await console.IsAccessibleAsync();

            await console.Button("Publish All").ClickAsync();
            await console.SeesAsync("What happens first");
            await console.IsAccessibleAsync();
            await console.Page.Keyboard.PressAsync("Escape");
            await Expect(console.Dialog).ToBeHiddenAsync();
            await console.Button("catalog-0").ClickAsync();
            await console.SeesAsync("Events");
            await console.IsAccessibleAsync();
        }
    }

    [Fact]
    public async Task The_console_speaks_chinese()
    {
        await using var console = await world.EnterAsync(locale: "zh-CN");

        await console.GoAsync("/tickets");

        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "运维单", Exact = true })).ToBeVisibleAsync();
        await console.Link("English").ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "O&M Tickets" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_service_shows_its_pods_protection_and_tickets_and_begins_a_ticket()
    {
        await using var console = await world.EnterAsync();
        await console.GoAsync("/services");
        await console.Link("cart").ClickAsync();

        await console.SeesAsync("PodDisruptionBudget cart");
        await console.Link("Replace…").ClickAsync();

        await Expect(console.Page.GetByRole(AriaRole.Radio, new() { Name = "Replace", Exact = true })).ToBeCheckedAsync();
        await console.SeesAsync("8 pods");
    }

    [Fact]
    public async Task A_pod_of_a_ticket_tells_its_events_and_its_log()
    {
        await using var console = await world.EnterAsync();
        await console.CreateAsync("To look at pods", "catalog");
        await console.IsInStateAsync("Initialized");

        await console.Button("catalog-1").ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Heading, new() { Name = "Events" })).ToBeVisibleAsync();
        await Expect(console.Dialog.GetByText("Loading…")).ToHaveCountAsync(0);
    }
}
