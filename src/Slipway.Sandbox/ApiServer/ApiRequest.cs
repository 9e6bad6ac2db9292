using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.ApiServer;

/// <summary>One request, whichever way it came.</summary>
public sealed record ApiRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query)
{
    public string? ContentType { get; init; }
    public string Accept { get; init; } = "application/json";
    public string UserAgent { get; init; } = "";
    public ReadOnlyMemory<byte> Body { get; init; }
    public Credentials Credentials { get; init; } = new();

    /// <summary>Who it comes from, once that is found out.</summary>
    public UserInfo User { get; init; } = UserInfo.Anonymous;

    /// <summary>The content type without its parameters.</summary>
    public string MediaType => (ContentType ?? "application/json").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>A flag is on unless it says false or 0 (k8s.io/apimachinery, conversion of query parameters).</summary>
    public bool Has(string name) => Query.TryGetValue(name, out var value) && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && value != "0";

    public bool IsDryRun => this["dryRun"] is not null;

    /// <summary>A number; refused where it is none.</summary>
    public long? Number(string name) => this[name] is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw StatusException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    public string? this[string name] => Query.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The query as it was sent, for parameters that may be given more than once.</summary>
    public string RawQuery { get; init; } = "";

    /// <summary>All values of a parameter, in order.</summary>
    public IReadOnlyList<string> All(string name) => [.. Pairs(RawQuery).Where(pair => pair.Name == name).Select(pair => pair.Value)];

    public static IReadOnlyDictionary<string, string> ParseQuery(string query)
    {
        var parsed = new Dictionary<string, string>();
        foreach (var (name, value) in Pairs(query)) parsed.TryAdd(name, value);
        return parsed;
    }

    static IEnumerable<(string Name, string Value)> Pairs(string query) => query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
    {
        var equals = pair.IndexOf('=');
        var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
        return (Uri.UnescapeDataString(name), Uri.UnescapeDataString(value.Replace('+', ' ')));
    });
}

/// <summary>The answer to a request.</summary>
public abstract record ApiResponse(int Code, string ContentType)
{
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Seconds after which the client may try again.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>An answer that is all there.</summary>
    public sealed record Whole(int Code, string ContentType, ReadOnlyMemory<byte> Body) : ApiResponse(Code, ContentType);

    /// <summary>An answer that goes on: lines are handed to whoever subscribes until it ends.</summary>
    public sealed record Stream(string ContentType, Func<ILineSink, IDisposable> Open) : ApiResponse(200, ContentType);

    /// <summary>An answer that is a conversation: a command in a container, over a WebSocket.</summary>
    public sealed record Session(Exec.ExecSession Exec) : ApiResponse(101, "application/octet-stream");

    public static Whole Json(int code, JsonNode body, string contentType = "application/json") => new(code, contentType, body.Bytes());

    public static Whole Text(int code, string text) => new(code, "text/plain", System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>Where the lines of a stream go; may be called under the store's lock, and must not work in it.</summary>
public interface ILineSink
{
    void Write(ReadOnlyMemory<byte> line);

    void End();
}
