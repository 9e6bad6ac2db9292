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
        var found = await WithinPatience(async () => (await cluster.Get($"/api/v1/namespaces/{ns}/serviceaccounts/default")).Code == 200);
        await cluster.TidyAsync();
        return found ? null : "no controllers run on this cluster: a new namespace gets no service account";
    }

    /// <summary>A node takes a pod and finds the images of the checks.</summary>
    async Task<string?> LookForNodesAsync()
    {
        var cluster = new Cluster(_target, "probe-pods");
        if (!await WithinPatience(async () => (await cluster.Get("/api/v1/nodes")).Items.Any(TakesPods))) return "no node of this cluster takes pods";
        var probe = Manifests.Pod("probe").Replace("\"containers\":[", $$"""
            "containers":[{"name":"other","image":"{{Manifests.OtherImage}}"},
            """);
        var seen = "";
        cluster.AtEnd($"{cluster.Pods}/probe");
        var isReady = await WithinPatience(async () =>
        {
            var answer = await cluster.Get($"{cluster.Pods}/probe");
            if (answer.Code == 404) answer = await cluster.Post(cluster.Pods, probe);
            seen = answer.Text;
            return answer.Json.IsReady();
        });
        await cluster.TidyAsync();
        return isReady ? null : $"a pod of {Manifests.Image} and {Manifests.OtherImage} does not become ready on this cluster: {seen}";
    }

    static bool TakesPods(JsonElement node) =>
        node.Condition("Ready") == "True" && node.Find("spec.unschedulable").ValueKind != JsonValueKind.True
        && (node.Find("spec.taints") is not { ValueKind: JsonValueKind.Array } taints || taints.EnumerateArray().All(taint => taint.Find("effect").Word() == "PreferNoSchedule"));

    async Task<bool> WithinPatience(Func<Task<bool>> look)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) return false;
            await Task.Delay(_target.Poll);
        }

        return true;
    }
}
