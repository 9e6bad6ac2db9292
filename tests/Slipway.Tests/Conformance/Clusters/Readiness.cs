namespace Slipway.Tests.Conformance.Clusters;

/// <summary>Makes pods with a readiness gate ready and unready: the gate is written, and the kubelet makes the condition of it.</summary>
static class Readiness
{
    public const string Gate = "conformance.slipway.dev/serves";

    /// <summary>The part of a pod's spec that gives it the gate.</summary>
    public static string Spec { get; } = $$$""","readinessGates":[{"conditionType":"{{{Gate}}}"}]""";

    public static async Task Set(Cluster cluster, string pod, bool ready)
    {
        var status = ready ? "True" : "False";
        await cluster.Strategic($"{cluster.Pods}/{pod}/status", $$$"""{"status":{"conditions":[{"type":"{{{Gate}}}","status":"{{{status}}}"}]} }""").Is(200);
        await cluster.Until($"the pod's Ready is {status}", $"{cluster.Pods}/{pod}", answer => answer.Json.Condition("Ready") == status);
    }

    /// <summary>Waits until the pods of an app run, and makes them ready.</summary>
    public static async Task<IReadOnlyList<string>> All(Cluster cluster, string app, int count)
    {
        var running = await cluster.Until("the pods run", $"{cluster.Pods}?labelSelector=app={app}", list => list.Items.Count == count && list.Items.All(pod => pod.Condition("ContainersReady") == "True" && pod.Find("metadata.deletionTimestamp").Word() is null));
        foreach (var pod in running.Names) await Set(cluster, pod, ready: true);
        return running.Names;
    }
}
