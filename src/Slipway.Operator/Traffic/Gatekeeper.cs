using Microsoft.Extensions.Logging;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Informers;
using Slipway.Runtime.Queues;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic;

/// <summary>
/// Opens the traffic gate of new pods, which the kubelet calls not ready until somebody has, and takes away marks of tickets
/// that no longer exist.
/// </summary>
sealed class Gatekeeper
{
    readonly ClusterView _view;
    readonly KubernetesApi _api;
    readonly TimeProvider _time;
    readonly WorkQueue<ObjectKey> _queue;

    Gatekeeper(ClusterView view, KubernetesApi api, TimeProvider time)
    {
        (_view, _api, _time) = (view, api, time);
        _queue = new(time);
        view.Pods.Changed += OnPod;
        view.Tickets.Changed += OnTicket;
    }

    public static Controller Create(ClusterView view, KubernetesApi api, TimeProvider time, ILogger log)
    {
        var keeper = new Gatekeeper(view, api, time);
        return new("gates", keeper._queue, keeper.ReconcileAsync, workers: 2, log);
    }

    async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (_view.Pods.Get(key) is not { Terminating: false, Finished: false, Traffic: { } traffic } pod) return Requeue.OnChange;
        var (gate, labels) = (Living(traffic.GateHolds), Living(traffic.LabelHolds));
        var change = new TicketChange.PutBackInTraffic(key, pod.Uid, pod.ResourceVersion, _time.GetUtcNow())
        {
            Gate = gate.Count < traffic.GateHolds.Count || traffic is { HasGate: true, IsGateSet: false } ? gate : null,
            Labels = labels.Count < traffic.LabelHolds.Count ? new(labels, traffic.HeldLabels) : null,
            Present = [.. traffic.HeldLabels.Keys.Where(pod.Labels.ContainsKey)],
        };
        if (change is { Gate: null, Labels: null }) return Requeue.OnChange;
        try
        {
            await TrafficPatches.SendAsync(_api, change, cancellation);
        }
        catch (Exception changed) when (changed is NotFoundException or ConflictException)
        {
            // Gone, or another write came first: its event brings the pod back here.
        }

        return Requeue.OnChange;
    }

    List<TrafficHold> Living(IReadOnlyList<TrafficHold> holds) => [.. holds.Where(hold => _view.TicketsByUid.Get(hold.Uid).Count > 0)];

    void OnPod(StoreChange<Pod> change)
    {
        if (change.New is { Traffic: { } traffic } pod && (traffic is { HasGate: true, IsGateSet: false } || traffic.IsHeld)) _queue.Add(pod.Key);
    }

    void OnTicket(StoreChange<OpsTicket> change)
    {
        if (change.Old is not { } old || change.New?.Uid == old.Uid) return;
        foreach (var pod in _view.PodsHeldOut.Get(old.Uid)) _queue.Add(pod.Key);
    }
}
