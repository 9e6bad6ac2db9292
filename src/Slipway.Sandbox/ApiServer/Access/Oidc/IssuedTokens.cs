using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Slipway.Sandbox.ApiServer.Access.Oidc;

/// <summary>Knows people by ID tokens of one issuer: signed with a key it publishes, for our client, not expired.</summary>
public sealed class IssuedTokens(IssuerOptions options)
{
    /// <summary>Tokens of unknown keys make nobody ask the issuer more often.</summary>
    static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };
    readonly Lock _lock = new();
    IReadOnlyCollection<SecurityKey> _keys = [];
    long? _askedAt;
    Task? _asking;

    /// <summary>Asks the issuer for its keys if a token claims to be signed with one that is not known yet.</summary>
    public async ValueTask LearnAsync(string token, CancellationToken cancellation)
    {
        if (Read(token) is not { } claimed || Knows(claimed.Kid)) return;
        Task? asking;
        lock (_lock) asking = _asking ??= _askedAt is { } asked && options.Time.GetElapsedTime(asked) < Between ? null : AskAsync();
        if (asking is not null) await asking.WaitAsync(cancellation);
    }

    /// <summary>Whose token it is; null when it is not one of the issuer's for this client, or has expired.</summary>
    public UserInfo? UserOf(string token)
    {
        if (Read(token) is null) return null;
        // Nothing is awaited here: the keys are at hand.
        var result = _tokens.ValidateTokenAsync(token, Asked()).GetAwaiter().GetResult();
        if (!result.IsValid) return null;
        var claims = JsonElement.Parse(Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));
        return Name(claims) is { } name && Groups(claims) is { } groups
            ? UserInfo.Authenticated(options.Prefix + name, groups.Select(group => options.GroupsPrefix + group))
            : null;
    }

    /// <summary>kube-apiserver takes RS256 alone unless told otherwise, and no skew of clocks.</summary>
    TokenValidationParameters Asked() => new()
    {
        ValidIssuer = options.Issuer,
        ValidAudience = options.ClientId,
        IssuerSigningKeys = _keys,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => until > options.Time.GetUtcNow().UtcDateTime && (from is null || from <= options.Time.GetUtcNow().UtcDateTime),
    };

    bool Knows(string kid) => _keys.Any(key => kid.Length == 0 || key.KeyId == kid);

    JsonWebToken? Read(string token)
    {
        try
        {
            return _tokens.CanReadToken(token) && _tokens.ReadJsonWebToken(token) is { } read && read.Issuer == options.Issuer ? read : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    async Task AskAsync()
    {
        await Task.Yield();
        IReadOnlyCollection<SecurityKey>? found = null;
        try
        {
            found = await PublishedAsync();
        }
        catch (Exception unanswered) when (unanswered is IOException or InvalidOperationException or ArgumentException or HttpRequestException)
        {
            // Its tokens are nobody's until it answers.
        }

        lock (_lock) (_keys, _askedAt, _asking) = (found ?? _keys, options.Time.GetTimestamp(), null);
    }

    async Task<IReadOnlyCollection<SecurityKey>> PublishedAsync()
    {
        var issuer = new Uri(options.Issuer);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var retriever = new HttpDocumentRetriever(http) { RequireHttps = !issuer.IsLoopback };
        var published = await OpenIdConnectConfigurationRetriever.GetAsync($"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration", retriever, CancellationToken.None);
        return published.Issuer == options.Issuer ? [.. published.SigningKeys] : [];
    }

    /// <summary>An address that its owner has not confirmed is nobody's name.</summary>
    string? Name(JsonElement claims)
    {
        if (options.UsernameClaim == "email" && claims.At("email_verified").ValueKind is not (JsonValueKind.True or JsonValueKind.Undefined)) return null;
        return claims.At(options.UsernameClaim).Text() is { Length: > 0 } name ? name : null;
    }

    /// <summary>One string or several; null for anything else, which is no token of ours.</summary>
    IReadOnlyList<string>? Groups(JsonElement claims) => options.GroupsClaim is not { } claim ? [] : claims.At(claim) switch
    {
        { ValueKind: JsonValueKind.Undefined } => [],
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } several when several.EnumerateArray().All(group => group.ValueKind == JsonValueKind.String) => [.. several.EnumerateArray().Select(group => group.GetString()!)],
        _ => null,
    };
}
