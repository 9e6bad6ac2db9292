using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Access.Oidc;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>A user of the sandbox, known by a bearer token.</summary>
public sealed record SandboxUser(string Name, string Token, IReadOnlyList<string> Groups);

/// <summary>Finds out who a request comes from: a user's token, a service account's token, an ID token, a client certificate, or nobody known.</summary>
/// <param name="objects">Where service accounts are.</param>
/// <param name="time">When tokens expire.</param>
/// <param name="users">Who has a token.</param>
/// <param name="unknown">Who a request is from that says nothing, or nothing true; null: it must be true, and saying nothing is being anonymous.</param>
/// <param name="issued">ID tokens that are accepted; null: none.</param>
public sealed class Accounts(Objects objects, TimeProvider time, IReadOnlyList<SandboxUser> users, UserInfo? unknown, IssuedTokens? issued = null)
{
    /// <summary>Tokens of service accounts are <c>header.payload.signature</c>, signed with a key of this process.</summary>
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    static readonly ResourceType ServiceAccountKind = new("", "v1", "serviceaccounts", "ServiceAccount", Namespaced: true);

    /// <summary>Whom tokens are for that name no one: the API server itself.</summary>
    public const string Audience = "https://kubernetes.default.svc";

    /// <summary>Has at hand what it takes to know whom these come from.</summary>
    public ValueTask PrepareAsync(Credentials credentials, CancellationToken cancellation) =>
        issued is not null && credentials.User is null && Bearer(credentials) is { } token ? issued.LearnAsync(token, cancellation) : ValueTask.CompletedTask;

    /// <exception cref="StatusException">401: a token was brought that nobody has.</exception>
    public UserInfo Of(Credentials credentials)
    {
        if (credentials.User is { } known) return known;
        if (Bearer(credentials) is not { } token) return unknown ?? UserInfo.Anonymous;
        return OfToken(token, [Audience])?.User ?? unknown ?? throw new StatusException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>Whose token it is and which of the audiences it is for; null when it is nobody's or for none of them, or has expired, or its service account or pod is gone.</summary>
    public (UserInfo User, IReadOnlyList<string> Audiences)? OfToken(string token, IReadOnlyList<string> audiences)
    {
        if (users.FirstOrDefault(user => Same(user.Token, token)) is { } found) return (UserInfo.Authenticated(found.Name, found.Groups), audiences);
        var parts = token.Split('.');
        if (parts.Length != 3 || !Same(Signature($"{parts[0]}.{parts[1]}"), parts[2])) return OfIssued(token, audiences);
        var claims = JsonSerializer.Deserialize<TokenClaims>(Convert.FromBase64String(Padded(parts[1])))!;
        if (time.GetUtcNow().ToUnixTimeSeconds() >= claims.Expires) return null;
        if (objects.Get(ServiceAccountKind, new(claims.Namespace, claims.Name))?.Uid != claims.Uid) return null;
        if (claims.Pod is { } pod && objects.Get(Slipway.Resources.Kinds.Pods, new(claims.Namespace, pod))?.Uid != claims.PodUid) return null;
        var meant = audiences.Intersect(claims.Audiences).ToList();
        return meant.Count == 0 ? null : (UserInfo.ServiceAccount(claims.Namespace, claims.Name, claims.Uid) with { Extra = claims.Extra }, meant);
    }

    /// <summary>An issuer's token is for the API server, whatever client it was made for.</summary>
    (UserInfo User, IReadOnlyList<string> Audiences)? OfIssued(string token, IReadOnlyList<string> audiences) =>
        audiences.Contains(Audience) && issued?.UserOf(token) is { } user ? (user, [Audience]) : null;

    /// <summary>A token for a service account (the <c>token</c> subresource).</summary>
    public string Issue(TokenClaims claims)
    {
        var signed = $"{Encode("slipway-sandbox"u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Signature(signed)}";
    }

    static string? Bearer(Credentials credentials) =>
        credentials.Authorization is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;

    string Signature(string text) => Encode(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static string Padded(string encoded) => encoded.Replace('-', '+').Replace('_', '/').PadRight((encoded.Length + 3) / 4 * 4, '=');

    static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}

/// <summary>What a service account's token says.</summary>
/// <param name="Namespace">The account's namespace.</param>
/// <param name="Name">The account's name.</param>
/// <param name="Uid">Of which account of that name.</param>
/// <param name="Expires">When it is no longer valid, in seconds since 1970.</param>
/// <param name="Audiences">Whom it may be shown to.</param>
public sealed record TokenClaims(string Namespace, string Name, string Uid, long Expires, IReadOnlyList<string> Audiences)
{
    /// <summary>It is valid as long as this pod is there.</summary>
    public string? Pod { get; init; }

    public string? PodUid { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra => Pod is null ? UserInfo.NoExtra : new Dictionary<string, IReadOnlyList<string>>
    {
        ["authentication.kubernetes.io/pod-name"] = [Pod], ["authentication.kubernetes.io/pod-uid"] = [PodUid!],
    };
}
