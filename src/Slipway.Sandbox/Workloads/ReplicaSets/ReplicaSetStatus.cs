using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.ReplicaSets;

/// <summary>What a ReplicaSet tells about its pods, computed whole.</summary>
static class ReplicaSetStatus
{
    public static JsonObject Of(SelectingObject replicaSet, IReadOnlyCollection<PodFacts> active, DateTimeOffset now)
    {
        var minReadySeconds = replicaSet.Json.Number("spec", "minReadySeconds") ?? 0;
        var templateLabels = replicaSet.Json.Words("spec", "template", "metadata", "labels");
        var status = new JsonObject { ["replicas"] = active.Count };
        Count(status, "fullyLabeledReplicas", active.Count(pod => templateLabels.All(label => pod.Labels.GetValueOrDefault(label.Key) == label.Value)));
        Count(status, "readyReplicas", active.Count(pod => pod.IsReady));
        Count(status, "availableReplicas", active.Count(pod => pod.IsAvailable(minReadySeconds, now)));
        status["observedGeneration"] = replicaSet.Json.Generation;
        return status;
    }

    // Counts of zero are omitted on the wire, as Go's omitempty has it.
    static void Count(JsonObject status, string name, int count)
    {
        if (count > 0) status[name] = count;
    }
}
