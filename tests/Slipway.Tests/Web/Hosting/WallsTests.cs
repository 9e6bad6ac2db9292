using Microsoft.AspNetCore.Http;
using Slipway.Web.Hosting;
using Xunit;

namespace Slipway.Tests.Web.Hosting;

public sealed class WallsTests
{
    [Theory]
    [InlineData("127.0.0.1:7090", null, "GET", "/tickets", true)]
    [InlineData("localhost:7090", "http://localhost:7090", "POST", "/logout", true)]
    [InlineData("127.0.0.1:7090", "http://127.0.0.1:7090", "POST", "/_blazor/negotiate", true)]
    [InlineData("evil.example", null, "GET", "/tickets", false)]
    [InlineData("127.0.0.1:7090", "http://evil.example", "POST", "/logout", false)]
    [InlineData("127.0.0.1:7090", "http://127.0.0.1:7091", "POST", "/logout", false)]
    [InlineData("127.0.0.1:7090", "null", "POST", "/login", false)]
    [InlineData("127.0.0.1:7090", null, "POST", "/_blazor/negotiate", false)]
    public void Only_our_own_host_and_origin_get_past(string host, string? origin, string method, string path, bool passes) =>
        Assert.Equal(passes, Walls.Refusal(Request(host, origin, method, path), publicUrl: null) is null);

    [Theory]
    [InlineData("console.example", "https://console.example", true)]
    [InlineData("console.example", "http://console.example", false)]
    [InlineData("other.example", null, false)]
    public void Behind_a_public_address_that_one_is_ours_too(string host, string? origin, bool passes) =>
        Assert.Equal(passes, Walls.Refusal(Request(host, origin, "POST", "/login"), new Uri("https://console.example/")) is null);

    [Fact]
    public void A_websocket_that_does_not_tell_its_origin_is_refused()
    {
        var request = Request("127.0.0.1:7090", null, "GET", "/_blazor");
        request.Headers.Upgrade = "websocket";

        Assert.NotNull(Walls.Refusal(request, publicUrl: null));
    }

    static HttpRequest Request(string host, string? origin, string method, string path)
    {
        var request = new DefaultHttpContext().Request;
        (request.Host, request.Method, request.Path) = (new(host), method, path);
        if (origin is not null) request.Headers.Origin = origin;
        return request;
    }
}
