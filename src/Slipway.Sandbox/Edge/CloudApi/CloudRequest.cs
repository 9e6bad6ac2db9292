using System.Security.Cryptography;
using System.Text;

namespace Slipway.Sandbox.Edge.CloudApi;

/// <summary>One request to the make-believe cloud's API, whichever way it came.</summary>
sealed record CloudRequest
{
    public required string Method { get; init; }
    public required string Host { get; init; }
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>By lower-case name.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required byte[] Body { get; init; }

    public IReadOnlyDictionary<string, string> Form => Header("content-type").StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ? Pairs(Encoding.UTF8.GetString(Body)) : new Dictionary<string, string>();

    public string Action => Header("x-acs-action") is { Length: > 0 } action ? action : Parameter("Action");

    public string BodyHash => Convert.ToHexStringLower(SHA256.HashData(Body));

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public string Parameter(string name) => Query.GetValueOrDefault(name) ?? Form.GetValueOrDefault(name, "");

    public static IReadOnlyDictionary<string, string> Pairs(string query)
    {
        var pairs = new Dictionary<string, string>();
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            pairs[Decoded(equals < 0 ? pair : pair[..equals])] = equals < 0 ? "" : Decoded(pair[(equals + 1)..]);
        }

        return pairs;
    }

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>A refusal, as the cloud words it.</summary>
sealed class CloudRefusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
