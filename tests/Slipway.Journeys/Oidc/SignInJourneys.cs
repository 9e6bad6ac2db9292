using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Playwright;
using Slipway.Journeys.ConsoleJourneys;
using Slipway.Journeys.Running;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.Oidc;

/// <summary>People who sign in at a real OpenID Connect provider act as themselves, in the browser and by kubectl.</summary>
public sealed class SignInJourneys(ConsoleWorld world)
{
    /// <summary>The beginning of a token: its head, which is JSON in base64, up to the dot.</summary>
    const string Token = @"\beyJ[\w-]{8,}\.";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_signs_in_at_the_provider_creates_and_publishes_a_ticket_and_the_record_names_them()
    {
        await using var stranger = await world.StrangerAsync();
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider);
        var root = await sandbox.EntranceAsync(Cancellation);
        await BindAsync(sandbox, "ada@example.com");

        await using var console = await SignInAsync(stranger, root, "ada");
        await Expect(console.Page.Locator(".who")).ToContainTextAsync("ada@example.com");
        await console.CreateAsync("Replace as Ada", "catalog");
        await console.IsInStateAsync("Initialized");
        await console.DoAsync("Publish All");

        await console.IsInStateAsync("Succeeded");
        await Expect(console.Page.Locator(".record")).ToContainTextAsync("ada@example.com");
        await Expect(console.Page.Locator(".facts")).ToContainTextAsync("Executorada@example.com");
        Assert.DoesNotMatch(Token, await console.Page.ContentAsync());
        Assert.DoesNotContain(await stranger.CookiesAsync([root.ToString()]), cookie => Regex.IsMatch(cookie.Value, Token));
        Assert.DoesNotContain(sandbox.Said, line => Regex.IsMatch(line, Token));
    }

    [Fact]
    public async Task Who_is_known_to_the_provider_but_bound_to_no_role_may_not_see_tickets()
    {
        await using var stranger = await world.StrangerAsync();
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider);
        var root = await sandbox.EntranceAsync(Cancellation);

        await using var console = await SignInAsync(stranger, root, "eve");
        await console.GoAsync("/services/shop/cart");

        await console.SeesAsync("There is no service cart in namespace shop that you may see.");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_here_and_offers_to_end_it_at_the_provider()
    {
        await using var stranger = await world.StrangerAsync();
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider, "--empty", "--no-controller");
        var root = await sandbox.EntranceAsync(Cancellation);
        await using var console = await SignInAsync(stranger, root, "ada");

        await console.Button("Sign out").ClickAsync();
        await console.SeesAsync("You are signed out of this console.");
        await console.IsAccessibleAsync();
        await console.PictureAsync("signed-out");
        await console.Page.GotoAsync(new Uri(root, "/tickets").ToString());
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await console.Page.GotoAsync(new Uri(root, "/login?left=provider").ToString());
        await console.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Sign out of 127") }).ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await console.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Sign in with") }).ClickAsync();

        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "Who are you?" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_short_token_is_exchanged_before_it_expires_and_nobody_notices()
    {
        await using var stranger = await world.StrangerAsync();
        await using var provider = await Provider.StartAsync(TimeSpan.FromSeconds(6));
        await using var sandbox = Sandbox(provider, "--no-controller");
        var root = await sandbox.EntranceAsync(Cancellation);
        await BindAsync(sandbox, "ada@example.com");
        await using var console = await SignInAsync(stranger, root, "ada");

        await console.GoAsync("/services/shop/cart");
        await Eventually.HoldsAsync(() => provider.Refreshes > 1, TimeSpan.FromSeconds(60), () => $"{provider.Refreshes} exchanges", Cancellation);

        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "cart", Exact = true })).ToBeVisibleAsync();
        await console.GoAsync("/services");
        await Expect(console.Link("cart")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_a_refresh_token_the_person_is_asked_to_sign_in_again()
    {
        await using var stranger = await world.StrangerAsync();
        await using var provider = await Provider.StartAsync(TimeSpan.FromSeconds(6), refreshes: false);
        await using var sandbox = Sandbox(provider, "--no-controller");
        var root = await sandbox.EntranceAsync(Cancellation);
        await BindAsync(sandbox, "ada@example.com");
        await using var console = await SignInAsync(stranger, root, "ada");

        // Without a click: the page itself asks again within thirty seconds.
        await Expect(console.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Sign in with") })).ToBeVisibleAsync(new() { Timeout = 40_000 });
    }

    [Fact]
    public async Task The_api_server_takes_tokens_of_the_issuer_for_its_client_while_they_are_valid_and_no_others()
    {
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider, "--no-console", "--empty", "--no-controller");
        await sandbox.ServedAsync(Cancellation);
        using var connection = Connection.Open(sandbox.Kubeconfig, null);
        using var other = RSA.Create(2048);
        (string, object)[] ada = [("email", "ada@example.com"), ("email_verified", true), ("groups", new[] { "staff" })];

        Assert.Equal("ada@example.com", await WhoAsync(provider.Token("ada", more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", more: [("email", "ada@example.com"), ("email_verified", false)])));
        Assert.Null(await WhoAsync(provider.Token("ada")));
        Assert.Null(await WhoAsync(provider.Token("ada", audience: "another-client", more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", age: TimeSpan.FromHours(1.01), more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", key: new RsaSecurityKey(other) { KeyId = "first" }, more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", key: new RsaSecurityKey(other) { KeyId = "unknown" }, more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", issuer: "https://elsewhere.example", more: ada)));
        Assert.Null(await WhoAsync(provider.Token("ada", more: ada)[..^4] + "AAAA"));
        Assert.Null(await WhoAsync("not.a.token"));

        async Task<string?> WhoAsync(string token)
        {
            try
            {
                return await AccessReviews.WhoAmIAsync(connection.As(token), Cancellation);
            }
            catch (ForbiddenException refusal) when (refusal.Code == 401)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Kubectl_comes_in_with_the_same_token()
    {
        Assert.SkipWhen(Shop.Kubectl is null, "kubectl is not on this machine");
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider, "--no-console", "--no-controller");
        await sandbox.ServedAsync(Cancellation);
        await BindAsync(sandbox, "ada@example.com");
        var token = provider.Token("ada", more: [("email", "ada@example.com"), ("email_verified", true), ("groups", "staff")]);
        var config = await WithoutCertificateAsync(sandbox);

        var who = await KubectlAsync("auth", "whoami");
        var pods = await KubectlAsync("get", "pods", "-n", "shop", "-o", "name");
        var secrets = await KubectlAsync("get", "secrets", "-n", "kube-system");

        Assert.Contains("ada@example.com", who.Out, StringComparison.Ordinal);
        Assert.Contains("staff", who.Out, StringComparison.Ordinal);
        Assert.Equal(0, pods.Code);
        Assert.Contains("Forbidden", secrets.Talk, StringComparison.Ordinal);

        Task<Ended> KubectlAsync(params string[] arguments) =>
            Command.RunAsync(Shop.Kubectl!, ["--kubeconfig", config, "--cache-dir", $"{config}.cache", "--token", token, .. arguments], new Dictionary<string, string> { ["HOME"] = Path.GetDirectoryName(config)! }, null, Cancellation);
    }

    [Fact]
    public async Task Behind_a_proxy_the_provider_sends_people_back_to_the_public_address()
    {
        await using var provider = await Provider.StartAsync();
        await using var sandbox = Sandbox(provider, "--no-console", "--empty", "--no-controller");
        await sandbox.ServedAsync(Cancellation);
        var port = FreePort();
        await using var console = SandboxProcess.Start("console", "--port", $"{port}", "--kubeconfig", sandbox.Kubeconfig, "--auth", "oidc", "--oidc-issuer", provider.Issuer, "--oidc-client-id", Provider.ClientId, "--public-url", "https://ops.example.com", "--verbose");
        Assert.Equal("Console: https://ops.example.com/", await console.LineAsync("Console: ", Cancellation));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/sign-in/provider?back=//evil.example") { Headers = { Host = "ops.example.com" } };

        using var answer = await http.SendAsync(request, Cancellation);

        var query = System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
        Assert.Equal("https://ops.example.com/sign-in/callback", query["redirect_uri"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_issuer_that_calls_itself_otherwise_is_told_in_one_sentence()
    {
        await using var provider = await Provider.StartAsync();
        await using var sandbox = SandboxProcess.Start("sandbox", "--port", "0", "--console-port", "0", "--empty", "--no-controller", "--rbac", "--oidc-issuer", provider.Issuer.TrimEnd('/'), "--oidc-client-id", "x");

        var line = await sandbox.LineAsync("slipway: ", Cancellation);

        Assert.Equal($"slipway: --oidc-issuer is {provider.Issuer.TrimEnd('/')}, but the provider there calls itself {provider.Issuer}: give it exactly so, for its tokens and the API server do", line);
    }

    static SandboxProcess Sandbox(Provider provider, params string[] more)
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, Provider.Secret);
        return SandboxProcess.Sandbox([
            "--rbac", "--oidc-issuer", provider.Issuer, "--oidc-client-id", Provider.ClientId, "--oidc-client-secret-file", secret,
            "--oidc-username-claim", "email", "--oidc-groups-claim", "groups", .. more]);
    }

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    static async Task<ConsolePage> SignInAsync(IBrowserContext context, Uri root, string name)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(root.ToString());
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Sign in with") }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Provider.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "O&M Tickets" })).ToBeVisibleAsync();
        return new(context, page, root);
    }

    /// <summary>Gives a person of the provider what the sample operators have.</summary>
    static async Task BindAsync(SandboxProcess sandbox, string user)
    {
        await sandbox.ServedAsync(Cancellation);
        using var admin = Connection.Open(sandbox.Kubeconfig, null);
        foreach (var role in new[] { "edit", "sample-ticket-operator", "view" })
        {
            await admin.Api.CreateAsync(RoleBindings, "shop", (JsonObject)JsonNode.Parse($$"""
                {
                  "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "{{role}}-of-{{user.Split('@')[0]}}"},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{role}}"},
                  "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "{{user}}"}]
                }
                """)!, AccessReviews.Json, Cancellation);
        }
    }

    /// <summary>The administrator's certificate would win over a token.</summary>
    static async Task<string> WithoutCertificateAsync(SandboxProcess sandbox)
    {
        var bare = $"{sandbox.Kubeconfig}.bare";
        var lines = await File.ReadAllLinesAsync(sandbox.Kubeconfig, Cancellation);
        await File.WriteAllLinesAsync(bare, lines.Where(line => !line.Contains("client-", StringComparison.Ordinal)), Cancellation);
        return bare;
    }

    static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", Namespaced: true);
}
