using System.Text.Json;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using static Slipway.Operator.Cluster.ObjectReader;

namespace Slipway.Operator.Cluster;

/// <summary>A Service: whom it selects, and the weight its annotation gives each of its backends.</summary>
sealed record Service(ObjectKey Key, string Uid, string ResourceVersion, LabelSet Selector, bool PublishesNotReady) : IProjected
{
    public string Type { get; init; } = "ClusterIP";
    public bool LocalTraffic { get; init; }
    public string? Weight { get; init; }

    /// <summary>The manager that owns the annotation.</summary>
    public string? WeightWrittenBy { get; init; }

    /// <summary>Where Alibaba's cloud controller says its backends are; null unless it is of type LoadBalancer.</summary>
    public CloudPlace? Cloud { get; init; }
}

/// <summary>An EndpointSlice: which pods its Service sends to.</summary>
sealed record EndpointSlice(ObjectKey Key, string Uid, string ResourceVersion, string Service, IReadOnlyList<Endpoint> Endpoints) : IProjected;

/// <summary>One pod behind a Service. <paramref name="TakesTraffic"/>: its condition <c>ready</c>, which absent means true.</summary>
readonly record struct Endpoint(PackedUid Pod, bool TakesTraffic);

/// <summary>Projections of Services and EndpointSlices. Slices can be large, so they are read as they stream by.</summary>
sealed class RoutingKinds
{
    const string ServiceLabel = "kubernetes.io/service-name";

    readonly Pools _pools = new();

    public Service ReadService(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = json.GetProperty("metadata").Deserialize(ClusterJson.Default.ObjectMeta)!;
        var spec = At(json, "spec");
        var type = Text(At(spec, "type")) ?? "ClusterIP";
        var selector = At(spec, "selector") is { ValueKind: JsonValueKind.Object } labels && type != "ExternalName"
            ? _pools.Labels(new(labels.EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString() ?? ""))))
            : LabelSet.Empty;
        return new(new(meta.Namespace ?? "", meta.Name ?? ""), meta.Uid ?? "", meta.ResourceVersion ?? "", selector, At(spec, "publishNotReadyAddresses").ValueKind == JsonValueKind.True)
        {
            Type = type,
            Cloud = type == "LoadBalancer" ? CloudPlace.Of(meta, Text(At(spec, "loadBalancerClass"))) : null,
            LocalTraffic = Text(At(spec, "externalTrafficPolicy")) == "Local",
            Weight = meta.Annotations?.GetValueOrDefault(AlibabaCloud.WeightAnnotation),
            WeightWrittenBy = Manager(json, entry => At(entry, "fieldsV1", "f:metadata", "f:annotations", $"f:{AlibabaCloud.WeightAnnotation}").ValueKind == JsonValueKind.Object),
        };
    }

    /// <summary>The latest manager of what a field is about (Kubernetes API reference, managedFields).</summary>
    public static string? Manager(JsonElement json, Func<JsonElement, bool> owns) =>
        At(json, "metadata", "managedFields") is { ValueKind: JsonValueKind.Array } entries
            ? entries.EnumerateArray().Where(owns).OrderBy(entry => Text(At(entry, "time")), StringComparer.Ordinal).Select(entry => Text(At(entry, "manager"))).LastOrDefault()
            : null;

    public static JsonElement At(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
        }

        return json;
    }

    public static string? Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    public static EndpointSlice ReadSlice(ref Utf8JsonReader reader)
    {
        var meta = new ObjectMeta();
        var endpoints = new List<Endpoint>();
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8)) meta = ReadMetadata(ref reader);
            else if (!reader.ValueTextEquals("endpoints"u8)) Pass(ref reader);
            else if (EnterArray(ref reader))
            {
                while (NextObject(ref reader))
                {
                    if (ReadEndpoint(ref reader) is { } endpoint) endpoints.Add(endpoint);
                }
            }
        }

        return new(new(meta.Namespace ?? "", meta.Name ?? ""), meta.Uid ?? "", meta.ResourceVersion ?? "", meta.Labels?.GetValueOrDefault(ServiceLabel) ?? "", [.. endpoints]);
    }

    static Endpoint? ReadEndpoint(ref Utf8JsonReader reader)
    {
        string? uid = null;
        var ready = true;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("conditions"u8))
            {
                if (!EnterObject(ref reader)) continue;
                while (NextProperty(ref reader))
                {
                    if (!reader.ValueTextEquals("ready"u8)) Pass(ref reader);
                    else if (reader.Read()) ready = reader.TokenType != JsonTokenType.False;
                }
            }
            else if (reader.ValueTextEquals("targetRef"u8))
            {
                if (!EnterObject(ref reader)) continue;
                while (NextProperty(ref reader))
                {
                    if (reader.ValueTextEquals("uid"u8)) uid = ObjectReader.Text(ref reader);
                    else Pass(ref reader);
                }
            }
            else
            {
                Pass(ref reader);
            }
        }

        return uid is null ? null : new(new(uid), ready);
    }

    static ObjectMeta ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        return JsonSerializer.Deserialize(ref reader, ClusterJson.Default.ObjectMeta) ?? new();
    }
}
