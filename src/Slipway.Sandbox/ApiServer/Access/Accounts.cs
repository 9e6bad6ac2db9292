using System.Security.Cryptography;
using System.Text;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>A user of the sandbox, known by a bearer token.</summary>
public sealed record SandboxUser(string Name, string Token, IReadOnlyList<string> Groups);

/// <summary>Finds out who a request comes from: a user's token, a service account's token, a client certificate, or nobody known.</summary>
/// <param name="objects">Where service accounts are.</param>
/// <param name="time">When tokens expire.</param>
/// <param name="users">Who has a token.</param>
/// <param name="unknown">Who a request is from that says nothing, or nothing true; null: it must be true, and saying nothing is being anonymous.</param>
public sealed class Accounts(Objects objects, TimeProvider time, IReadOnlyList<SandboxUser> users, UserInfo? unknown)
{
    /// <summary>Tokens of service accounts are <c>header.payload.signature</c>, signed with a key of this process.</summary>
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    static readonly ResourceType ServiceAccountKind = new("", "v1", "serviceaccounts", "ServiceAccount", Namespaced: true);

    /// <exception cref="StatusException">401: a token was brought that nobody has.</exception>
    public UserInfo Of(Credentials credentials)
    {
        if (credentials.User is { } known) return known;
        if (credentials.Authorization is not { } header || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return unknown ?? UserInfo.Anonymous;
        return OfToken(header["Bearer ".Length..].Trim()) ?? unknown ?? throw new StatusException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>Whose token it is; null when it is nobody's, or has expired, or its service account is gone.</summary>
    public UserInfo? OfToken(string token)
    {
        if (users.FirstOrDefault(user => Same(user.Token, token)) is { } found) return UserInfo.Authenticated(found.Name, found.Groups);
        var parts = token.Split('.');
        if (parts.Length != 3 || !Same(Signature($"{parts[0]}.{parts[1]}"), parts[2])) return null;
        var payload = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(parts[1]))).Split('\n');
        var (ns, name, uid, expires) = (payload[0], payload[1], payload[2], long.Parse(payload[3], System.Globalization.CultureInfo.InvariantCulture));
        if (time.GetUtcNow().ToUnixTimeSeconds() >= expires) return null;
        return objects.Get(ServiceAccountKind, new(ns, name)) is { } account && account.Uid == uid ? UserInfo.ServiceAccount(ns, name, uid) : null;
    }

    /// <summary>A token for a service account (the <c>token</c> subresource).</summary>
    public string IssueFor(string ns, string name, string uid, DateTimeOffset expires)
    {
        var payload = Encode(Encoding.UTF8.GetBytes($"{ns}\n{name}\n{uid}\n{expires.ToUnixTimeSeconds()}"));
        var signed = $"{Encode("slipway-sandbox"u8)}.{payload}";
        return $"{signed}.{Signature(signed)}";
    }

    string Signature(string text) => Encode(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static string Padded(string encoded) => encoded.Replace('-', '+').Replace('_', '/').PadRight((encoded.Length + 3) / 4 * 4, '=');

    static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
