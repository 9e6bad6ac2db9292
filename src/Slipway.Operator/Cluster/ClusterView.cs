using Slipway.Applications;
using Slipway.Budgets;
using Slipway.CafeDeployments;
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
    readonly string? _ns;
    readonly IRecordSource _source;

    public ClusterView(KubernetesApi api, string? ns, Random chance, TimeProvider time, Action<string>? trouble = null)
        : this(ns, new ServerSource(api, chance, time, trouble))
    {
    }

    /// <summary>What another view of this process sees, for a reader of a time; no server is asked.</summary>
    public ClusterView(ClusterView seen)
        : this(seen._ns, new EchoSource(seen._informers, seen._source.Version))
    {
    }

    ClusterView(string? ns, IRecordSource source)
    {
        (_ns, _source) = (ns, source);
        Tickets = Add<OpsTicket>(Kinds.OpsTickets, SmallKinds.ReadTicket, ns);
        Groups = Add<OpsTicketGroup>(Kinds.OpsTicketGroups, SmallKinds.ReadGroup, ns);
        Pods = Add<Pod>(Kinds.Pods, new PodProjection().Read, ns);
        Deployments = Add<Workload>(Kinds.Deployments, new WorkloadProjection(Kinds.Deployments).Read, ns);
        ReplicaSets = Add<Workload>(Kinds.ReplicaSets, new WorkloadProjection(Kinds.ReplicaSets).Read, ns);
        StatefulSets = Add<Workload>(Kinds.StatefulSets, new WorkloadProjection(Kinds.StatefulSets).Read, ns);
        CloneSets = Add<Workload>(Kinds.CloneSets, new WorkloadProjection(Kinds.CloneSets).Read, ns, mayBeMissing: true);
        AdvancedStatefulSets = Add<Workload>(Kinds.AdvancedStatefulSets, new WorkloadProjection(Kinds.AdvancedStatefulSets).Read, ns, mayBeMissing: true);
        Autoscalers = Add<Autoscaler>(Kinds.HorizontalPodAutoscalers, SmallKinds.ReadAutoscaler, ns, mayBeMissing: true);
        Spreads = Add<WorkloadSpread>(Kinds.WorkloadSpreads, SmallKinds.ReadSpread, ns, mayBeMissing: true);
        CafeDeployments = Add<CafeDeployment>(Kinds.CafeDeployments, CafeKinds.ReadCafe, ns, mayBeMissing: true);
        InPlaceSets = Add<InPlaceSet>(Kinds.InPlaceSets, CafeKinds.ReadInPlaceSet, ns, mayBeMissing: true);
        History = Add<HistoryEntry>(Kinds.ControllerRevisions, CafeKinds.ReadHistory, ns);
        Budgets = Add<DisruptionBudget>(Kinds.PodDisruptionBudgets, SmallKinds.ReadBudget, ns);
        Nodes = Add<Node>(Kinds.Nodes, SmallKinds.ReadNode, null);
        Units = new(Add<DeploymentUnit>(Kinds.DeploymentUnits, DeclaredKinds.ReadUnit, null, mayBeMissing: true), Nodes);
        Applications = Add<ApplicationService>(Kinds.ApplicationServices, DeclaredKinds.ReadService, ns, mayBeMissing: true);
        Policies = Add<OpsPolicy>(Kinds.OpsPolicies, DeclaredKinds.ReadPolicy, null, mayBeMissing: true);
        ComponentWorkloads = [.. ComponentRecord.Kinds.Select(kind => Add<ComponentRecord>(kind, ComponentRecord.Reader(kind.Kind), ComponentRecord.Namespace))];
        RecreateRequests = Add<RecreateRequest>(Kinds.ContainerRecreateRequests, SmallKinds.ReadRecreateRequest, ns, mayBeMissing: true);
        KruiseDaemons = Add<DaemonSet>(Kinds.DaemonSets, SmallKinds.ReadDaemonSet, KruiseNamespace);

        ApplicationsByNamespace = Applications.AddIndex(service => [service.Key.Namespace]);
        ApplicationsByWorkload = Applications.AddIndex(service => [WorkloadKey(service.Key.Namespace, service.Spec.Workload)]);
        Services = Add<Service>(Kinds.Services, new RoutingKinds().ReadService, ns);
        HttpRoutes = Add<Route>(Kinds.HttpRoutes, RouteKinds.Read, ns, mayBeMissing: true);
        GrpcRoutes = Add<Route>(Kinds.GrpcRoutes, RouteKinds.Read, ns, mayBeMissing: true);
        EndpointSlices = Add<EndpointSlice>(Kinds.EndpointSlices, RoutingKinds.ReadSlice, ns);

        PodsByOwner = Pods.AddIndex(pod => pod.Controller is { } owner ? [owner.Uid] : []);
        foreach (var store in Workloads) store.Changed += change => WorkloadChanged?.Invoke(change);
        Applications.Changed += change => SharesChanged?.Invoke((change.New ?? change.Old)!.Key.Namespace);
        Services.Changed += change => SharesChanged?.Invoke((change.New ?? change.Old)!.Key.Namespace);
        HttpRoutes.Changed += change => SharesChanged?.Invoke((change.New ?? change.Old)!.Key.Namespace);
        GrpcRoutes.Changed += change => SharesChanged?.Invoke((change.New ?? change.Old)!.Key.Namespace);
        CafeDeployments.Changed += change => WorkloadChanged?.Invoke(new(change.Old is { } old ? CafeWorkload.Of(old) : null, change.New is { } now ? CafeWorkload.Of(now) : null));
        PodsByNamespace = Pods.AddIndex(pod => [pod.Key.Namespace]);
        ReplicaSetsByOwner = ReplicaSets.AddIndex(set => set.Controller is { } owner ? [owner.Uid] : []);
        StatefulSetsByOwner = StatefulSets.AddIndex(set => set.Controller is { } owner ? [owner.Uid] : []);
        InPlaceSetsByOwner = InPlaceSets.AddIndex(set => set.Controller is { } owner ? [owner.Uid] : []);
        InPlaceSetsByNamespace = InPlaceSets.AddIndex(set => [set.Key.Namespace]);
        CafesByNamespace = CafeDeployments.AddIndex(cafe => [cafe.Key.Namespace]);
        HistoryByOwner = History.AddIndex(entry => entry is { Owner: { } owner, Revision: not null } ? [owner.Uid] : []);
        OrphansByNamespace = Pods.AddIndex(pod => pod.Controller is null ? [pod.Key.Namespace] : []);
        GroupsByTicket = Groups.AddIndex(group => [.. (group.Metadata.OwnerReferences ?? []).Select(owner => owner.Uid)]);
        ActiveByService = Tickets.AddIndex(ticket => NeedsEyes(ticket)
            ? ticket.Spec.Targets.Select(target => ServiceKey(ticket.Key.Namespace, target.Service)).Distinct()
            : []);
        ActiveByNamespace = Tickets.AddIndex(ticket => NeedsEyes(ticket) ? [ticket.Key.Namespace] : []);
        RequestsByTicket = RecreateRequests.AddIndex(request => request.Ticket is { } ticket ? [ticket] : []);
        ServicesByNamespace = Services.AddIndex(service => service.Selector.Count > 0 ? [service.Key.Namespace] : []);
        SlicesByService = EndpointSlices.AddIndex(slice => [ServiceKey(slice.Key.Namespace, slice.Service)]);
        TicketsByUid = Tickets.AddIndex(ticket => [ticket.Uid]);
        PodsHeldOut = Pods.AddIndex(pod => pod.Traffic is { } traffic ? traffic.Holds.Select(hold => hold.Uid).Distinct() : []);
        AutoscalersByNamespace = Autoscalers.AddIndex(autoscaler => [autoscaler.Key.Namespace]);
        SpreadsByNamespace = Spreads.AddIndex(spread => [spread.Key.Namespace]);
        BudgetsByNamespace = Budgets.AddIndex(budget => [budget.Key.Namespace]);

        Store<T> Add<T>(ResourceType type, Projection<T> projection, string? within, bool mayBeMissing = false)
            where T : class, IProjected
        {
            var (store, informer) = source.Open(type, within, projection, mayBeMissing);
            _informers.Add(informer);
            return store;
        }
    }

    const string KruiseNamespace = "kruise-system";

    public Store<OpsTicket> Tickets { get; }
    public Store<OpsTicketGroup> Groups { get; }
    public Store<Pod> Pods { get; }
    public Store<Workload> Deployments { get; }
    public Store<Workload> ReplicaSets { get; }
    public Store<Workload> StatefulSets { get; }
    public Store<CafeDeployment> CafeDeployments { get; }
    public Store<InPlaceSet> InPlaceSets { get; }
    public Store<HistoryEntry> History { get; }
    public Store<Workload> CloneSets { get; }
    public Store<Workload> AdvancedStatefulSets { get; }
    public Store<Autoscaler> Autoscalers { get; }
    public Store<WorkloadSpread> Spreads { get; }
    public Store<DisruptionBudget> Budgets { get; }
    public Store<Node> Nodes { get; }
    public UnitsOfNodes Units { get; }
    public Store<ApplicationService> Applications { get; }
    public Store<OpsPolicy> Policies { get; }
    public IReadOnlyList<Store<ComponentRecord>> ComponentWorkloads { get; }
    public Store<RecreateRequest> RecreateRequests { get; }
    public Store<DaemonSet> KruiseDaemons { get; }

    public StoreIndex<ApplicationService> ApplicationsByNamespace { get; }
    public StoreIndex<ApplicationService> ApplicationsByWorkload { get; }
    public Store<Service> Services { get; }
    public Store<EndpointSlice> EndpointSlices { get; }
    public Store<Route> HttpRoutes { get; }
    public Store<Route> GrpcRoutes { get; }

    public StoreIndex<Service> ServicesByNamespace { get; }
    public StoreIndex<EndpointSlice> SlicesByService { get; }
    public StoreIndex<OpsTicket> TicketsByUid { get; }
    public StoreIndex<Pod> PodsHeldOut { get; }
    public StoreIndex<Pod> PodsByOwner { get; }
    public StoreIndex<Pod> PodsByNamespace { get; }
    public StoreIndex<Workload> ReplicaSetsByOwner { get; }
    public StoreIndex<Workload> StatefulSetsByOwner { get; }
    public StoreIndex<InPlaceSet> InPlaceSetsByOwner { get; }
    public StoreIndex<InPlaceSet> InPlaceSetsByNamespace { get; }
    public StoreIndex<CafeDeployment> CafesByNamespace { get; }
    public StoreIndex<HistoryEntry> HistoryByOwner { get; }
    public StoreIndex<Pod> OrphansByNamespace { get; }
    public StoreIndex<OpsTicketGroup> GroupsByTicket { get; }
    public StoreIndex<OpsTicket> ActiveByService { get; }
    public StoreIndex<OpsTicket> ActiveByNamespace { get; }
    public StoreIndex<RecreateRequest> RequestsByTicket { get; }
    public StoreIndex<DisruptionBudget> BudgetsByNamespace { get; }
    public StoreIndex<Autoscaler> AutoscalersByNamespace { get; }
    public StoreIndex<WorkloadSpread> SpreadsByNamespace { get; }

    /// <summary>The stores of kinds that a service may be the name of.</summary>
    public IReadOnlyList<Store<Workload>> Workloads => [Deployments, StatefulSets, CloneSets, AdvancedStatefulSets, ReplicaSets];

    /// <summary>A workload that services can name has changed.</summary>
    public event Action<StoreChange<Workload>>? WorkloadChanged;

    /// <summary>Something in a namespace changed that says how traffic is shared out there.</summary>
    public event Action<string>? SharesChanged;

    /// <summary>OpenKruise's node daemon runs; its own kinds are then served.</summary>
    public bool RecreateRequestsServed => KruiseDaemons.Get(new(KruiseNamespace, "kruise-daemon")) is { ReadyPods: > 0 };

    /// <summary>The components that operations depend on.</summary>
    public ComponentsSeen Components => ComponentsSeen.Of(ComponentWorkloads.SelectMany(store => store.All()).Select(record => record.Workload), Policies.All(), _source.Version.Found);

    /// <summary>It does something, so that what it depends on wakes it.</summary>
    static bool NeedsEyes(OpsTicket ticket) => TicketDecision.IsActive(ticket.Status?.Phase) || ticket.Status?.Phase == TicketPhase.Undoing;

    /// <summary>Why what is seen may be out of date; null while the server answers.</summary>
    public string? Trouble => _informers.Select(informer => informer.Trouble).FirstOrDefault(trouble => trouble is not null);

    public void OnTroubleChanged(Action told)
    {
        foreach (var informer in _informers) informer.TroubleChanged += told;
    }

    public static string ServiceKey(string ns, string service) => $"{ns}/{service}";

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll([.. _informers.Select(informer => informer.RunAsync(cancellation)), _source.RunAsync(cancellation)]);

    public Task SyncedAsync(CancellationToken cancellation) => Task.WhenAll([.. _informers.Select(informer => informer.SyncedAsync(cancellation)), _source.Version.AskedAsync(cancellation)]);

    /// <summary>Looks once, without watching.</summary>
    public Task LoadAsync(CancellationToken cancellation) => Task.WhenAll([.. _informers.Select(informer => informer.LoadAsync(cancellation)), _source.Version.LoadAsync(cancellation)]);

    /// <summary>Looks once at what one may look at, for whoever has rights in a namespace only.</summary>
    /// <returns>The kinds one may not list. Without tickets and pods there is nothing to say: then the refusal is thrown.</returns>
    public async Task<IReadOnlyList<ResourceType>> LookAsync(CancellationToken cancellation)
    {
        await _source.Version.LoadAsync(cancellation);
        var hidden = await Task.WhenAll(_informers.Select(informer => HiddenAsync(informer, cancellation)));
        return [.. hidden.OfType<ResourceType>().Distinct()];
    }

    /// <summary>The kind of an informer that may not list it; null when it may, and has.</summary>
    static async Task<ResourceType?> HiddenAsync(IInformer informer, CancellationToken cancellation)
    {
        try
        {
            await informer.LoadAsync(cancellation);
            return null;
        }
        catch (ForbiddenException refusal) when (refusal.Code == 403 && informer.Type != Kinds.Pods && informer.Type != Kinds.OpsTickets && informer.Type != Kinds.OpsTicketGroups)
        {
            return informer.Type;
        }
    }

    /// <summary>The deployment unit of a pod: its node's; without a node, the one it was made for.</summary>
    public string UnitOf(Pod pod) => pod.Node is { } node ? Units.Of(node) : pod.Labels.GetValueOrDefault(Names.DeployUnitLabel) ?? Names.NoUnit;

    /// <summary>The labels of each deployment unit's nodes, where a DeploymentUnit says so.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> UnitNodes() =>
        Units.Units.All().Where(unit => unit.IsLocal).GroupBy(unit => unit.Unit).Where(same => same.Count() == 1).ToDictionary(same => same.Key, same => same.Single().Spec.NodeSelector);

    /// <summary>The workload at the top of a pod's owners: the Deployment rather than its ReplicaSet, the CafeDeployment rather than its set.</summary>
    public Workload? WorkloadOf(Pod pod) => pod.Controller switch
    {
        { Kind: "StatefulSet" } owner => new[] { StatefulSets, AdvancedStatefulSets }.Select(sets => sets.Get(new(pod.Key.Namespace, owner.Name))).FirstOrDefault(set => set?.Uid == owner.Uid) is { } set ? Top(set) : null,
        { Kind: "CloneSet" } owner => CloneSets.Get(new(pod.Key.Namespace, owner.Name)),
        { Kind: "ReplicaSet" } owner when ReplicaSets.Get(new(pod.Key.Namespace, owner.Name)) is { } set => Top(set),
        { Kind: "InPlaceSet" } owner when InPlaceSets.Get(new(pod.Key.Namespace, owner.Name)) is { } set => Top(CafeWorkload.Of(set)),
        _ => null,
    };

    /// <summary>The service of a name: what its ApplicationService names, or without one the workload of that name.</summary>
    public ServiceSeen Service(string ns, string name)
    {
        var declared = Applications.Get(new(ns, name));
        var workloads = declared is null ? WorkloadsNamed(new(ns, name)) : [.. WorkloadsNamed(new(ns, declared.Spec.Workload.Name)).Where(workload => workload.Declared == $"{declared.Spec.Workload.Kind}")];
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

    /// <summary>A set of a Deployment or CafeDeployment is no workload of its own, though it may have the same name (a CafeDeployment without units).</summary>
    List<Workload> WorkloadsNamed(ObjectKey key) =>
        [.. Workloads.Select(store => store.Get(key)).Append(Cafe(key)).Append(InPlaceSets.Get(key) is { } set ? CafeWorkload.Of(set) : null).OfType<Workload>().Where(workload => workload.Controller?.Kind is not ("Deployment" or "CafeDeployment"))];

    static string WorkloadKey(Workload workload) => $"{workload.Key.Namespace}/{workload.Declared}/{workload.Name}";

    static string WorkloadKey(string ns, ServiceWorkload workload) => $"{ns}/{workload.Kind}/{workload.Name}";

    /// <summary>The workload of this UID, of whatever kind; null when it is gone.</summary>
    public Workload? Find(ObjectKey key, string uid) => Workloads.Select(store => store.Get(key)).Append(Cafe(key)).FirstOrDefault(found => found?.Uid == uid);

    Workload? Cafe(ObjectKey key) => CafeDeployments.Get(key) is { } cafe ? CafeWorkload.Of(cafe) : null;

    /// <summary>A set that belongs to a CafeDeployment is no service of its own, though it may have the same name (a CafeDeployment without units).</summary>
    static Workload? Alone(Workload? set) => set is { Controller.Kind: "CafeDeployment" } ? null : set;

    Workload? Top(Workload set) => set.Controller switch
    {
        { Kind: "Deployment" } top => Deployments.Get(new(set.Key.Namespace, top.Name)),
        { Kind: "CafeDeployment" } top => Cafe(new(set.Key.Namespace, top.Name)),
        _ => set,
    };

    IEnumerable<Pod> PodsOf(Workload workload) => workload.Kind switch
    {
        "Deployment" => ReplicaSetsByOwner.Get(workload.Uid).SelectMany(set => PodsByOwner.Get(set.Uid)),
        "CafeDeployment" => InPlaceSetsByOwner.Get(workload.Uid).Select(set => set.Uid)
            .Concat(ReplicaSetsByOwner.Get(workload.Uid).Select(set => set.Uid))
            .Concat(StatefulSetsByOwner.Get(workload.Uid).Select(set => set.Uid))
            .SelectMany(set => PodsByOwner.Get(set)),
        _ => PodsByOwner.Get(workload.Uid),
    };
}
