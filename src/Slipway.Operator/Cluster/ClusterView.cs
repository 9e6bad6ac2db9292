using Slipway.Budgets;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator.Cluster;

/// <summary>The cluster as the operator sees it: one informer a kind, and the indexes that decisions need.</summary>
sealed class ClusterView
{
    readonly List<IInformer> _informers = [];

    public ClusterView(KubernetesApi api, string? ns, Random chance, TimeProvider time, Action<string>? trouble = null)
    {
        Tickets = Add<OpsTicket>(Kinds.OpsTickets, SmallKinds.ReadTicket, ns);
        Groups = Add<OpsTicketGroup>(Kinds.OpsTicketGroups, SmallKinds.ReadGroup, ns);
        Pods = Add<Pod>(Kinds.Pods, new PodProjection().Read, ns);
        Deployments = Add<Workload>(Kinds.Deployments, new WorkloadProjection("Deployment").Read, ns);
        ReplicaSets = Add<Workload>(Kinds.ReplicaSets, new WorkloadProjection("ReplicaSet").Read, ns);
        StatefulSets = Add<Workload>(Kinds.StatefulSets, new WorkloadProjection("StatefulSet").Read, ns);
        Budgets = Add<DisruptionBudget>(Kinds.PodDisruptionBudgets, SmallKinds.ReadBudget, ns);
        Nodes = Add<Node>(Kinds.Nodes, SmallKinds.ReadNode, null);
        RecreateRequests = Add<RecreateRequest>(Kinds.ContainerRecreateRequests, SmallKinds.ReadRecreateRequest, ns, mayBeMissing: true);
        KruiseDaemons = Add<DaemonSet>(Kinds.DaemonSets, SmallKinds.ReadDaemonSet, KruiseNamespace);

        PodsByOwner = Pods.AddIndex(pod => pod.Controller is { } owner ? [owner.Uid] : []);
        PodsByNamespace = Pods.AddIndex(pod => [pod.Key.Namespace]);
        ReplicaSetsByOwner = ReplicaSets.AddIndex(set => set.Controller is { } owner ? [owner.Uid] : []);
        GroupsByTicket = Groups.AddIndex(group => [.. (group.Metadata.OwnerReferences ?? []).Select(owner => owner.Uid)]);
        ActiveByService = Tickets.AddIndex(ticket => TicketDecision.IsActive(ticket.Status?.Phase)
            ? ticket.Spec.Targets.Select(target => ServiceKey(ticket.Key.Namespace, target.Service)).Distinct()
            : []);
        ActiveByNamespace = Tickets.AddIndex(ticket => TicketDecision.IsActive(ticket.Status?.Phase) ? [ticket.Key.Namespace] : []);
        RequestsByTicket = RecreateRequests.AddIndex(request => request.Ticket is { } ticket ? [ticket] : []);
        BudgetsByNamespace = Budgets.AddIndex(budget => [budget.Key.Namespace]);

        Store<T> Add<T>(ResourceType type, Projection<T> projection, string? within, bool mayBeMissing = false)
            where T : class, IProjected
        {
            var informer = new Informer<T>(api, type, within, projection, new() { KindMayBeMissing = mayBeMissing, Chance = chance, Trouble = trouble }, time);
            _informers.Add(new Runner<T>(informer));
            return informer.Store;
        }
    }

    const string KruiseNamespace = "kruise-system";

    public Store<OpsTicket> Tickets { get; }
    public Store<OpsTicketGroup> Groups { get; }
    public Store<Pod> Pods { get; }
    public Store<Workload> Deployments { get; }
    public Store<Workload> ReplicaSets { get; }
    public Store<Workload> StatefulSets { get; }
    public Store<DisruptionBudget> Budgets { get; }
    public Store<Node> Nodes { get; }
    public Store<RecreateRequest> RecreateRequests { get; }
    public Store<DaemonSet> KruiseDaemons { get; }

    public StoreIndex<Pod> PodsByOwner { get; }
    public StoreIndex<Pod> PodsByNamespace { get; }
    public StoreIndex<Workload> ReplicaSetsByOwner { get; }
    public StoreIndex<OpsTicketGroup> GroupsByTicket { get; }
    public StoreIndex<OpsTicket> ActiveByService { get; }
    public StoreIndex<OpsTicket> ActiveByNamespace { get; }
    public StoreIndex<RecreateRequest> RequestsByTicket { get; }
    public StoreIndex<DisruptionBudget> BudgetsByNamespace { get; }

    /// <summary>OpenKruise's node daemon runs; its own kinds are then served.</summary>
    public bool RecreateRequestsServed => KruiseDaemons.Get(new(KruiseNamespace, "kruise-daemon")) is { ReadyPods: > 0 };

    public static string ServiceKey(string ns, string service) => $"{ns}/{service}";

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.RunAsync(cancellation)));

    public Task SyncedAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.SyncedAsync(cancellation)));

    /// <summary>Looks once, without watching.</summary>
    public Task LoadAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.LoadAsync(cancellation)));

    /// <summary>The deployment unit of a pod: its node's.</summary>
    public string UnitOf(Pod pod) => pod.Node is { } node && Nodes.Get(ObjectKey.Cluster(node)) is { } found ? found.Unit : Names.NoUnit;

    /// <summary>The workload at the top of a pod's owners: the Deployment rather than its ReplicaSet.</summary>
    public Workload? WorkloadOf(Pod pod) => pod.Controller switch
    {
        { Kind: "StatefulSet" } owner => StatefulSets.Get(new(pod.Key.Namespace, owner.Name)),
        { Kind: "ReplicaSet" } owner when ReplicaSets.Get(new(pod.Key.Namespace, owner.Name)) is { } set
            => set.Controller is { Kind: "Deployment" } top ? Deployments.Get(new(pod.Key.Namespace, top.Name)) : set,
        _ => null,
    };

    public ServiceSeen Service(string ns, string name)
    {
        var key = new ObjectKey(ns, name);
        List<Workload> workloads = [.. new[] { Deployments.Get(key), StatefulSets.Get(key) }.OfType<Workload>()];
        return new(name, workloads, [.. workloads.SelectMany(PodsOf).Select(pod => new PodSeen(pod, UnitOf(pod)))]);
    }

    IEnumerable<Pod> PodsOf(Workload workload) => workload.Kind == "Deployment"
        ? ReplicaSetsByOwner.Get(workload.Uid).SelectMany(set => PodsByOwner.Get(set.Uid))
        : PodsByOwner.Get(workload.Uid);

    /// <summary>Informers of different records in one list.</summary>
    interface IInformer
    {
        Task RunAsync(CancellationToken cancellation);
        Task SyncedAsync(CancellationToken cancellation);
        Task LoadAsync(CancellationToken cancellation);
    }

    sealed class Runner<T>(Informer<T> informer) : IInformer
        where T : class, IProjected
    {
        public Task RunAsync(CancellationToken cancellation) => informer.RunAsync(cancellation);

        public Task SyncedAsync(CancellationToken cancellation) => informer.SyncedAsync(cancellation);

        public Task LoadAsync(CancellationToken cancellation) => informer.LoadAsync(cancellation);
    }
}
