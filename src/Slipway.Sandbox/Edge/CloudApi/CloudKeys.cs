using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Sandbox.Edge.CloudApi;

/// <summary>An access key that the make-believe cloud knows, with a token where it is a temporary one.</summary>
public sealed record CloudKey(string Id, string Secret, string? SecurityToken = null);

/// <summary>Says who sent a request, by either signature, as the cloud's gateway does: known key, right secret, fresh time, a nonce never used before.</summary>
sealed class CloudKeys(IReadOnlyList<CloudKey> known, TimeProvider time)
{
    static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);

    readonly HashSet<string> _nonces = [];
    readonly Lock _lock = new();

    public CloudKey Check(CloudRequest request)
    {
        var isAcs3 = request.Header("authorization").StartsWith("ACS3-HMAC-SHA256 ", StringComparison.Ordinal);
        var credential = isAcs3 ? Fields(request.Header("authorization")) : request.Query.Concat(request.Form).ToDictionary();
        if (credential.GetValueOrDefault(isAcs3 ? "Credential" : "AccessKeyId") is not { Length: > 0 } id) throw new CloudRefusal(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
        if (known.FirstOrDefault(one => one.Id == id) is not { } key) throw new CloudRefusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
        var (signed, expected) = isAcs3 ? Acs3(request, credential, key) : Rpc(request, credential, key);
        if (credential.GetValueOrDefault("Signature") != expected) throw new CloudRefusal(400, "SignatureDoesNotMatch", $"Specified signature is not matched with our calculation. server string to sign is:{signed}");
        if ((isAcs3 ? request.Header("x-acs-security-token") : credential.GetValueOrDefault("SecurityToken", "")) != (key.SecurityToken ?? "")) throw new CloudRefusal(400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.");
        Fresh(isAcs3 ? request.Header("x-acs-date") : credential.GetValueOrDefault("Timestamp", ""), isAcs3 ? request.Header("x-acs-signature-nonce") : credential.GetValueOrDefault("SignatureNonce", ""));
        return key;
    }

    void Fresh(string stamp, string nonce)
    {
        if (!DateTimeOffset.TryParseExact(stamp, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) throw new CloudRefusal(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.");
        if ((time.GetUtcNow() - at).Duration() > MostSkew) throw new CloudRefusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
        lock (_lock)
        {
            if (nonce.Length == 0 || !_nonces.Add(nonce)) throw new CloudRefusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
        }
    }

    static (string Signed, string Signature) Rpc(CloudRequest request, Dictionary<string, string> parameters, CloudKey key)
    {
        var signed = $"{request.Method}&%2F&{Encoded(Sorted(parameters.Where(parameter => parameter.Key != "Signature")))}";
#pragma warning disable CA5350 // The scheme is the cloud's.
        return (signed, Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key.Secret + "&"), Encoding.UTF8.GetBytes(signed))));
#pragma warning restore CA5350
    }

    static (string Signed, string Signature) Acs3(CloudRequest request, Dictionary<string, string> credential, CloudKey key)
    {
        if (request.Header("x-acs-content-sha256") != request.BodyHash) throw new CloudRefusal(400, "InvalidParameter.ContentSha256", "The content hash is not that of the body.");
        var names = credential.GetValueOrDefault("SignedHeaders", "").Split(';');
        var must = request.Headers.Keys.Where(name => name.StartsWith("x-acs-", StringComparison.Ordinal) || name is "host" or "content-type");
        if (must.Except(names).Any()) throw new CloudRefusal(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");
        var lines = string.Concat(names.Order(StringComparer.Ordinal).Select(name => $"{name}:{(name == "host" ? request.Host : request.Header(name)).Trim()}\n"));
        var signed = $"{request.Method}\n/\n{Sorted(request.Query)}\n{lines}\n{string.Join(';', names)}\n{request.BodyHash}";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signed)));
        return (signed, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Secret), Encoding.UTF8.GetBytes($"ACS3-HMAC-SHA256\n{digest}"))));
    }

    static Dictionary<string, string> Fields(string authorization) =>
        authorization[(authorization.IndexOf(' ') + 1)..].Split(',').Select(field => field.Trim().Split('=', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0], field => field[1]);

    static string Sorted(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Encoded(pair.Key)}={Encoded(pair.Value)}"));

    static string Encoded(string text) => Uri.EscapeDataString(text);
}
