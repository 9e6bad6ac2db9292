using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Slipway.Journeys.Running;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>People who bring their own token see and do what roles give them, and no more.</summary>
public sealed partial class RightsJourneys(ConsoleWorld world)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_is_told_which_permission_is_missing_and_an_operator_publishes()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox("--rbac");
        var root = await sandbox.EntranceAsync(Cancellation);
        await sandbox.RunAsync(["ticket", "create", "-n", "shop", "--context", "ops", "--name", "rights", "--title", "Rights", "--operation", "Replace", "--service", "catalog", "--all"], Cancellation);

        await using (var viewer = await EnterAsync(stranger, root, Token(sandbox, "viewer")))
        {
            await viewer.GoAsync("/tickets/shop/rights");
            await viewer.IsInStateAsync("Initialized");
            await Expect(viewer.Button("Publish All")).ToBeDisabledAsync();
            await Expect(viewer.Button("Publish All")).ToHaveAccessibleDescriptionAsync(new Regex("You may not patch opstickets.slipway.dev in namespace shop"));
            await viewer.IsAccessibleAsync();
        }

        await using var context = await stranger.Browser!.NewContextAsync();
        await using var ops = await EnterAsync(context, root, Token(sandbox, "ops"));
        await ops.GoAsync("/tickets/shop/rights");
        await ops.DoAsync("Publish All");
        await Expect(ops.Page.Locator(".facts")).ToContainTextAsync("Executorops");
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_know_lets_nobody_in_and_stands_nowhere()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox("--rbac", "--empty", "--no-controller");
        var root = await sandbox.EntranceAsync(Cancellation);
        var page = await stranger.NewPageAsync();
        await page.GotoAsync(root.ToString());

        await page.GetByLabel("Bearer token").FillAsync("no-such-token");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("does not know this token");
        await page.GetByLabel("Bearer token").FillAsync(Token(sandbox, "ops"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "O&M Tickets" })).ToBeVisibleAsync();

        Assert.DoesNotContain(Token(sandbox, "ops"), await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(sandbox.Said, line => line.Contains(Token(sandbox, "ops"), StringComparison.Ordinal) || line.Contains("no-such-token", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task When_the_api_server_is_gone_the_last_known_state_is_marked_and_nothing_can_be_done_until_it_is_back()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox("--no-console");
        await sandbox.ServedAsync(Cancellation);
        await sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", "orphan", "--title", "Orphan", "--operation", "Replace", "--service", "catalog", "--all"], Cancellation);
        await using var wire = new Wire(sandbox.Server);
        var kubeconfig = $"{sandbox.Kubeconfig}.wire";
        await File.WriteAllTextAsync(kubeconfig, (await File.ReadAllTextAsync(sandbox.Kubeconfig, Cancellation)).Replace($":{sandbox.Server.Port}", $":{wire.Port}", StringComparison.Ordinal), Cancellation);
        await using var served = SandboxProcess.Start("console", "--port", "0", "--kubeconfig", kubeconfig);
        var entrance = await served.EntranceAsync(Cancellation);
        var page = await stranger.NewPageAsync();
        await page.GotoAsync(entrance.ToString());
        await using var console = new ConsolePage(stranger, page, new(entrance.GetLeftPart(UriPartial.Authority)));
        await console.GoAsync("/tickets/shop/orphan");
        await console.IsInStateAsync("Initialized");

        wire.Cut();

        await console.SeesAsync("The API server does not answer.");
        await Expect(console.Button("Publish All")).ToBeDisabledAsync();
        await console.IsInStateAsync("Initialized");
        await console.IsAccessibleAsync();
        await console.PictureAsync("server-down");

        await sandbox.RunAsync(["ticket", "cancel", "orphan", "-n", "shop", "--reason", "meanwhile"], Cancellation);
        wire.Mend();

        await console.IsInStateAsync("Cancelled");
        await Expect(console.Page.GetByText("The API server does not answer.")).ToBeHiddenAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task Who_loses_the_token_or_the_role_loses_the_page_within_thirty_seconds()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox("--rbac", "--no-controller");
        var root = await sandbox.EntranceAsync(Cancellation);
        await sandbox.ServedAsync(Cancellation);
        using var admin = Connection.Open(sandbox.Kubeconfig, null);
        await admin.Api.CreateAsync(Accounts, "shop", (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"temp"}}""")!, AccessReviews.Json, Cancellation);
        await admin.Api.CreateAsync(Bindings, "shop", (JsonObject)JsonNode.Parse("""
            {
              "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "temp"},
              "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "sample-ticket-viewer"},
              "subjects": [{"kind": "ServiceAccount", "name": "temp", "namespace": "shop"}]
            }
            """)!, AccessReviews.Json, Cancellation);
        await sandbox.RunAsync(["ticket", "create", "-n", "shop", "--context", "ops", "--name", "seen", "--title", "Seen while allowed", "--operation", "Replace", "--service", "catalog", "--all"], Cancellation);
        await using var temp = await EnterAsync(stranger, root, await TokenOfAsync(admin.Api, "temp"));
        await temp.GoAsync("/tickets/shop/seen");
        await temp.SeesAsync("Seen while allowed");

        await admin.Api.DeleteAsync(Bindings, new("shop", "temp"), new(), Cancellation);
        await Expect(temp.Page.GetByText("Seen while allowed")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await admin.Api.DeleteAsync(Accounts, new("shop", "temp"), new(), Cancellation);

        await Expect(temp.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    static readonly ResourceType Accounts = new("", "v1", "serviceaccounts", "ServiceAccount", Namespaced: true);
    static readonly ResourceType Bindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", Namespaced: true);

    static async Task<string> TokenOfAsync(KubernetesApi api, string account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, api.At($"/api/v1/namespaces/shop/serviceaccounts/{account}/token"))
        {
            Content = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600000}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        using var answer = await api.SendAsync(request, "create", "serviceaccounts/token", Cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["status"]!["token"]!.ToString();
    }

    internal static async Task<ConsolePage> EnterAsync(IBrowserContext context, Uri root, string token)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(root.ToString());
        await page.GetByLabel("Bearer token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "O&M Tickets" })).ToBeVisibleAsync();
        return new(context, page, root);
    }

    /// <summary>The token that the sandbox's kubeconfig gives to a user.</summary>
    internal static string Token(SandboxProcess sandbox, string user) => Users().Matches(File.ReadAllText(sandbox.Kubeconfig)).First(found => found.Groups["name"].Value == user).Groups["token"].Value;

    [GeneratedRegex(@"- name: (?<name>\S+)\s+user:\s+token: (?<token>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Users();
}
