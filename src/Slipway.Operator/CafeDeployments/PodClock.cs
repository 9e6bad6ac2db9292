using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Informers;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>
/// Since when pods of InPlaceSets have been ready, or without a node, on our own clock. Of a pod that was ready already when it was
/// first seen, its condition says so.
/// </summary>
sealed class PodClock
{
    readonly TimeProvider _time;
    readonly Lock _lock = new();
    readonly Dictionary<PackedUid, DateTimeOffset> _ready = [];
    readonly Dictionary<PackedUid, DateTimeOffset> _homeless = [];

    public PodClock(ClusterView view, TimeProvider time)
    {
        _time = time;
        view.Pods.Changed += OnPod;
    }

    public SetPod Look(Pod pod)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            DateTimeOffset? ready = !pod.Available ? null : _ready.TryGetValue(pod.Identity, out var since) ? since : pod.ReadyTransition < now ? pod.ReadyTransition : now;
            return new(pod, ready, pod.Unschedulable is not null && _homeless.TryGetValue(pod.Identity, out var homeless) ? homeless : null);
        }
    }

    void OnPod(StoreChange<Pod> change)
    {
        if ((change.New ?? change.Old) is not { Controller.Kind: "InPlaceSet" } pod) return;
        lock (_lock)
        {
            if (change.New is not { Available: true }) _ready.Remove(pod.Identity);
            else if (change.Old is { } old && (!old.Available || old.ReadyTransition != pod.ReadyTransition)) _ready[pod.Identity] = _time.GetUtcNow();
            if (change.New is not { Unschedulable: not null }) _homeless.Remove(pod.Identity);
            else _homeless.TryAdd(pod.Identity, _time.GetUtcNow());
        }
    }
}
