using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Slipway.Web.Identity;

/// <summary>Knows a person by the session cookie; whoever has none is sent to the entrance.</summary>
sealed class SessionAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "session";
    public const string Cookie = "slipway-session";
    public const string KeyClaim = "slipway:session";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = Request.Cookies[Cookie];
        if (key is null || sessions.Find(key) is not { } session) return Task.FromResult(AuthenticateResult.NoResult());
        var identity = new ClaimsIdentity([new(ClaimTypes.Name, session.Person.Name), new(KeyClaim, key)], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var back = Request.Method == HttpMethods.Get ? Request.PathBase + Request.Path + Request.QueryString : "/";
        Response.Redirect($"/login?back={Uri.EscapeDataString(back)}");
        return Task.CompletedTask;
    }
}
