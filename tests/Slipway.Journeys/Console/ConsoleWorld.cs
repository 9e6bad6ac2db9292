using Microsoft.Playwright;
using Slipway.Journeys.ConsoleJourneys;
using Xunit;

[assembly: AssemblyFixture(typeof(ConsoleWorld))]

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>One sandbox with its console, and one real browser, for all journeys.</summary>
public sealed class ConsoleWorld : IAsyncLifetime
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    readonly SemaphoreSlim _one = new(1);
    IPlaywright? _playwright;
    IBrowser? _browser;
    SandboxProcess? _sandbox;
    string? _state;

    /// <summary>Where a browser is; null where none is installed.</summary>
    public static string? Chromium => Places.FirstOrDefault(File.Exists);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A page of a person who has entered; journeys are skipped where there is no browser.</summary>
    public async Task<ConsolePage> EnterAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string locale = "en-US")
    {
        Assert.SkipWhen(Chromium is null, "no Chromium is installed: apt-get install chromium");
        await StartAsync();
        var context = await _browser!.NewContextAsync(new() { StorageState = _state, ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, Locale = locale, BaseURL = Root.ToString(), ReducedMotion = ReducedMotion.Reduce });
        return new(context, await context.NewPageAsync(), Root);
    }

    /// <summary>A browser of somebody who has not entered.</summary>
    public async Task<IBrowserContext> StrangerAsync()
    {
        Assert.SkipWhen(Chromium is null, "no Chromium is installed: apt-get install chromium");
        await StartAsync();
        return await _browser!.NewContextAsync();
    }

    internal SandboxProcess Sandbox => _sandbox!;

    public Uri Root { get; private set; } = new("http://127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        _one.Dispose();
    }

    async Task StartAsync()
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_state is not null) return;
            _sandbox = SandboxProcess.Sandbox();
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Chromium,
                Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
            var entrance = await _sandbox.EntranceAsync(TestContext.Current.CancellationToken);
            Root = new(entrance.GetLeftPart(UriPartial.Authority));
            await using var context = await _browser.NewContextAsync();
            await (await context.NewPageAsync()).GotoAsync(entrance.ToString());
            _state = await context.StorageStateAsync();
        }
        finally
        {
            _one.Release();
        }
    }
}
