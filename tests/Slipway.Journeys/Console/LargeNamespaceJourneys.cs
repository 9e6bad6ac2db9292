using System.Diagnostics;
using Microsoft.Playwright;
using Slipway.Journeys.Figures;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>Twenty thousand pods in one namespace.</summary>
public sealed class LargeNamespaceJourneys(ConsoleWorld world)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Among_twenty_thousand_pods_a_few_are_found_and_chosen_without_a_long_wait()
    {
        await using var stranger = await world.StrangerAsync();
        await using var shop = await ConsoleShop.OpenAsync(Cancellation, podsEach: 1000);
        var page = await stranger.NewPageAsync();
        await page.GotoAsync(shop.Entrance.ToString());
        await using var console = new ConsolePage(stranger, page, shop.Root);
        var clock = Stopwatch.StartNew();

        await console.GoAsync("/tickets/new?ns=shop");
        await console.Button("Add").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("20000", new() { Timeout = 15_000 });
        await console.Dialog.GetByLabel("Service").SelectOptionAsync("svc-7");
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("1000 of 20000");
        await console.Dialog.GetByRole(AriaRole.Searchbox).FillAsync("-04");
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("10 of 20000");
        // Rows are drawn a moment after the counts.
        await Expect(console.Dialog.GetByRole(AriaRole.Row).Nth(10)).ToBeAttachedAsync();
        var rows = await console.Dialog.GetByRole(AriaRole.Row).CountAsync();
        await console.AddAllShownAsync("Add 10 pods");
        await console.SeesAsync("10 pods");
        await console.GoAsync("/services/shop/svc-7");
        await Expect(console.Page.Locator(".facts")).ToContainTextAsync("1000 / 1000");
        await Expect(console.Page.GetByRole(AriaRole.Row).Nth(10)).ToBeAttachedAsync();

        Assert.InRange(rows, 11, 13);
        Assert.InRange(await console.Page.GetByRole(AriaRole.Row).CountAsync(), 10, 120);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Empty(console.Complaints);
    }
}
