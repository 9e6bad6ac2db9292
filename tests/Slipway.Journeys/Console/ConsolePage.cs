using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>A page of the console as a person uses it: by what things are called.</summary>
public sealed class ConsolePage : IAsyncDisposable
{
    static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 30_000 };

    readonly IBrowserContext _context;
    readonly Uri _root;
    readonly List<string> _complaints = [];

    public ConsolePage(IBrowserContext context, IPage page, Uri root)
    {
        (_context, Page, _root) = (context, page, root);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _complaints.Add(message.Text);
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(root.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) _complaints.Add($"asked elsewhere: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of the browser, and requests to any other place than the console.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Opens a page and waits until it answers.</summary>
    public async Task GoAsync(string path)
    {
        var circuit = Page.WaitForWebSocketAsync();
        await Page.GotoAsync(new Uri(_root, path).ToString());
        await circuit;
        await Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator DialogButton(string startsWith) => Dialog.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(startsWith)}", RegexOptions.None, TimeSpan.FromSeconds(1)) });

    /// <summary>Chooses every pod the dialog shows and adds them; pods that another journey's ticket holds can only be chosen once it lets go of them.</summary>
    public async Task AddAllShownAsync(string button)
    {
        var (all, add) = (Dialog.GetByLabel("Choose all shown"), DialogButton(button));
        for (var tries = 0; ; tries++)
        {
            await all.CheckAsync();
            try
            {
                await Expect(add).ToBeEnabledAsync(new() { Timeout = 3_000 });
                break;
            }
            catch (PlaywrightException) when (tries < 20)
            {
                await all.UncheckAsync();
            }
        }

        await add.ClickAsync();
    }

    public Task SeesAsync(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync(Patience);

    /// <summary>Waits for the ticket's state beside its title.</summary>
    public Task IsInStateAsync(string state) => Expect(Page.Locator(".head .badge").Filter(new() { HasText = state })).ToBeVisibleAsync(Patience);

    /// <summary>Creates a ticket by the form and opens it; returns its ID.</summary>
    public async Task<string> CreateAsync(string title, string service, string operation = "Replace", bool byUnit = false)
    {
        await GoAsync("/tickets/new?ns=shop");
        await Page.GetByLabel("Title *").FillAsync(title);
        await Page.GetByRole(AriaRole.Radio, new() { Name = operation, Exact = true }).CheckAsync();
        if (byUnit) await Page.GetByRole(AriaRole.Switch).CheckAsync(new() { Force = true });
        await Button("Add").ClickAsync();
        await Dialog.GetByLabel("Service").SelectOptionAsync(service);
        await AddAllShownAsync("Add ");
        await Button("Submit").ClickAsync();
        await SeesAsync("was created");
        var banner = Page.Locator(".banner.good a");
        var id = await banner.InnerTextAsync();
        await banner.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync(Patience);
        return id;
    }

    /// <summary>Presses a button of the ticket, gives a reason if there is one, and confirms.</summary>
    public async Task DoAsync(string verb, string? reason = null)
    {
        await Page.Locator(".actions").First.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await Expect(Dialog).ToBeVisibleAsync(Patience);
        if (reason is not null) await Dialog.GetByLabel("Reason").FillAsync(reason);
        await DialogButton(verb).ClickAsync();
        await Expect(Dialog).ToBeHiddenAsync(new() { Timeout = 15_000 });
    }

    /// <summary>Zero violations, whatever the rule.</summary>
    public async Task IsAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}")));
    }

    /// <summary>Accessible and whole on phones, tablets, laptops and walls, light and dark.</summary>
    public async Task HoldsEverywhereAsync()
    {
        foreach (var width in new[] { 360, 768, 1280, 1920 })
        {
            await Page.SetViewportSizeAsync(width, 900);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await IsAccessibleAsync();
            }

            await FitsAsync();
        }
    }

    /// <summary>Nothing sticks out to the right.</summary>
    public async Task FitsAsync()
    {
        var sticksOut = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(sticksOut <= 0, string.Create(CultureInfo.InvariantCulture, $"{sticksOut} pixels stick out on {Page.Url}"));
    }

    /// <summary>Keeps a picture among the build's output.</summary>
    public Task PictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures(), $"{name}.png"), FullPage = true });

    public static string Pictures() => Directory.CreateDirectory(Path.Combine(Repository(), "artifacts", "screenshots")).FullName;

    public static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Slipway.slnx"))) directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("Slipway.slnx is in no folder above the tests");
        return directory;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
