using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Slipway.Runtime.Api;
using Slipway.Web.Hosting;

namespace Slipway.Web.Identity.Oidc;

/// <summary>The way in by an OpenID Connect provider: authorization code flow with PKCE; the tokens stay in this process.</summary>
static class OidcDoor
{
    public const string SchemeName = "oidc";
    const string Callback = "/sign-in/callback";

    public static void AddOidc(this AuthenticationBuilder authentication, Entrance.Oidc entrance, TimeProvider time) =>
        authentication.AddOpenIdConnect(SchemeName, oidc =>
        {
            var client = entrance.Client;
            oidc.Authority = client.Issuer.OriginalString;
            (oidc.ClientId, oidc.ClientSecret) = (client.ClientId, client.ClientSecret);
            oidc.RequireHttpsMetadata = !client.Issuer.IsLoopback;
            oidc.CallbackPath = Callback;
            oidc.SignInScheme = SessionAuthentication.SchemeName;
            oidc.TimeProvider = time;
            oidc.BackchannelTimeout = TimeSpan.FromSeconds(15);
            oidc.UsePkce = true;
            oidc.ResponseType = OpenIdConnectResponseType.Code;
            // By query: a form posted by another site would come without our cookies.
            oidc.ResponseMode = OpenIdConnectResponseMode.Query;
            oidc.MapInboundClaims = false;
            oidc.DisableTelemetry = true;
            oidc.GetClaimsFromUserInfoEndpoint = false;
            // Into the properties of this one request; no cookie is made of them.
            oidc.SaveTokens = true;
            oidc.TokenValidationParameters.ValidIssuer = client.Issuer.OriginalString;
            foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
            {
                (cookie.SameSite, cookie.SecurePolicy, cookie.HttpOnly) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);
            }

            oidc.Events.OnRedirectToIdentityProvider = redirect => AskAsync(redirect, client);
            oidc.Events.OnTicketReceived = received => EnterAsync(received, entrance, time);
            oidc.Events.OnRemoteFailure = Fail;
        });

    /// <summary>Sends the browser to the provider, or says that it does not answer.</summary>
    public static async Task<IResult> BeginAsync(HttpContext http, string? back)
    {
        if (await ConfigurationAsync(http.RequestServices, http.RequestAborted) is null) return Results.LocalRedirect("/login?refused=provider");
        return Results.Challenge(new() { RedirectUri = back is not null && Doors.IsLocal(back) ? back : "/tickets" }, [SchemeName]);
    }

    /// <summary>Ends the session at the provider too, where it offers that; the ID token does not go along, for an address stands in histories and logs.</summary>
    public static async Task<IResult> LeaveAsync(HttpContext http, OidcClient client, Uri root)
    {
        if (await ConfigurationAsync(http.RequestServices, http.RequestAborted) is not { EndSessionEndpoint: { Length: > 0 } end }) return Results.LocalRedirect("/login");
        var query = QueryString.Create("client_id", client.ClientId).Add("post_logout_redirect_uri", new Uri(root, "/login").ToString());
        return Results.Redirect($"{end}{(end.Contains('?') ? $"&{query.Value![1..]}" : query.Value)}");
    }

    /// <summary>What the provider publishes about itself; null while it does not answer.</summary>
    public static async Task<OpenIdConnectConfiguration?> ConfigurationAsync(IServiceProvider services, CancellationToken cancellation)
    {
        try
        {
            return await Options(services).ConfigurationManager!.GetConfigurationAsync(cancellation);
        }
        catch (Exception unanswered) when (unanswered is InvalidOperationException or IOException or HttpRequestException)
        {
            return null;
        }
    }

    static OpenIdConnectOptions Options(IServiceProvider services) => services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(SchemeName);

    static async Task AskAsync(RedirectContext redirect, OidcClient client)
    {
        var offered = (await redirect.Options.ConfigurationManager!.GetConfigurationAsync(redirect.HttpContext.RequestAborted)).ScopesSupported;
        redirect.ProtocolMessage.Scope = string.Join(' ', (client.Scopes.Count > 0 ? client.Scopes : OidcClient.Wished.Where(offered.Contains)).Prepend("openid").Distinct());
    }

    /// <summary>The tokens are verified and the nonce is ours: whoever the API server takes the bearer for has entered.</summary>
    static async Task EnterAsync(TicketReceivedContext received, Entrance.Oidc entrance, TimeProvider time)
    {
        received.HandleResponse();
        var (http, options) = (received.HttpContext, Options(received.HttpContext.RequestServices));
        var endpoint = new TokenEndpoint(options.Backchannel, async cancellation => (await options.ConfigurationManager!.GetConfigurationAsync(cancellation)).TokenEndpoint, entrance.Client);
        var tokens = new PersonTokens(endpoint, received.Properties!.GetTokenValue("id_token")!, received.Properties!.GetTokenValue("refresh_token"), time);
        var api = entrance.As(tokens.CurrentAsync);
        try
        {
            var name = await AccessReviews.WhoAmIAsync(api, http.RequestAborted);
            name ??= received.Principal?.FindFirst("email")?.Value ?? received.Principal?.FindFirst("sub")?.Value ?? "bearer of a token";
            Doors.Remember(http, http.RequestServices.GetRequiredService<Sessions>().Begin(new(name, api), tokens));
            await GoOnAsync(http.Response, received.ReturnUri is { } back && Doors.IsLocal(back) ? back : "/tickets");
        }
        catch (ForbiddenException)
        {
            http.Response.Redirect("/login?refused=bearer");
        }
        catch (ApiException)
        {
            http.Response.Redirect("/login?refused=server");
        }
    }

    /// <summary>A page of ours that leads on: after a redirect from another site the browser would keep back a strict cookie.</summary>
    static Task GoOnAsync(HttpResponse response, string back)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        var address = HtmlEncoder.Default.Encode(back);
        return response.WriteAsync($"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Slipway</title><meta http-equiv="refresh" content="0;url={address}"></head><body><p><a href="{address}">Slipway</a></p></body></html>""", response.HttpContext.RequestAborted);
    }

    static Task Fail(RemoteFailureContext failure)
    {
        failure.HandleResponse();
        failure.Response.Redirect(failure.Request.Query["error"] == "access_denied" ? "/login?refused=denied" : "/login?refused=flow");
        return Task.CompletedTask;
    }
}
