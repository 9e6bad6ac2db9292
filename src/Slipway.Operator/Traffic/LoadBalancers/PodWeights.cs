using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Slipway.Operator.Cluster;
using Slipway.Resources;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>The pod weights that a route's totals follow, kept in an annotation of the route: the only place that lives as long as the totals do.</summary>
sealed record PodWeights(Dictionary<string, KeptWeight> ByBackend)
{
    /// <summary>What cannot be read counts as nothing kept.</summary>
    public static PodWeights Of(Route route)
    {
        try
        {
            return new(route.PodWeights is { } text && JsonSerializer.Deserialize(text, PodWeightsJson.Default.DictionaryStringKeptWeight) is { } read ? read : []);
        }
        catch (JsonException)
        {
            return new([]);
        }
    }

    public static string KeyOf(RouteRef at, Route route) => at.Namespace is null || at.Namespace == route.Key.Namespace ? at.Name : $"{at.Namespace}/{at.Name}";

    /// <summary>The pod weight a backend's total follows, unless somebody has written another total since.</summary>
    public int? Of(RouteRef at, Route route) => ByBackend.TryGetValue(KeyOf(at, route), out var kept) && kept.Total == at.Weight ? kept.Pod : null;

    public PodWeights With(RouteRef at, Route route, KeptWeight? kept)
    {
        var changed = new Dictionary<string, KeptWeight>(ByBackend);
        if (kept is null) changed.Remove(KeyOf(at, route));
        else changed[KeyOf(at, route)] = kept;
        return new(changed);
    }

    /// <summary>The operations that make the route's annotation say this; none where it does.</summary>
    public IEnumerable<JsonObject> Patch(Route route)
    {
        var path = $"/metadata/annotations/{Names.PodWeights.Replace("/", "~1", StringComparison.Ordinal)}";
        var text = ByBackend.Count == 0 ? null : JsonSerializer.Serialize(new SortedDictionary<string, KeptWeight>(ByBackend, StringComparer.Ordinal), PodWeightsJson.Default.SortedDictionaryStringKeptWeight);
        if (text == route.PodWeights) yield break;
        if (text is null) yield return new() { ["op"] = "remove", ["path"] = path };
        else if (route.HasAnnotations) yield return new() { ["op"] = "add", ["path"] = path, ["value"] = text };
        else yield return new() { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = new JsonObject { [Names.PodWeights] = text } };
    }
}

/// <summary>A pod weight, and the total last written for it.</summary>
sealed record KeptWeight(int Pod, int Total);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, KeptWeight>))]
[JsonSerializable(typeof(SortedDictionary<string, KeptWeight>))]
sealed partial class PodWeightsJson : JsonSerializerContext
{
}
