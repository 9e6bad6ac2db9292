using Slipway.Resources;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>The make-believe kubelets of all nodes: they run the pods assigned to nodes that are Ready, and leave all others as they are.</summary>
sealed class Kubelets
{
    readonly ClusterView view;
    readonly Random random;
    readonly KeyedLoop<ObjectKey> loop;
    readonly PodAddresses addresses;
    readonly KubeletEvents? events;
    readonly Dictionary<ObjectKey, PodRun> runs = [];

    public Kubelets(ClusterView view, Random random, LoopbackBlock? reached)
    {
        addresses = new(reached);
        this.view = view;
        this.random = random;
        events = KubeletEvents.Of(view);
        loop = new(view, Step);
        view.Pods.Changed += (old, seen) => { if ((seen ?? old)!.NodeName is not null && !IsOwnReport(seen)) loop.Add((seen ?? old)!.Key); };
        view.Nodes.Changed += (_, seen) => { if (seen?.Json.IsTrue("Ready") == true) AddAllOn(seen.Key.Name); };
    }

    /// <summary>Restarts a running container in place; false if there is nothing to restart.</summary>
    public bool Restart(ObjectKey pod, string uid, string container)
    {
        if (!runs.TryGetValue(pod, out var run) || run.Uid != uid || run.StopsAt is not null || !run.Restart(container)) return false;
        loop.Add(pod);
        return true;
    }

    /// <summary>What a kubelet has just reported asks nothing more of it.</summary>
    bool IsOwnReport(PodFacts? seen) => seen is not null && runs.TryGetValue(seen.Key, out var run) && run.Reported == seen.Stored.ResourceVersion;

    void AddAllOn(string node)
    {
        foreach (var pod in view.Pods.On(node)) loop.Add(pod.Key);
    }

    void Step(ObjectKey key)
    {
        var pod = view.Pods[key];
        if (runs.TryGetValue(key, out var run) && run.Uid != pod?.Uid) Forget(key, run);
        if (pod?.NodeName is not { } nodeName || view.Nodes[ObjectKey.Cluster(nodeName)] is not { } node || !node.Json.IsTrue("Ready")) return;
        if (pod is { IsFinished: true, IsDeleting: false }) return;
        var behaviour = PodBehaviour.Of(pod.Json);
        run = RunOf(pod, behaviour);
        var document = new PodStatusDocument(pod, run, HostAddress(node), behaviour, view.Now);
        if (pod.IsDeleting) StopPod(pod, run, document);
        Report(pod, run, document);
        if (run.StopsAt <= view.Now && pod.Json.Number("metadata", "deletionGracePeriodSeconds") is not 0) view.Objects.Delete(Kinds.Pods, key, pod.Uid, gracePeriodSeconds: 0);
    }

    PodRun RunOf(PodFacts pod, PodBehaviour behaviour)
    {
        if (runs.TryGetValue(pod.Key, out var run)) return run;
        var address = pod.Json.Text("status", "podIP") is { Length: > 0 } known ? addresses.Keep(known) : addresses.Take(pod.NodeName!);
        run = runs[pod.Key] = new(pod, address, behaviour.Start, view.Now);
        if (!pod.IsDeleting) events?.Begun(pod, run);
        return run;
    }

    void Forget(ObjectKey key, PodRun run)
    {
        runs.Remove(key);
        events?.Gone(run);
        addresses.Release(run.Node, run.Address);
    }

    void StopPod(PodFacts pod, PodRun run, PodStatusDocument document)
    {
        if (run.StopsAt is null && !pod.IsFinished) events?.Stopping(pod, run);
        run.StopsAt ??= view.Now + (pod.IsFinished ? TimeSpan.Zero : document.Stop);
    }

    void Report(PodFacts pod, PodRun run, PodStatusDocument document)
    {
        var due = run.StopsAt;
        foreach (var orders in document.Orders)
        {
            // On its way out a container only turns ready and unready.
            var seen = run.StopsAt is null ? run.Advance(orders, NewContainerId, Passing(pod, orders)) : run[orders.Name];
            var next = seen.NextDue(orders);
            if (next > view.Now && (due is null || next < due)) due = next;
        }

        if (run.StopsAt is null) events?.Judged(pod, run, document);
        // The last word on a pod that goes at once is seen by no one, unless a finalizer holds it.
        var goesNow = run.StopsAt <= view.Now && pod.Json.Items("metadata", "finalizers").Length == 0;
        if (!goesNow && view.Objects.UpdateStatus(pod.Stored, document.Write()) is { } reported) run.Reported = reported.ResourceVersion;
        if (due > view.Now) loop.AddAt(pod.Key, due.Value);
    }

    // Apart, so that nothing is captured where nobody listens.
    Action<ContainerRun, ContainerRun>? Passing(PodFacts pod, ContainerOrders orders) => events is null ? null : Telling(events, pod, orders);

    static Action<ContainerRun, ContainerRun> Telling(KubeletEvents events, PodFacts pod, ContainerOrders orders) => (before, after) => events.Passed(pod, orders, before, after);

    static string HostAddress(PlainObject node) =>
        Array.Find(node.Json.Items("status", "addresses"), address => address.At("type").Reads("InternalIP")).Text("address") ?? "";

    string NewContainerId()
    {
        Span<byte> bytes = stackalloc byte[32];
        random.NextBytes(bytes);
        return $"containerd://{Convert.ToHexStringLower(bytes)}";
    }
}
