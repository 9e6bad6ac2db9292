using System.Globalization;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The parameters of a list or watch, checked as the API server checks them (Kubernetes API concepts, "Resource versions").</summary>
sealed record ListParameters
{
    static readonly ResourceType ListOptions = new("meta.k8s.io", "v1", "listoptions", "ListOptions", Namespaced: false);

    public required Selectors Selectors { get; init; }

    /// <summary>Null: none given, or the empty one.</summary>
    public long? Version { get; init; }
    public bool IsExact { get; init; }
    public int Limit { get; init; } = int.MaxValue;
    public ContinueToken? Continue { get; init; }
    public bool SendsInitialEvents { get; init; }
    public bool AllowsBookmarks { get; init; }
    public TimeSpan? Timeout { get; init; }

    public static ListParameters Read(ApiRequest request, ApiTarget target, bool isWatch, ObjectStore store)
    {
        var (match, initial, version) = (request["resourceVersionMatch"], request["sendInitialEvents"], request["resourceVersion"]);
        var limit = request.Number("limit") is { } most and > 0 ? (int)Math.Min(most, int.MaxValue) : int.MaxValue;
        var timeout = request.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : (TimeSpan?)null;
        var fields = target.Name is { } name && isWatch ? $"metadata.name={name}" : request["fieldSelector"];
        var selectors = Selectors.Parse(target.Kind, request["labelSelector"], fields);
        var errors = (isWatch ? OfWatch(match, initial, request["continue"]) : OfList(match, initial, version, request["continue"])).ToList();
        if (errors.Count > 0) throw StatusException.Invalid(ListOptions, "", errors);
        var token = isWatch ? null : ContinueToken.Parse(request["continue"], store);
        if (token is not null && version is not (null or "0")) throw StatusException.BadRequest("specifying resource version is not allowed when using continue");
        var parsed = Parse(version);
        return new()
        {
            Selectors = selectors,
            Version = parsed,
            IsExact = match == "Exact" || (match is null && limit < int.MaxValue && parsed is > 0),
            Limit = limit,
            Continue = token,
            SendsInitialEvents = request.Has("sendInitialEvents"),
            AllowsBookmarks = request.Has("allowWatchBookmarks"),
            Timeout = timeout,
        };
    }

    static long? Parse(string? version) => version is null ? null
        : long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : throw StatusException.BadRequest($"resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax");

    static IEnumerable<FieldError> OfWatch(string? match, string? initial, string? token)
    {
        if (initial is not null && match != "NotOlderThan") yield return FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (match is null) yield break;
        if (initial is null) yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        if (match != "NotOlderThan") yield return FieldError.Unsupported("resourceVersionMatch", $"\"{match}\"", ["NotOlderThan"]);
        if (token is not null) yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden with continue token");
    }

    static IEnumerable<FieldError> OfList(string? match, string? initial, string? version, string? token)
    {
        if (initial is not null) yield return FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        if (match is null) yield break;
        if (version is null) yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (token is not null) yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        if (match is not ("Exact" or "NotOlderThan")) yield return FieldError.Unsupported("resourceVersionMatch", $"\"{match}\"", ["Exact", "NotOlderThan", ""]);
        if (match == "Exact" && version == "0") yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
}
