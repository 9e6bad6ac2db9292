using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>The signature ACS3-HMAC-SHA256 (Alibaba Cloud, "Request syntax and signature method V3").</summary>
static class Acs3Signature
{
    public const string Scheme = "ACS3-HMAC-SHA256";

    /// <summary>The headers that are signed, without <c>Authorization</c>.</summary>
    public static SortedDictionary<string, string> Headers(CloudCall call, string host, string? contentType, ReadOnlySpan<byte> body, AlibabaKey key, CloudMoment moment)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = host,
            ["x-acs-action"] = call.Action,
            ["x-acs-version"] = call.Product.Version,
            ["x-acs-date"] = moment.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["x-acs-signature-nonce"] = moment.Nonce,
            ["x-acs-content-sha256"] = Convert.ToHexStringLower(SHA256.HashData(body)),
        };
        if (contentType is not null) headers["content-type"] = contentType;
        if (key.SecurityToken is { } token) headers["x-acs-security-token"] = token;
        return headers;
    }

    /// <summary>The <c>Authorization</c> header's parameter.</summary>
    public static string Authorization(string method, IEnumerable<KeyValuePair<string, string>> query, SortedDictionary<string, string> headers, AlibabaKey key) =>
        $"Credential={key.Id},SignedHeaders={string.Join(';', headers.Keys)},Signature={Of(method, query, headers, key.Secret)}";

    public static string Of(string method, IEnumerable<KeyValuePair<string, string>> query, SortedDictionary<string, string> headers, string secret)
    {
        var lines = string.Concat(headers.Select(header => $"{header.Key}:{header.Value.Trim()}\n"));
        var canonical = $"{method}\n/\n{PercentCoding.JoinSorted(query)}\n{lines}\n{string.Join(';', headers.Keys)}\n{headers["x-acs-content-sha256"]}";
        var text = $"{Scheme}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
    }
}
