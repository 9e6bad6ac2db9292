namespace Slipway.Web.Identity.Oidc;

/// <summary>What the console is to an OpenID Connect provider.</summary>
public sealed record OidcClient
{
    /// <summary>As the provider spells it in its tokens.</summary>
    public required Uri Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null for a public client: PKCE then stands alone.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What to ask for; empty: <c>openid</c>, and what the provider offers of <see cref="Wished"/>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>A name and groups for roles to speak of, and a refresh token to stay signed in with.</summary>
    public static IReadOnlyList<string> Wished { get; } = ["profile", "email", "groups", "offline_access"];

    /// <summary>An issuer is reached over TLS, unless it is on this machine.</summary>
    public static bool IsAllowed(Uri issuer) =>
        issuer.IsAbsoluteUri && (issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)) && issuer is { Query: "", Fragment: "", UserInfo: "" };
}
