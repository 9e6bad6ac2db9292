using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Informers;
using Slipway.Runtime.Queues;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator.Tickets;

/// <summary>Observe, decide, act: one ticket at a time per key, all decisions under one lock.</summary>
sealed class TicketController
{
    /// <summary>Changes of pods come in flocks, and so does the news of what was just written; looking once at a flock is enough.</summary>
    static readonly TimeSpan Flock = TimeSpan.FromMilliseconds(20);

    readonly ClusterView _view;
    readonly TicketMemory _memory;
    readonly TicketObserver _observer;
    readonly TicketActor _actor;
    readonly WorkQueue<ObjectKey> _queue;

    public TicketController(ClusterView view, TicketMemory memory, TicketObserver observer, TicketActor actor, WorkQueue<ObjectKey> queue)
    {
        (_view, _memory, _observer, _actor, _queue) = (view, memory, observer, actor, queue);
        view.Tickets.Changed += OnTicket;
        view.Groups.Changed += OnGroup;
        view.Pods.Changed += OnPod;
        view.Applications.Changed += OnService;
        view.Policies.Changed += _ => WakeAll();
        view.WorkloadChanged += OnWorkload;
        view.Autoscalers.Changed += change => WakeNamespace((change.New ?? change.Old)!.Key.Namespace);
        view.Spreads.Changed += change => WakeNamespace((change.New ?? change.Old)!.Key.Namespace);
        view.Budgets.Changed += OnBudget;
        view.RecreateRequests.Changed += OnRecreateRequest;
        view.EndpointSlices.Changed += OnSlice;
        view.HttpRoutes.Changed += OnRoute;
        view.GrpcRoutes.Changed += OnRoute;
        view.Services.Changed += change => WakeTraffic((change.New ?? change.Old)!.Key.Namespace);
    }

    public async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (_view.Tickets.Get(key) is not { } ticket) return Requeue.OnChange;
        TicketObservation seen;
        TicketDecision decision;
        lock (_memory.Gate)
        {
            seen = _observer.Observe(ticket);
            decision = TicketDecision.Decide(seen);
            foreach (var change in decision.Changes.OfType<TicketChange.Effect>()) _memory.Acting(change, ticket.Uid);
            foreach (var record in decision.Changes.OfType<TicketChange.RecordGroup>()) _memory.Claims(ticket, record);
        }

        return await _actor.ActAsync(seen, decision, cancellation);
    }

    void OnTicket(StoreChange<OpsTicket> change)
    {
        if (change.Old is { } old && change.New?.Uid != old.Uid) _memory.DeletedTicket(old.Uid);
        if ((change.New ?? change.Old) is not { } ticket) return;
        _queue.AddAfter(ticket.Key, change.New is { } seen && _memory.IsOwn(seen) ? Flock : TimeSpan.Zero);

        // A ticket that ends frees what others wait for.
        if (TicketDecision.IsActive(change.Old?.Status?.Phase) && !TicketDecision.IsActive(change.New?.Status?.Phase)) WakeNamespace(ticket.Key.Namespace);
    }

    void OnGroup(StoreChange<OpsTicketGroup> change)
    {
        if (change.New is null && change.Old is { } gone) _memory.DeletedGroup(gone.Uid);

        // Nobody else writes results: ours are no news. (A ticket of ours may bring a command of somebody else along.)
        if ((change.New ?? change.Old) is { } group && !(change.New is { } seen && _memory.IsOwn(seen))) _queue.AddAfter(new(group.Key.Namespace, group.Spec.Ticket), Flock);

        // A scale-in that ends frees its workload for the next ticket.
        if (change.Old?.Status?.ScaleIns is not null && change.New?.Status?.ScaleIns is null) WakeNamespace(change.Old.Key.Namespace);
    }

    void OnPod(StoreChange<Pod> change)
    {
        if ((change.New ?? change.Old) is not { Controller: not null } pod) return;
        if (_view.WorkloadOf(pod) is { } workload) WakeServices(workload);
    }

    void OnService(StoreChange<ApplicationService> change)
    {
        foreach (var service in new[] { change.Old, change.New }.OfType<ApplicationService>())
        {
            WakeService(service.Key.Namespace, service.Name);
            WakeService(service.Key.Namespace, service.Spec.Workload.Name);
        }
    }

    void OnWorkload(StoreChange<Workload> change)
    {
        if (change is { Old: { } old, New: { } now } && SaysTheSame(old, now)) return;
        if ((change.New ?? change.Old) is { } workload) WakeServices(workload);
    }

    /// <summary>Counts of ready pods change often; no decision looks at them, for it looks at the pods. The selector is part of what generations count.</summary>
    static bool SaysTheSame(Workload old, Workload now) =>
        old.Generation == now.Generation && old with { ResourceVersion = now.ResourceVersion, Selector = now.Selector } == now;

    void OnBudget(StoreChange<DisruptionBudget> change)
    {
        if ((change.New ?? change.Old) is { } budget) WakeNamespace(budget.Key.Namespace);
    }

    void OnRecreateRequest(StoreChange<RecreateRequest> change)
    {
        if ((change.New ?? change.Old) is { Ticket: not null } request) WakeNamespace(request.Key.Namespace);
    }

    void WakeServices(Workload workload)
    {
        foreach (var service in _view.ServiceNamesOf(workload)) WakeService(workload.Key.Namespace, service);
    }

    void WakeAll()
    {
        foreach (var ticket in _view.Tickets.All().Where(ticket => TicketDecision.IsActive(ticket.Status?.Phase))) _queue.AddAfter(ticket.Key, Flock);
    }

    void OnRoute(StoreChange<Route> change) => WakeTraffic((change.New ?? change.Old)!.Key.Namespace);

    void OnSlice(StoreChange<EndpointSlice> change) => WakeTraffic((change.New ?? change.Old)!.Key.Namespace);

    /// <summary>Endpoints concern only tickets that change traffic.</summary>
    void WakeTraffic(string ns)
    {
        foreach (var ticket in _view.ActiveByNamespace.Get(ns))
        {
            if (ticket.Spec.Operation is Operation.RemoveTraffic or Operation.ShiftTraffic || ticket.Spec.DrainsFirst()) _queue.AddAfter(ticket.Key, Flock);
        }
    }

    void WakeService(string ns, string service)
    {
        foreach (var ticket in _view.ActiveByService.Get(ClusterView.ServiceKey(ns, service))) _queue.AddAfter(ticket.Key, Flock);
    }

    void WakeNamespace(string ns)
    {
        foreach (var ticket in _view.ActiveByNamespace.Get(ns)) _queue.AddAfter(ticket.Key, Flock);
    }
}
