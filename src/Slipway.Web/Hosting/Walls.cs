using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Slipway.Web.Hosting;

/// <summary>What no request gets past: foreign hosts (DNS rebinding), foreign origins (cross-site requests and WebSockets), and framing.</summary>
public static class Walls
{
    /// <summary>Scripts and styles are files of ours; style attributes set heights of virtualized lists.</summary>
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseWalls(this IApplicationBuilder app, Uri? publicUrl) => app.Use(async (http, next) =>
    {
        Protect(http.Response.Headers);
        if (Refusal(http.Request, publicUrl) is { } why)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync(why, http.RequestAborted);
            return;
        }

        // What stands in front of us has ended TLS: cookies and addresses go by what the browser sees.
        if (publicUrl is not null && http.Request.Host.Host == publicUrl.Host) http.Request.Scheme = publicUrl.Scheme;
        await next(http);
    });

    static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer: browsers then send forms of our own with the origin null.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    /// <summary>Why a request is refused; null when it may pass.</summary>
    public static string? Refusal(HttpRequest request, Uri? publicUrl)
    {
        var host = request.Host.Host;
        if (publicUrl is null ? !IsLoopback(host) : host != publicUrl.Host && !IsLoopback(host)) return "This console does not go by that host name.";
        var origin = request.Headers.Origin.ToString();
        var mustTell = request.Path.StartsWithSegments("/_blazor") && (IsWebSocket(request) || !HttpMethods.IsGet(request.Method));
        if (origin.Length == 0) return mustTell ? "The request does not tell its origin." : null;
        var isOwn = Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value && (publicUrl is null || from.Scheme == publicUrl.Scheme || IsLoopback(from.Host));
        return isOwn ? null : "Requests from other sites are refused.";
    }

    static bool IsWebSocket(HttpRequest request) =>
        request.Headers[HeaderNames.Upgrade].ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase) || request.Headers.ContainsKey(":protocol");

    static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
