using System.Text.Json;
using Slipway.Resources;
using static Slipway.Operator.Cluster.ObjectReader;

namespace Slipway.Operator.Cluster;

/// <summary>A Service, as far as it matters whom it selects.</summary>
sealed record Service(ObjectKey Key, string Uid, string ResourceVersion, LabelSet Selector, bool PublishesNotReady) : IProjected;

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
        var meta = new ObjectMeta();
        var selector = LabelSet.Empty;
        var publishes = false;
        var external = false;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8)) meta = ReadMetadata(ref reader);
            else if (!reader.ValueTextEquals("spec"u8)) Pass(ref reader);
            else if (EnterObject(ref reader))
            {
                while (NextProperty(ref reader))
                {
                    if (reader.ValueTextEquals("selector"u8)) selector = Labels(ref reader, _pools);
                    else if (reader.ValueTextEquals("publishNotReadyAddresses"u8)) publishes = True(ref reader);
                    else if (reader.ValueTextEquals("type"u8)) external = Text(ref reader) == "ExternalName";
                    else Pass(ref reader);
                }
            }
        }

        return new(new(meta.Namespace ?? "", meta.Name ?? ""), meta.Uid ?? "", meta.ResourceVersion ?? "", external ? LabelSet.Empty : selector, publishes);
    }

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
                    if (reader.ValueTextEquals("uid"u8)) uid = Text(ref reader);
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
