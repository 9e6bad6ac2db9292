using System.Text.Json;
using Slipway.Budgets;
using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator.Cluster;

/// <summary>A node and its labels.</summary>
sealed record Node(ObjectKey Key, string Uid, string ResourceVersion, LabelSet Labels) : IProjected;

/// <summary>A DaemonSet, as far as it matters whether its pods run.</summary>
sealed record DaemonSet(ObjectKey Key, string Uid, string ResourceVersion, int ReadyPods) : IProjected;

/// <summary>A ContainerRecreateRequest, and the UID of the ticket that made it, where one did.</summary>
sealed record RecreateRequest(ObjectKey Key, string Uid, string ResourceVersion, string? Ticket, RecreateRequestSeen Seen) : IProjected;

/// <summary>Projections of kinds of which there are few: read whole, then picked from.</summary>
static class SmallKinds
{
    public static OpsTicket ReadTicket(ref Utf8JsonReader reader)
    {
        var start = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, TicketJson.Default.OpsTicket)!;
        }
        catch (JsonException)
        {
            reader = start;
            var json = JsonElement.ParseValue(ref reader);

            // Written past the schema (it was changed, or is missing): the rules refuse an empty ticket by itself, the others go on.
            return new() { Metadata = Metadata(json), Spec = new() { Title = "", Operation = Operation.Restart, Targets = [] } };
        }
    }

    public static OpsTicketGroup ReadGroup(ref Utf8JsonReader reader)
    {
        var start = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, TicketJson.Default.OpsTicketGroup)!;
        }
        catch (JsonException)
        {
            reader = start;
            var json = JsonElement.ParseValue(ref reader);
            return new() { Metadata = Metadata(json), Spec = new() { Ticket = "", Number = 1, Name = "", Part = 1, Pods = [] } };
        }
    }

    public static Node ReadNode(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        return new(Key(meta), meta.Uid ?? "", meta.ResourceVersion ?? "", meta.Labels is { } labels ? new(labels) : LabelSet.Empty);
    }

    public static DaemonSet ReadDaemonSet(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        return new(Key(meta), meta.Uid ?? "", meta.ResourceVersion ?? "", Number(At(json, "status", "numberReady")));
    }

    public static DisruptionBudget ReadBudget(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        return new()
        {
            Key = Key(meta),
            Uid = meta.Uid ?? "",
            ResourceVersion = meta.ResourceVersion ?? "",
            Generation = meta.Generation ?? 0,
            Selector = At(json, "spec", "selector") is { ValueKind: JsonValueKind.Object } selector ? selector.Deserialize(ClusterJson.Default.LabelSelector) : null,
            ObservedGeneration = Number(At(json, "status", "observedGeneration")),
            DisruptionsAllowed = Number(At(json, "status", "disruptionsAllowed")),
            DesiredHealthy = Number(At(json, "status", "desiredHealthy")),
            Expected = Number(At(json, "status", "expectedPods")),
            MinAvailable = Share(At(json, "spec", "minAvailable")),
            MaxUnavailable = Share(At(json, "spec", "maxUnavailable")),
            UnhealthyMayAlwaysGo = Text(At(json, "spec", "unhealthyPodEvictionPolicy")) == "AlwaysAllow",
        };
    }

    public static RecreateRequest ReadRecreateRequest(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        var states = At(json, "status", "containerRecreateStates") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
        var completed = Text(At(json, "status", "phase")) == "Completed";
        // Completed says only that the daemon is done; each container has its own outcome (OpenKruise, ContainerRecreateRequest).
        var unsuccessful = states.FirstOrDefault(state => Text(At(state, "phase")) != "Succeeded");
        var failure = !completed ? null
            : unsuccessful.ValueKind == JsonValueKind.Object ? $"container {Text(At(unsuccessful, "name"))} is {Text(At(unsuccessful, "phase"))} {Text(At(unsuccessful, "message"))}".TrimEnd()
            : states.Count == 0 ? Text(At(json, "status", "message")) ?? "no container was recreated"
            : null;
        return new(Key(meta), meta.Uid ?? "", meta.ResourceVersion ?? "", meta.Labels?.GetValueOrDefault(Names.TicketLabel), new(meta.Name ?? "", completed, failure));
    }

    public static Autoscaler ReadAutoscaler(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        var conditions = At(json, "status", "conditions") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
        return new()
        {
            Key = Key(meta),
            Uid = meta.Uid ?? "",
            ResourceVersion = meta.ResourceVersion ?? "",
            Target = Target(At(json, "spec", "scaleTargetRef")),
            Least = At(json, "spec", "minReplicas").ValueKind == JsonValueKind.Number ? Number(At(json, "spec", "minReplicas")) : 1,
            Most = Number(At(json, "spec", "maxReplicas")),
            IsIdle = conditions.Any(condition => Text(At(condition, "type")) == "ScalingActive" && Text(At(condition, "status")) == "False"),
            NeverAdds = Text(At(json, "spec", "behavior", "scaleUp", "selectPolicy")) == "Disabled",
        };
    }

    public static WorkloadSpread ReadSpread(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        var meta = Metadata(json);
        return new() { Key = Key(meta), Uid = meta.Uid ?? "", ResourceVersion = meta.ResourceVersion ?? "", Target = Target(At(json, "spec", "targetRef")) };
    }

    static ScaleTarget Target(JsonElement json) => new(Text(At(json, "apiVersion")) ?? "", Text(At(json, "kind")) ?? "", Text(At(json, "name")) ?? "");

    static IntOrPercent? Share(JsonElement json) => json.ValueKind is JsonValueKind.Number or JsonValueKind.String && IntOrPercent.TryParse(json.ToString(), out var share) ? share : null;

    static ObjectMeta Metadata(JsonElement json) => At(json, "metadata") is { ValueKind: JsonValueKind.Object } meta ? meta.Deserialize(ClusterJson.Default.ObjectMeta)! : new();

    static ObjectKey Key(ObjectMeta meta) => new(meta.Namespace ?? "", meta.Name ?? "");

    static JsonElement At(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
        }

        return json;
    }

    static int Number(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var value) ? value : 0;

    static string? Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;
}
