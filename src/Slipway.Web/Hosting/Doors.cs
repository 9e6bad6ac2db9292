using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Slipway.Runtime.Api;
using Slipway.Web.Identity;
using Slipway.Web.Identity.Oidc;

namespace Slipway.Web.Hosting;

/// <summary>Where people come in and leave, and where they say how they like to see things.</summary>
static class Doors
{
    public static void MapDoors(this IEndpointRouteBuilder routes, ConsoleOptions options, Sessions sessions, Func<Uri> root)
    {
        routes.MapGet("/enter", (string? key, HttpContext http) => Enter(key, http, options, sessions, root)).AllowAnonymous();
        // Not /login: a page takes every verb at its own address.
        routes.MapPost("/sign-in", (HttpContext http, IAntiforgery antiforgery) => LoginAsync(http, antiforgery, options, sessions)).AllowAnonymous().DisableAntiforgery();
        routes.MapPost("/logout", (HttpContext http, IAntiforgery antiforgery) => LogoutAsync(http, antiforgery, options, sessions)).AllowAnonymous().DisableAntiforgery();
        routes.MapGet("/prefer", Prefer).AllowAnonymous();
        if (options.Entrance is not Entrance.Oidc oidc) return;
        routes.MapGet("/sign-in/provider", (string? back, HttpContext http) => OidcDoor.BeginAsync(http, back)).AllowAnonymous();
        routes.MapGet("/sign-out/provider", (Func<HttpContext, Task<IResult>>)(http => OidcDoor.LeaveAsync(http, oidc.Client, root()))).AllowAnonymous();
    }

    /// <summary>The next address to enter by.</summary>
    public static Uri NextAddress(Sessions sessions, Uri root) => new(root, $"/enter?key={sessions.NewOnceKey()}");

    static IResult Enter(string? key, HttpContext http, ConsoleOptions options, Sessions sessions, Func<Uri> root)
    {
        if (options.Entrance is not Entrance.Kubeconfig kubeconfig || key is null || !sessions.TakeOnceKey(key)) return Results.LocalRedirect("/login?refused=key");
        Remember(http, sessions.Begin(new(kubeconfig.Name, kubeconfig.Api)));
        kubeconfig.Announce(NextAddress(sessions, root()));
        return Results.LocalRedirect("/tickets");
    }

    static async Task<IResult> LoginAsync(HttpContext http, IAntiforgery antiforgery, ConsoleOptions options, Sessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(http)) return Results.LocalRedirect("/login?refused=form");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (token, back) = (form["token"].ToString().Trim(), form["back"].ToString());
        if (options.Entrance is not Entrance.Token byToken || !IsPlausible(token)) return Results.LocalRedirect("/login?refused=token");
        var api = byToken.As(token);
        try
        {
            var name = await AccessReviews.WhoAmIAsync(api, http.RequestAborted);
            Remember(http, sessions.Begin(new(name ?? "bearer of a token", api)));
            return Results.LocalRedirect(IsLocal(back) ? back : "/tickets");
        }
        catch (ForbiddenException)
        {
            return Results.LocalRedirect("/login?refused=token");
        }
        catch (ApiException)
        {
            return Results.LocalRedirect("/login?refused=server");
        }
    }

    static async Task<IResult> LogoutAsync(HttpContext http, IAntiforgery antiforgery, ConsoleOptions options, Sessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(http)) return Results.LocalRedirect("/tickets");
        if (http.Request.Cookies[SessionAuthentication.Cookie] is { } key) sessions.End(key);
        http.Response.Cookies.Delete(SessionAuthentication.Cookie);
        if (options.Entrance is not Entrance.Oidc) return Results.LocalRedirect("/login");
        var endsThere = await OidcDoor.ConfigurationAsync(http.RequestServices, http.RequestAborted) is { EndSessionEndpoint.Length: > 0 };
        return Results.LocalRedirect(endsThere ? "/login?left=provider" : "/login?left=here");
    }

    static IResult Prefer(HttpContext http, string? theme, string? language, string? back)
    {
        if (theme is "light" or "dark" or "auto") Keep(http, Preferences.ThemeCookie, theme);
        if (language is "en" or "zh") Keep(http, Preferences.LanguageCookie, language);
        return Results.LocalRedirect(back is not null && IsLocal(back) ? back : "/tickets");
    }

    public static void Remember(HttpContext http, string key) => http.Response.Cookies.Append(
        SessionAuthentication.Cookie,
        key,
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", IsEssential = true });

    static void Keep(HttpContext http, string cookie, string value) => http.Response.Cookies.Append(
        cookie,
        value,
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = TimeSpan.FromDays(365) });

    /// <summary>RFC 6750's alphabet: what else is pasted would only corrupt a header.</summary>
    static bool IsPlausible(string token) => token.Length is > 0 and <= 16_384 && token.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c));

    /// <summary>A path of this site; <c>//host</c> and <c>/\host</c> are other sites to a browser.</summary>
    public static bool IsLocal(string path) => path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Any(char.IsControl);
}
