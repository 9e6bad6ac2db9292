using System.Net;
using System.Net.WebSockets;
using Microsoft.Playwright;
using Xunit;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>Who gets in, and who does not.</summary>
public sealed class EntranceJourneys(ConsoleWorld world)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_sees_the_entrance_and_no_circuit()
    {
        await using var stranger = await world.StrangerAsync();
        var page = await stranger.NewPageAsync();
        var sockets = 0;
        page.WebSocket += (_, _) => sockets++;

        await page.GotoAsync(new Uri(world.Root, "/tickets").ToString());

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(0, sockets);
    }

    [Fact]
    public async Task An_address_is_good_for_once_and_its_cookie_is_kept_from_scripts_and_other_sites()
    {
        await using var sandbox = SandboxProcess.Sandbox("--empty", "--no-controller");
        var entrance = await sandbox.EntranceAsync(Cancellation);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);

        using var first = await http.GetAsync(entrance, Cancellation);
        using var second = await http.GetAsync(entrance, Cancellation);

        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("/login?refused=key", second.Headers.Location!.ToString());
        Assert.False(second.Headers.Contains("Set-Cookie"));
        Assert.NotEqual(entrance, await sandbox.EntranceAsync(Cancellation));
    }

    [Fact]
    public async Task Other_sites_reach_neither_the_circuit_nor_a_form()
    {
        await using var console = await world.EnterAsync();
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Root, "/_blazor/negotiate?negotiateVersion=1")) { Headers = { { "Origin", "https://evil.example" } } };
        using var logout = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Root, "/logout")) { Headers = { { "Origin", "https://evil.example" } } };
        using var rebound = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Root, "/tickets")) { Headers = { Host = "evil.example" } };
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(negotiate, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(logout, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound, Cancellation)).StatusCode);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(world.Root) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancellation));
    }

    [Fact]
    public async Task Every_answer_forbids_framing_and_scripts_from_elsewhere()
    {
        await using var console = await world.EnterAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(world.Root, "/login"), Cancellation);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
    }
}
