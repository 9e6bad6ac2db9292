using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.StatefulSets;

/// <summary>A StatefulSet's status, computed whole.</summary>
static class StatefulSetStatus
{
    public static JsonObject Of(StatefulSetObservation seen)
    {
        var ready = seen.Pods.Count(pod => pod is { Phase: "Running", IsReady: true });
        var current = CountOf(seen, seen.CurrentRevision);
        var updated = CountOf(seen, seen.UpdateRevision);
        var isComplete = seen.IsRollingUpdate && updated == seen.Set.Replicas && ready == seen.Set.Replicas && seen.Pods.Count == seen.Set.Replicas;
        var status = new JsonObject
        {
            ["observedGeneration"] = seen.Set.Json.Generation,
            ["replicas"] = seen.Pods.Count,
            ["availableReplicas"] = seen.Pods.Count(pod => pod.Phase == "Running" && pod.IsAvailable(seen.MinReadySeconds, seen.Now)),
            ["collisionCount"] = 0,
            ["currentRevision"] = isComplete ? seen.UpdateRevision : seen.CurrentRevision,
            ["updateRevision"] = seen.UpdateRevision,
        };
        Count(status, "readyReplicas", ready);
        Count(status, "currentReplicas", isComplete ? updated : current);
        Count(status, "updatedReplicas", updated);
        return status;
    }

    static int CountOf(StatefulSetObservation seen, string revision) => seen.Pods.Count(pod => !pod.IsDeleting && StatefulSetObservation.RevisionOf(pod) == revision);

    static void Count(JsonObject status, string name, int count)
    {
        if (count > 0) status[name] = count;
    }
}
