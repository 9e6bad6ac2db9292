using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Slipway.Applications;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Units;

namespace Slipway.Operator.Cluster;

/// <summary>Reads what people declare about units, services and rules. What was written past the schema is kept as one that refuses.</summary>
static class DeclaredKinds
{
    public static DeploymentUnit ReadUnit(ref Utf8JsonReader reader) =>
        Read(ref reader, UnitJson.Default.DeploymentUnit, meta => new() { Metadata = meta, Spec = new() { NodeSelector = new Dictionary<string, string>() } });

    public static ApplicationService ReadService(ref Utf8JsonReader reader) =>
        Read(ref reader, ApplicationJson.Default.ApplicationService, meta => new() { Metadata = meta, Spec = new() { Workload = new() { Kind = WorkloadKind.Deployment, Name = "" } } });

    /// <summary>A policy that cannot be read must not widen what may move: its floor is every pod.</summary>
    public static OpsPolicy ReadPolicy(ref Utf8JsonReader reader) =>
        Read(ref reader, PolicyJson.Default.OpsPolicy, meta => new() { Metadata = meta, Spec = new() { Floors = [new() { MinAvailable = IntOrPercent.Percent(100) }] } });

    static T Read<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type, Func<ObjectMeta, T> unreadable)
    {
        var json = JsonElement.ParseValue(ref reader);
        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException)
        {
            return unreadable(json.TryGetProperty("metadata", out var meta) ? meta.Deserialize(ClusterJson.Default.ObjectMeta) ?? new() : new());
        }
    }
}
