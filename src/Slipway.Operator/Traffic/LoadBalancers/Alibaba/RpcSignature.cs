using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>The signature of RPC APIs, version 1.0 (Alibaba Cloud, "Request syntax and signature method V2 for RPC APIs").</summary>
static class RpcSignature
{
    public static string Of(string method, IEnumerable<KeyValuePair<string, string>> parameters, string secret)
    {
        var text = $"{method}&{PercentCoding.Encode("/")}&{PercentCoding.Encode(PercentCoding.JoinSorted(parameters))}";
#pragma warning disable CA5350 // The scheme is the cloud's; HMAC does not rest on collisions of SHA-1.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes($"{secret}&"), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
    }

    /// <summary>The parameters that every call carries, without the signature.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Common(CloudCall call, AlibabaKey key, CloudMoment moment) =>
    [
        new("Action", call.Action),
        new("Version", call.Product.Version),
        new("Format", "JSON"),
        new("AccessKeyId", key.Id),
        new("SignatureMethod", "HMAC-SHA1"),
        new("SignatureVersion", "1.0"),
        new("SignatureNonce", moment.Nonce),
        new("Timestamp", moment.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
        .. key.SecurityToken is { } token ? [new KeyValuePair<string, string>("SecurityToken", token)] : Array.Empty<KeyValuePair<string, string>>(),
    ];
}
