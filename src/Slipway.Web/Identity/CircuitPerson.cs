using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;

namespace Slipway.Web.Identity;

/// <summary>Asks again and again whether the person of a circuit is still one, so that a page does not outlive a revoked token.</summary>
sealed class CircuitPerson(ILoggerFactory logs, Sessions sessions) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (authenticationState.User.FindFirst(SessionAuthentication.KeyClaim)?.Value is not { } key || sessions.Find(key) is not { } session) return false;
        if (await session.IsStillKnownAsync(cancellationToken)) return true;
        sessions.End(key);
        return false;
    }
}

/// <summary>The session of whoever looks at this page.</summary>
sealed class Visitor(AuthenticationStateProvider states, Sessions sessions)
{
    /// <summary>Looked up each time: a session that has ended acts no more.</summary>
    public async Task<Session?> SessionAsync()
    {
        var state = await states.GetAuthenticationStateAsync();
        return sessions.Find(state.User.FindFirst(SessionAuthentication.KeyClaim)?.Value);
    }
}
