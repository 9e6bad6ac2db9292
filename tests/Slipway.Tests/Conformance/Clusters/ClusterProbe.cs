using System.Text.Json;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>Finds out, once a run, what there is of a cluster beside its API server; a cluster that is only just there is given time.</summary>
sealed class ClusterProbe
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly Target _target;
    readonly Lazy<Task<string?>> _controllers;
    readonly Lazy<Task<string?>> _nodes;

    public ClusterProbe(Target target)
    {
        _target = target;
        _controllers = new(LookForControllersAsync);
        _nodes = new(LookForNodesAsync);
    }

    /// <summary>Why checks that need a part cannot be held against this cluster; null when they can.</summary>
    public async Task<string?> LacksAsync(ClusterPart part)
    {
        if (_target.IsSandbox || part < ClusterPart.Controllers) return null;
        return await _controllers.Value ?? (part < ClusterPart.Nodes ? null : await _nodes.Value);
    }

    /// <summary>A controller gives every namespace its service account.</summary>
    async Task<string?> LookForControllersAsync()
    {
        var (cluster, ns) = (new Cluster(_target, ""), $"conformance-{_target.Run}-probe");
        await cluster.Post("/api/v1/namespaces", Manifests.Namespace(ns)).Is(201);
        cluster.AtEnd($"/api/v1/namespaces/{ns}");
        var (_, isFound) = await cluster.Within(Patience, () => cluster.Get($"/api/v1/namespaces/{ns}/serviceaccounts/default"), answer => answer.Code == 200);
        await cluster.TidyAsync();
        return isFound ? null : "no controllers run on this cluster: a new namespace gets no service account";
    }

    /// <summary>A node takes a pod and finds the images of the checks.</summary>
    async Task<string?> LookForNodesAsync()
    {
        var cluster = new Cluster(_target, "probe-pods");
        var (_, takesPods) = await cluster.Within(Patience, () => cluster.Get("/api/v1/nodes"), nodes => nodes.Items.Any(TakesPods));
        if (!takesPods) return "no node of this cluster takes pods";
        var probe = Manifests.Pod("probe").Replace("\"containers\":[", $$"""
            "containers":[{"name":"other","image":"{{Manifests.OtherImage}}"},
            """);
        cluster.AtEnd($"{cluster.Pods}/probe");
        var (seen, isReady) = await cluster.Within(Patience, async () => await cluster.Get($"{cluster.Pods}/probe") is { Code: not 404 } there ? there : await cluster.Post(cluster.Pods, probe), answer => answer.Json.IsReady());
        await cluster.TidyAsync();
        return isReady ? null : $"a pod of {Manifests.Image} and {Manifests.OtherImage} does not become ready on this cluster: {seen.Text}";
    }

    static bool TakesPods(JsonElement node) =>
        node.Condition("Ready") == "True" && node.Find("spec.unschedulable").ValueKind != JsonValueKind.True
        && (node.Find("spec.taints") is not { ValueKind: JsonValueKind.Array } taints || taints.EnumerateArray().All(taint => taint.Find("effect").Word() == "PreferNoSchedule"));
}
