using Microsoft.Extensions.Logging;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;
using Slipway.Tickets;
using Slipway.Traffic;

namespace Slipway.Operator.Traffic;

/// <summary>
/// Keeps the pod weights that tickets have set where a balancer knows totals only: when the number of a unit's ready pods changes, its
/// total is written anew. A total that somebody else has written since is left as it is.
/// </summary>
sealed class ShareKeeper
{
    /// <summary>Pods become ready in flocks; one write for a flock is enough.</summary>
    static readonly TimeSpan Flock = TimeSpan.FromSeconds(2);

    readonly ClusterView _view;
    readonly Balancers _balancers;
    readonly WorkQueue<ObjectKey> _queue;

    ShareKeeper(ClusterView view, Balancers balancers, TimeProvider time)
    {
        (_view, _balancers, _queue) = (view, balancers, new(time));
        view.Pods.Changed += change =>
        {
            if (change.Old?.Available == change.New?.Available || (change.New ?? change.Old) is not { Controller: not null } pod || view.WorkloadOf(pod) is not { } workload) return;
            foreach (var service in view.ServicesOf(workload)) Wake(service);
        };
        view.SharesChanged += WakeAll;
        view.Tickets.Changed += change =>
        {
            if ((change.New ?? change.Old) is { Spec.Operation: Operation.ShiftTraffic } ticket) WakeAll(ticket.Key.Namespace);
        };
    }

    public static Controller Create(ClusterView view, Balancers balancers, TimeProvider time, ILogger log)
    {
        var keeper = new ShareKeeper(view, balancers, time);
        return new("shares", keeper._queue, keeper.ReconcileAsync, workers: 1, log);
    }

    async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (_view.Applications.Get(key) is not { Spec.Traffic.Provider: TrafficProvider.GatewayApi }) return Requeue.OnChange;

        // A ticket that shifts these weights sets the totals itself.
        if (_view.ActiveByNamespace.Get(key.Namespace).Any(ticket => ticket.Spec.Operation == Operation.ShiftTraffic && ticket.Spec.Targets.Any(target => target.Service == key.Name))) return Requeue.OnChange;
        var service = _view.Service(key.Namespace, key.Name);
        if (_balancers.Look(service) is not { IsUnread: false, Troubles.Count: 0 } weights) return Requeue.OnChange;
        List<WeightWrite> writes =
        [
            .. from unit in weights.Units
               where unit is { Kept: not null, Replicas: > 0 }
               let total = unit.For(unit.Kept!.Value)
               where total != unit.Setting
               select new WeightWrite(unit.Unit, unit.Setting, total, unit.Kept),
        ];
        if (writes.Count == 0) return Requeue.OnChange;
        try
        {
            await _balancers.CarryOutAsync(key.Namespace, new TicketChange.SetWeights(key.Name, writes), cancellation);
        }
        catch (Exception changed) when (changed is NotFoundException or ConflictException or InvalidException)
        {
            // Another write came first: its event brings the service back here.
        }

        return Requeue.OnChange;
    }

    void Wake(ApplicationService service)
    {
        if (service.Spec.Traffic?.Provider == TrafficProvider.GatewayApi) _queue.AddAfter(service.Key, Flock);
    }

    void WakeAll(string ns)
    {
        foreach (var service in _view.ApplicationsByNamespace.Get(ns)) Wake(service);
    }
}
