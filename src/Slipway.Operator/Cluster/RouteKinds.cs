using System.Text.Json;
using Slipway.Resources;
using static Slipway.Operator.Cluster.RoutingKinds;

namespace Slipway.Operator.Cluster;

/// <summary>An HTTPRoute or GRPCRoute: its backendRefs, and what its gateways say of it.</summary>
sealed record Route(ObjectKey Key, string Uid, string ResourceVersion, long Generation, IReadOnlyList<RouteRef> Refs, IReadOnlyList<RouteParent> Parents) : IProjected
{
    /// <summary>The annotation of the pod weights that totals follow, as it stands.</summary>
    public string? PodWeights { get; init; }

    public bool HasAnnotations { get; init; }

    /// <summary>The latest manager that owns the rules.</summary>
    public string? WrittenBy { get; init; }

    /// <summary>Every gateway has accepted this generation and resolved its references.</summary>
    public bool IsInForce => Parents.Count > 0 && Parents.All(parent => parent.IsInForce(Generation));

    public string? NotInForce => Parents.Count == 0 ? "no gateway has said anything of it"
        : Parents.FirstOrDefault(parent => !parent.IsInForce(Generation)) is { } parent ? parent.Why ?? $"{parent.Name} has not taken over its newest generation yet" : null;
}

/// <summary>A backendRef and where in the route it is.</summary>
sealed record RouteRef(string Path, string Group, string Kind, string? Namespace, string Name, int? Weight);

/// <summary>What one gateway says of a route.</summary>
sealed record RouteParent(string Name, bool Accepted, bool Resolved, long Observed, string? Why)
{
    /// <summary>It has looked, and said no.</summary>
    public bool IsRefused => !Accepted || !Resolved;

    public bool IsInForce(long generation) => !IsRefused && Observed >= generation;
}

/// <summary>Projection of Gateway API routes, of which there are few.</summary>
static class RouteKinds
{
    public static Route Read(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = json.GetProperty("metadata").Deserialize(ClusterJson.Default.ObjectMeta)!;
        return new(
            new(meta.Namespace ?? "", meta.Name ?? ""),
            meta.Uid ?? "",
            meta.ResourceVersion ?? "",
            meta.Generation ?? 0,
            [.. Items(At(json, "spec", "rules")).SelectMany((rule, i) => Items(At(rule, "backendRefs")).Select((one, j) => Ref($"/spec/rules/{i}/backendRefs/{j}", one)))],
            [.. Items(At(json, "status", "parents")).Select(Parent)])
        {
            PodWeights = meta.Annotations?.GetValueOrDefault(Names.PodWeights),
            HasAnnotations = meta.Annotations is not null,
            WrittenBy = Manager(json, entry => At(entry, "fieldsV1", "f:spec", "f:rules").ValueKind == JsonValueKind.Object),
        };
    }

    static RouteRef Ref(string path, JsonElement json) => new(
        path,
        Text(At(json, "group")) ?? "",
        Text(At(json, "kind")) ?? "Service",
        Text(At(json, "namespace")),
        Text(At(json, "name")) ?? "",
        At(json, "weight") is { ValueKind: JsonValueKind.Number } weight ? weight.GetInt32() : null);

    static RouteParent Parent(JsonElement json)
    {
        var conditions = Items(At(json, "conditions")).ToList();
        var (accepted, resolved) = (conditions.Find(condition => Text(At(condition, "type")) == "Accepted"), conditions.Find(condition => Text(At(condition, "type")) == "ResolvedRefs"));
        var refused = new[] { accepted, resolved }.FirstOrDefault(condition => Text(At(condition, "status")) == "False");
        return new(
            $"gateway {Text(At(json, "parentRef", "name"))}",
            Text(At(accepted, "status")) == "True",
            Text(At(resolved, "status")) != "False",
            Number(accepted, "observedGeneration"),
            refused.ValueKind == JsonValueKind.Object ? Text(At(refused, "message")) ?? Text(At(refused, "reason")) : null);
    }

    static long Number(JsonElement json, string field) => At(json, field) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : 0;

    static IEnumerable<JsonElement> Items(JsonElement json) => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];
}
