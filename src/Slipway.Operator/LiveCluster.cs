using Microsoft.Extensions.Logging;
using Slipway.Budgets;
using Slipway.CafeDeployments;
using Slipway.Components;
using Slipway.Operator.Cluster;
using Slipway.Operator.Tickets;
using Slipway.Operator.Traffic;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator;

/// <summary>What changed: an object of a kind. <paramref name="Ticket"/> is the ticket it belongs to, where it belongs to one.</summary>
public readonly record struct LiveChange(ResourceType Type, ObjectKey Key, string? Ticket = null);

/// <summary>The cluster as the operator sees it, followed for readers: one set of informers, however many look. It writes nothing.</summary>
public sealed partial class LiveCluster
{
    readonly ClusterView _view;
    readonly TicketMemory _memory;
    readonly TicketObserver _observer;

    public LiveCluster(KubernetesApi api, string? ns, int seed, TimeProvider time, ILoggerFactory? logs = null)
    {
        Time = time;
        var log = logs?.CreateLogger("slipway.informers");
        _view = new(api, ns, new Random(seed), time, log is null ? null : trouble => NotSeen(log, trouble));
        _memory = new(time);
        _observer = new(_view, _memory, new TrafficObserver(_view, new Balancers(_view, api, null, time)), time);
        Tell(_view.Tickets, Kinds.OpsTickets, ticket => ticket.Key.Name);
        Tell(_view.Groups, Kinds.OpsTicketGroups, group => group.Spec.Ticket);
        Tell(_view.Pods, Kinds.Pods);
        Tell(_view.Deployments, Kinds.Deployments);
        Tell(_view.StatefulSets, Kinds.StatefulSets);
        Tell(_view.Budgets, Kinds.PodDisruptionBudgets);
        Tell(_view.CafeDeployments, Kinds.CafeDeployments);
        Tell(_view.InPlaceSets, Kinds.InPlaceSets);
        Tell(_view.EndpointSlices, Kinds.EndpointSlices);
        Tell(_view.Applications, Kinds.ApplicationServices);
        Tell(_view.Policies, Kinds.OpsPolicies);
        foreach (var store in _view.ComponentWorkloads) Tell(store, Kinds.Deployments);
        _view.OnTroubleChanged(() => TroubleChanged?.Invoke());
    }

    internal ClusterView View => _view;

    /// <summary>Called after each change, on the informers' context.</summary>
    public event Action<LiveChange>? Changed;

    public event Action? TroubleChanged;

    /// <summary>Why what is seen may be out of date, in one sentence; null while the server answers.</summary>
    public string? Trouble => _view.Trouble;

    /// <summary>The clock that the cluster's operator goes by.</summary>
    public TimeProvider Time { get; }

    public Task RunAsync(CancellationToken cancellation) => _view.RunAsync(cancellation);

    public Task SyncedAsync(CancellationToken cancellation) => _view.SyncedAsync(cancellation);

    public IReadOnlyList<OpsTicket> Tickets() => _view.Tickets.All();

    public OpsTicket? Ticket(ObjectKey key) => _view.Tickets.Get(key);

    public IReadOnlyList<OpsTicketGroup> GroupsOf(OpsTicket ticket)
    {
        lock (_memory.Gate) return _observer.GroupsOf(ticket);
    }

    /// <summary>Everything a decision about this ticket, or draft, may look at.</summary>
    public TicketObservation Observe(OpsTicket ticket)
    {
        lock (_memory.Gate) return _observer.Observe(ticket);
    }

    /// <summary>What the cluster's components allow, gate by gate.</summary>
    public IReadOnlyList<DiagnosisLine> Diagnosis() => Components.Diagnosis.Of(_view.Components, _view.RecreateRequestsServed);

    /// <summary>Namespaces with something to operate, or a ticket, by name.</summary>
    public IReadOnlyList<string> Namespaces() => [.. WorkloadKeys().Concat(_view.Tickets.Keys()).Select(key => key.Namespace).Distinct().Order(NaturalOrder.Names)];

    /// <summary>The application services of a namespace by name: those declared, and every workload that no declared one stands for.</summary>
    public IReadOnlyList<ServiceSeen> Services(string ns) =>
    [
        .. WorkloadKeys().Concat(_view.Applications.Keys()).Where(key => key.Namespace == ns).Select(key => key.Name).Distinct().Order(NaturalOrder.Names)
            .Select(name => _view.Service(ns, name))
            .Where(service => service.Application is not null || service.Workload is not { } workload || _view.ServicesOf(workload).Count == 0)
            .Where(service => service.Application is not null || service.Workloads.Count > 0),
    ];

    /// <summary>The CafeDeployments of all namespaces.</summary>
    public IReadOnlyList<CafeDeployment> CafeDeployments() => _view.CafeDeployments.All();

    /// <summary>Pods that tickets hold out of traffic.</summary>
    public IReadOnlyList<PodSeen> HeldOut() =>
        [.. _view.Pods.All().Where(pod => pod.Traffic is { IsHeld: true }).OrderBy(pod => pod.Key.Namespace, NaturalOrder.Names).ThenBy(pod => pod.Name, NaturalOrder.Names).Select(pod => new PodSeen(pod, _view.UnitOf(pod), _view.WorkloadOf(pod)))];

    IEnumerable<ObjectKey> WorkloadKeys() => [.. _view.Deployments.Keys(), .. _view.StatefulSets.Keys(), .. _view.CafeDeployments.Keys(), .. _view.InPlaceSets.Keys()];

    public ServiceSeen Service(ObjectKey key) => _view.Service(key.Namespace, key.Name);

    /// <summary>Every pod of a namespace, whoever owns it, by name.</summary>
    public IReadOnlyList<PodSeen> Pods(string ns) =>
        [.. _view.PodsByNamespace.Get(ns).OrderBy(pod => pod.Name, NaturalOrder.Names).Select(pod => new PodSeen(pod, _view.UnitOf(pod), _view.WorkloadOf(pod)))];

    /// <summary>The disruption budgets that cover a service's pods.</summary>
    public IReadOnlyList<DisruptionBudget> BudgetsOf(string ns, ServiceSeen service)
    {
        var labels = service.Pods.Select(pod => pod.Pod.Labels).Distinct().ToList();
        return [.. _view.BudgetsByNamespace.Get(ns).Where(budget => labels.Any(budget.Covers)).OrderBy(budget => budget.Name, NaturalOrder.Names)];
    }

    void Tell<T>(Store<T> store, ResourceType type, Func<T, string>? ticket = null)
        where T : class, IProjected =>
        store.Changed += change =>
        {
            if ((change.New ?? change.Old) is { } record) Changed?.Invoke(new(type, record.Key, ticket?.Invoke(record)));
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
    static partial void NotSeen(ILogger logger, string trouble);
}
