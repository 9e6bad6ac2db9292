using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Slipway.Journeys.Oidc;

/// <summary>A real OpenID Connect provider on this machine, with a page to sign in at and one client, whose people are whoever knows the password.</summary>
sealed class Provider : IAsyncDisposable
{
    public const string ClientId = "slipway-console";
    public const string Secret = "a-secret-of-the-console";
    public const string Password = "open sesame";

    readonly WebApplication _app;
    readonly RsaSecurityKey _key;
    int _refreshes;

    Provider(WebApplication app, RsaSecurityKey key) => (_app, _key) = (app, key);

    public string Issuer { get; private set; } = "";

    /// <summary>How often a refresh token was exchanged.</summary>
    public int Refreshes => Volatile.Read(ref _refreshes);

    /// <param name="lifetime">How long an ID token is good for.</param>
    /// <param name="refreshes">It gives refresh tokens to whoever asks for <c>offline_access</c>.</param>
    public static async Task<Provider> StartAsync(TimeSpan? lifetime = null, bool refreshes = true)
    {
        var key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "first" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        Provider? provider = null;
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddAuthorization();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode();
            server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetEndSessionEndpointUris("end");
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            if (refreshes) server.AllowRefreshTokenFlow();
            server.RegisterScopes(Scopes.Email, Scopes.Profile, "groups");
            server.SetIdentityTokenLifetime(lifetime ?? TimeSpan.FromHours(1));
            server.AddSigningKey(key).AddEphemeralEncryptionKey();
            server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId) context.Reject(Errors.InvalidClient, "no such client");
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != Secret) context.Reject(Errors.InvalidClient, "not that client");
                return default;
            }));
            server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(_ => default));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.Request.IsRefreshTokenGrantType()) Interlocked.Increment(ref provider!._refreshes);
                return default;
            }));
            server.AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(async context =>
            {
                await context.Transaction.GetHttpRequest()!.HttpContext.SignOutAsync();
                context.SignOut();
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/authorize", (Delegate)AuthorizeAsync);
        app.MapGet("/who", (string returnUrl) => Results.Content($"""
            <!DOCTYPE html><html lang="en"><head><title>Who are you?</title></head><body><h1>Who are you?</h1>
            <form method="post"><label>Name <input name="name" /></label><label>Password <input name="password" type="password" /></label>
            <input type="hidden" name="returnUrl" value="{WebUtility.HtmlEncode(returnUrl)}" /><button>Go on</button></form></body></html>
            """, "text/html"));
        app.MapPost("/who", (Delegate)SignInAsync);
        provider = new(app, key);
        await app.StartAsync();
        provider.Issuer = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
        // What the first request costs is not to be counted against anybody's patience.
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri($"{provider.Issuer}.well-known/openid-configuration"));
        await http.GetStringAsync(new Uri($"{provider.Issuer}.well-known/jwks"));
        return provider;
    }

    /// <summary>An ID token as the provider would sign it, but for what is said.</summary>
    public string Token(string name, string audience = ClientId, TimeSpan? age = null, SecurityKey? key = null, string? issuer = null, params (string Claim, object Value)[] more)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            IssuedAt = now,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>(more.Select(claim => KeyValuePair.Create(claim.Claim, claim.Value))) { ["sub"] = name },
            SigningCredentials = new(key ?? _key, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    static async Task<IResult> AuthorizeAsync(HttpContext http)
    {
        var known = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (!known.Succeeded) return Results.LocalRedirect($"/who?returnUrl={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}");
        var name = known.Principal.Identity!.Name!;
        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, name).SetClaim(Claims.Email, $"{name}@example.com").SetClaim(Claims.EmailVerified, true).SetClaims("groups", [$"{name}-friends", "staff"]);
        identity.SetScopes(http.GetOpenIddictServerRequest()!.GetScopes());
        identity.SetDestinations(_ => [Destinations.IdentityToken]);
        return Results.SignIn(new(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    static async Task<IResult> SignInAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["password"] != Password) return Results.Redirect($"/who?returnUrl={Uri.EscapeDataString(form["returnUrl"]!)}");
        await http.SignInAsync(new(new ClaimsIdentity([new(ClaimTypes.Name, form["name"].ToString())], CookieAuthenticationDefaults.AuthenticationScheme)));
        return Results.LocalRedirect(form["returnUrl"]!);
    }
}
