using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Components;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Tickets;
using Slipway.Units;
using Slipway.Workloads;

namespace Slipway.Operator.Cluster;

/// <summary>The cluster as the operator sees it: one informer a kind, and the indexes that decisions need.</summary>
sealed class ClusterView
{
    readonly List<IInformer> _informers = [];

    public ClusterView(KubernetesApi api, string? ns, Random chance, TimeProvider time)
    {
        Tickets = Add<OpsTicket>(Kinds.OpsTickets, SmallKinds.ReadTicket, ns);
        Groups = Add<OpsTicketGroup>(Kinds.OpsTicketGroups, SmallKinds.ReadGroup, ns);
        Pods = Add<Pod>(Kinds.Pods, new PodProjection().Read, ns);
        Deployments = Add<Workload>(Kinds.Deployments, new WorkloadProjection("Deployment").Read, ns);
        ReplicaSets = Add<Workload>(Kinds.ReplicaSets, new WorkloadProjection("ReplicaSet").Read, ns);
        StatefulSets = Add<Workload>(Kinds.StatefulSets, new WorkloadProjection("StatefulSet").Read, ns);
        Budgets = Add<DisruptionBudget>(Kinds.PodDisruptionBudgets, SmallKinds.ReadBudget, ns);
        Nodes = Add<Node>(Kinds.Nodes, SmallKinds.ReadNode, null);
        Units = new(Add<DeploymentUnit>(Kinds.DeploymentUnits, DeclaredKinds.ReadUnit, null, mayBeMissing: true), Nodes);
        Applications = Add<ApplicationService>(Kinds.ApplicationServices, DeclaredKinds.ReadService, ns, mayBeMissing: true);
        Policies = Add<OpsPolicy>(Kinds.OpsPolicies, DeclaredKinds.ReadPolicy, null, mayBeMissing: true);
        ComponentWorkloads = [.. ComponentRecord.Kinds.Select(kind => Add<ComponentRecord>(kind, ComponentRecord.Reader(kind.Kind), ComponentRecord.Namespace))];
        RecreateRequests = Add<RecreateRequest>(Kinds.ContainerRecreateRequests, SmallKinds.ReadRecreateRequest, ns, mayBeMissing: true);
        KruiseDaemons = Add<DaemonSet>(Kinds.DaemonSets, SmallKinds.ReadDaemonSet, KruiseNamespace);

        ApplicationsByWorkload = Applications.AddIndex(service => [WorkloadKey(service.Key.Namespace, service.Spec.Workload)]);
        PodsByOwner = Pods.AddIndex(pod => pod.Controller is { } owner ? [owner.Uid] : []);
        foreach (var store in new[] { Deployments, StatefulSets }) store.Changed += change => WorkloadChanged?.Invoke(change);
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
            var informer = new Informer<T>(api, type, within, projection, new() { KindMayBeMissing = mayBeMissing, Chance = chance }, time);
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
    public UnitsOfNodes Units { get; }
    public Store<ApplicationService> Applications { get; }
    public Store<OpsPolicy> Policies { get; }
    public IReadOnlyList<Store<ComponentRecord>> ComponentWorkloads { get; }
    public Store<RecreateRequest> RecreateRequests { get; }
    public Store<DaemonSet> KruiseDaemons { get; }

    public StoreIndex<ApplicationService> ApplicationsByWorkload { get; }
    public StoreIndex<Pod> PodsByOwner { get; }
    public StoreIndex<Pod> PodsByNamespace { get; }
    public StoreIndex<Workload> ReplicaSetsByOwner { get; }
    public StoreIndex<OpsTicketGroup> GroupsByTicket { get; }
    public StoreIndex<OpsTicket> ActiveByService { get; }
    public StoreIndex<OpsTicket> ActiveByNamespace { get; }
    public StoreIndex<RecreateRequest> RequestsByTicket { get; }
    public StoreIndex<DisruptionBudget> BudgetsByNamespace { get; }

    /// <summary>A workload that services can name has changed.</summary>
    public event Action<StoreChange<Workload>>? WorkloadChanged;

    /// <summary>OpenKruise's node daemon runs; its own kinds are then served.</summary>
    public bool RecreateRequestsServed => KruiseDaemons.Get(new(KruiseNamespace, "kruise-daemon")) is { ReadyPods: > 0 };

    /// <summary>The components that operations depend on.</summary>
    public ComponentsSeen Components => ComponentsSeen.Of(ComponentWorkloads.SelectMany(store => store.All()).Select(record => record.Workload), Policies.All());

    /// <summary>Why what is seen may be out of date; null while the server answers.</summary>
    public string? Trouble => _informers.Select(informer => informer.Trouble).FirstOrDefault(trouble => trouble is not null);

    public void OnTroubleChanged(Action told)
    {
        foreach (var informer in _informers) informer.TroubleChanged += told;
    }

    public static string ServiceKey(string ns, string service) => $"{ns}/{service}";

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.RunAsync(cancellation)));

    public Task SyncedAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.SyncedAsync(cancellation)));

    /// <summary>Looks once, without watching.</summary>
    public Task LoadAsync(CancellationToken cancellation) => Task.WhenAll(_informers.Select(informer => informer.LoadAsync(cancellation)));

    /// <summary>The deployment unit of a pod: its node's.</summary>
    public string UnitOf(Pod pod) => pod.Node is { } node ? Units.Of(node) : Names.NoUnit;

    /// <summary>The workload at the top of a pod's owners: the Deployment rather than its ReplicaSet.</summary>
    public Workload? WorkloadOf(Pod pod) => pod.Controller switch
    {
        { Kind: "StatefulSet" } owner => StatefulSets.Get(new(pod.Key.Namespace, owner.Name)),
        { Kind: "ReplicaSet" } owner when ReplicaSets.Get(new(pod.Key.Namespace, owner.Name)) is { } set
            => set.Controller is { Kind: "Deployment" } top ? Deployments.Get(new(pod.Key.Namespace, top.Name)) : set,
        _ => null,
    };

    /// <summary>The service of a name: what its ApplicationService names, or without one the workload of that name.</summary>
    public ServiceSeen Service(string ns, string name)
    {
        var declared = Applications.Get(new(ns, name));
        var workloads = declared is null ? WorkloadsNamed(new(ns, name)) : [.. WorkloadsNamed(new(ns, declared.Spec.Workload.Name)).Where(workload => workload.Kind == $"{declared.Spec.Workload.Kind}")];
        var workload = workloads.Count == 1 ? workloads[0] : null;
        var claims = workload is null ? [] : ServicesOf(workload);
        return new(name, workloads, [.. workloads.SelectMany(PodsOf).Select(pod => new PodSeen(pod, UnitOf(pod)))])
        {
            Application = declared,
            Trouble = declared is not null ? ServiceRules.Trouble(declared, workload, claims) : ServiceRules.Hidden(name, workload, claims),
        };
    }

    /// <summary>The ApplicationServices that name a workload.</summary>
    public IReadOnlyList<ApplicationService> ServicesOf(Workload workload) => ApplicationsByWorkload.Get(WorkloadKey(workload));

    /// <summary>The ApplicationServices that name the same workload as this one.</summary>
    public IReadOnlyList<ApplicationService> NamesakesOf(ApplicationService service) => ApplicationsByWorkload.Get(WorkloadKey(service.Key.Namespace, service.Spec.Workload));

    /// <summary>Every name by which tickets may mean a workload.</summary>
    public IEnumerable<string> ServiceNamesOf(Workload workload) => ServicesOf(workload).Select(service => service.Name).Prepend(workload.Name).Distinct();

    List<Workload> WorkloadsNamed(ObjectKey key) => [.. new[] { Deployments.Get(key), StatefulSets.Get(key) }.OfType<Workload>()];

    static string WorkloadKey(Workload workload) => $"{workload.Key.Namespace}/{workload.Kind}/{workload.Name}";

    static string WorkloadKey(string ns, ServiceWorkload workload) => $"{ns}/{workload.Kind}/{workload.Name}";

    IEnumerable<Pod> PodsOf(Workload workload) => workload.Kind == "Deployment"
        ? ReplicaSetsByOwner.Get(workload.Uid).SelectMany(set => PodsByOwner.Get(set.Uid))
        : PodsByOwner.Get(workload.Uid);

    /// <summary>Informers of different records in one list.</summary>
    interface IInformer
    {
        string? Trouble { get; }
        event Action? TroubleChanged;
        Task RunAsync(CancellationToken cancellation);
        Task SyncedAsync(CancellationToken cancellation);
        Task LoadAsync(CancellationToken cancellation);
    }

    sealed class Runner<T>(Informer<T> informer) : IInformer
        where T : class, IProjected
    {
        public string? Trouble => informer.Trouble;

        public event Action? TroubleChanged
        {
            add => informer.TroubleChanged += value;
            remove => informer.TroubleChanged -= value;
        }

        public Task RunAsync(CancellationToken cancellation) => informer.RunAsync(cancellation);

        public Task SyncedAsync(CancellationToken cancellation) => informer.SyncedAsync(cancellation);

        public Task LoadAsync(CancellationToken cancellation) => informer.LoadAsync(cancellation);
    }
}
