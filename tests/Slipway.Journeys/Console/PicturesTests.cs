using Microsoft.Playwright;
using Xunit;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>Every page as it looks, for eyes: wide and narrow, light and dark.</summary>
public sealed class PicturesTests(ConsoleWorld world)
{
    [Fact]
    public async Task Every_page_has_its_picture()
    {
        await using var console = await world.EnterAsync();
        var id = await console.CreateAsync("Restart leaking cart pods", "cart", "Restart", byUnit: true);
        await console.IsInStateAsync("Initialized");
        await console.PictureAsync("ticket-initialized");
        await console.Button("Publish All").ClickAsync();
        await console.SeesAsync("What happens first");
        await console.PictureAsync("confirm-publish");
        await console.DialogButton("Publish All").ClickAsync();
        await console.IsInStateAsync("Executing");
        await console.SeesAsync("of 30 s");
        await console.PictureAsync("ticket-executing");
        await KeepForReadmeAsync(console);

        await console.GoAsync("/tickets/new?ns=shop");
        await console.Page.GetByLabel("Title *").FillAsync("Replace half of the catalog");
        await console.Page.GetByRole(AriaRole.Radio, new() { Name = "Replace", Exact = true }).CheckAsync();
        await console.Page.GetByRole(AriaRole.Switch).CheckAsync(new() { Force = true });
        await console.Button("Add").ClickAsync();
        await console.SeesAsync("pods shown");
        await console.PictureAsync("pod-picker");
        await console.Dialog.GetByLabel("Service").SelectOptionAsync("catalog");
        await console.AddAllShownAsync("Add ");
        await console.SeesAsync("At the lowest");
        await console.PictureAsync("create-ticket");

        foreach (var (name, path) in Pages(id))
        {
            await console.GoAsync(path);
            await console.PictureAsync(name);
        }

        foreach (var (suffix, width, scheme) in new[] { ("narrow", 360, ColorScheme.Light), ("wide", 1920, ColorScheme.Light), ("dark", 1440, ColorScheme.Dark) })
        {
            await using var other = await world.EnterAsync(width, 900, scheme);
            foreach (var (name, path) in Pages(id))
            {
                await other.GoAsync(path);
                await other.FitsAsync();
                await other.PictureAsync($"{name}-{suffix}");
            }
        }
    }

    /// <summary>The README's picture is this one; it is written with UPDATE_PICTURES=1, so that a test run changes no file of the repository.</summary>
    static async Task KeepForReadmeAsync(ConsolePage console)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") is null) return;
        await console.Page.SetViewportSizeAsync(1280, 720);
        await console.Page.ScreenshotAsync(new() { Path = Path.Combine(Directory.CreateDirectory(Path.Combine(ConsolePage.Repository(), "docs", "images")).FullName, "console.png") });
        await console.Page.SetViewportSizeAsync(1440, 900);
    }

    static IEnumerable<(string Name, string Path)> Pages(string ticket) =>
    [
        ("tickets", "/tickets"),
        ("create-empty", "/tickets/new?ns=shop"),
        ("ticket", $"/tickets/shop/{ticket}"),
        ("services", "/services"),
        ("service", "/services/shop/cart"),
        ("components", "/components"),
        ("not-found", "/tickets/shop/none-such"),
    ];
}
