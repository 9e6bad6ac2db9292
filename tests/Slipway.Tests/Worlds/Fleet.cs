using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Components;
using Slipway.Policies;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tests.Worlds;

/// <summary>A namespace as a decision sees it, built by hand: services with pods in units, budgets, and a ticket on them.</summary>
sealed class Fleet
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    readonly Dictionary<string, Workload> _workloads = [];
    readonly Dictionary<string, List<PodSeen>> _pods = [];
    readonly List<DisruptionBudget> _budgets = [];
    readonly List<PodSeen> _strangers = [];

    public DateTimeOffset Now { get; set; } = Noon;
    public OpsTicket Ticket { get; set; } = null!;
    public IReadOnlyList<OpsTicketGroup> Groups { get; set; } = [];
    public Dictionary<string, Holder> HeldByOthers { get; } = [];
    public HashSet<string> UpdatedByOthers { get; } = [];
    public Dictionary<string, string> Refusals { get; } = [];
    public HashSet<string> ActedOn { get; } = [];
    public Dictionary<string, string> ScaledByOthers { get; } = [];
    public List<Autoscaler> Autoscalers { get; } = [];
    public List<WorkloadSpread> Spreads { get; } = [];
    public bool RecreateRequestsServed { get; set; }
    public RequesterSeen? Requester { get; set; }
    public List<OpsPolicy> Policies { get; } = [];
    public Dictionary<string, ApplicationService> Applications { get; } = [];
    public TrafficSeen Traffic { get; set; } = TrafficSeen.None;

    /// <summary>Components by name and version; at first all that any operation needs.</summary>
    public Dictionary<string, string> Components { get; } = new()
    {
        [ComponentNames.CafeExtController] = "0.7.2",
        [ComponentNames.CloudControllerManager] = "1.2.1",
        ["terway-eni"] = "1.5.0",
        [ComponentNames.Kubernetes] = "v1.33.0",
    };

    /// <summary>An ApplicationService of the name of its workload.</summary>
    public Fleet Application(string name, WorkloadKind kind, ProtectionThreshold? protection = null, ServiceTraffic? traffic = null)
    {
        Applications[name] = new()
        {
            Metadata = new() { Name = name, Namespace = "shop", Uid = $"uid-appsvc-{name}", ResourceVersion = "1", Generation = 1 },
            Spec = new() { Workload = new() { Kind = kind, Name = name }, Protection = protection, Traffic = traffic },
        };
        return this;
    }

    public Fleet Policy(string name, OpsPolicySpec spec)
    {
        Policies.Add(new() { Metadata = new() { Name = name, Uid = $"uid-op-{name}", ResourceVersion = "1", Generation = 1 }, Spec = spec });
        return this;
    }

    public Fleet Service(string name, string kind, params (string Unit, int Pods)[] units)
    {
        var total = units.Sum(unit => unit.Pods);
        _workloads[name] = new()
        {
            Kind = kind, Key = new("shop", name), Uid = $"uid-{name}", ResourceVersion = "1",
            Desired = total, Replicas = total, Updated = total, Generation = 1, ObservedGeneration = 1, CurrentRevision = "a", UpdateRevision = "a",
        };
        _pods[name] = [.. units.SelectMany(unit => Enumerable.Range(0, unit.Pods).Select(i => Seen(name, kind, $"{name}-{unit.Unit.ToLowerInvariant()}-{i}", unit.Unit)))];
        return this;
    }

    public Fleet Deployment(string name, params (string Unit, int Pods)[] units) => Service(name, "Deployment", units);

    public Fleet StatefulSet(string name, params (string Unit, int Pods)[] units) => Service(name, "StatefulSet", units);

    public Fleet Budget(string name, string service, int desiredHealthy, int allowed)
    {
        _budgets.Add(new()
        {
            Key = new("shop", name), Uid = $"uid-pdb-{name}", ResourceVersion = "1", Generation = 1, ObservedGeneration = 1,
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = service } }, DesiredHealthy = desiredHealthy, DisruptionsAllowed = allowed,
        });
        return this;
    }

    public Fleet Stranger(Pod pod)
    {
        _strangers.Add(new(pod, "GZ00A"));
        return this;
    }

    public Fleet With(OpsTicketSpec spec)
    {
        Ticket = new()
        {
            Metadata = new() { Name = "ot-1", Namespace = "shop", Uid = "uid-ot-1", Generation = 1, ResourceVersion = "1" },
            Spec = spec,
        };
        return this;
    }

    public Pod this[string name]
    {
        get => _pods.Values.SelectMany(pods => pods).First(seen => seen.Pod.Name == name).Pod;
        set
        {
            foreach (var pods in _pods.Values)
            {
                var at = pods.FindIndex(seen => seen.Pod.Name == name);
                if (at >= 0) pods[at] = pods[at] with { Pod = value };
            }
        }
    }

    public Fleet Remove(string name)
    {
        foreach (var pods in _pods.Values) pods.RemoveAll(seen => seen.Pod.Name == name);
        return this;
    }

    public Workload WorkloadOf(string name) => _workloads[name];

    public Fleet Workload(string name, Func<Workload, Workload> change)
    {
        _workloads[name] = change(_workloads[name]);
        return this;
    }

    /// <summary>A pod that the workload creates now.</summary>
    public Pod Create(string service, string name, string unit = "GZ00A")
    {
        var pod = Seen(service, _workloads[service].Kind, name, unit, $"uid-{name}-{_pods[service].Count}-{Now:HHmmss}", Now);
        _pods[service].Add(pod);
        return pod.Pod;
    }

    public IEnumerable<Pod> Pods => _pods.Values.SelectMany(pods => pods).Select(seen => seen.Pod);

    public TicketObservation Seen() => new()
    {
        Ticket = Ticket,
        Now = Now,
        Groups = Groups,
        Services = Ticket.Spec.Targets.Select(target => target.Service).Distinct()
            .ToDictionary(name => name, SeenService),
        NamedPods = _pods.SelectMany(service => service.Value.Select(seen => seen with { Workload = _workloads[service.Key] })).Concat(_strangers).ToDictionary(seen => seen.Pod.Name),
        Budgets = [.. _budgets.Select(budget => new BudgetSeen(budget, [.. Pods.Where(pod => budget.Covers(pod.Labels))]))],
        HeldByOthers = HeldByOthers,
        UpdatedByOthers = UpdatedByOthers,
        Refusals = Refusals,
        ScaledByOthers = ScaledByOthers,
        Autoscalers = Autoscalers,
        Spreads = Spreads,
        ActedOn = ActedOn,
        RecreateRequestsServed = RecreateRequestsServed,
        Requester = Requester,
        Policies = Policies,
        Traffic = Traffic,
        Components = new([.. Components.Select(component => new ComponentFound(component.Key, component.Value, "test"))]),
    };

    ServiceSeen SeenService(string name)
    {
        var application = Applications.GetValueOrDefault(name);
        var workload = _workloads.GetValueOrDefault(name);
        return new(name, workload is null ? [] : [workload], _pods.GetValueOrDefault(name) ?? [])
        {
            Application = application,
            Trouble = application is null ? null : ServiceRules.Trouble(application, workload, [application]),
        };
    }

    /// <summary>Decides and stores what a decision records, as the operator does. Returns the acts on pods.</summary>
    public IReadOnlyList<TicketChange.PodChange> Step() => [.. Effects().OfType<TicketChange.PodChange>()];

    /// <summary>Decides and stores what a decision records. Returns the acts on what is not ours.</summary>
    public IReadOnlyList<TicketChange.Effect> Effects()
    {
        var decision = TicketDecision.Decide(Seen());
        foreach (var change in decision.Changes)
        {
            Groups = change switch
            {
                TicketChange.CreateGroup create => [.. Groups, create.Group with { Metadata = create.Group.Metadata with { Uid = $"uid-{create.Group.Metadata.Name}" } }],
                TicketChange.DeleteGroup delete => [.. Groups.Where(group => group.Metadata.Uid != delete.Uid)],
                TicketChange.RecordGroup record => [.. Groups.Select(group => group.Metadata.Name == record.Group.Metadata.Name ? group with { Status = record.Status } : group)],
                _ => Groups,
            };
        }

        Ticket = Ticket with { Status = decision.Status };
        return [.. decision.Changes.OfType<TicketChange.Effect>()];
    }

    public Fleet Command(CommandVerb verb, string? reason = null, int? group = null, string? pod = null, string by = "ops")
    {
        var commands = Ticket.Spec.Commands ?? [];
        var command = new TicketCommand { Id = $"{verb}-{commands.Count + 1}", Verb = verb, By = by, At = Now, Reason = reason, Group = group, Pod = pod };
        Ticket = Ticket with { Spec = Ticket.Spec with { Commands = [.. commands, command] } };
        return this;
    }

    /// <summary>Initializes and publishes; the first group is then recorded and its first acts are returned.</summary>
    public IReadOnlyList<TicketChange.PodChange> Publish()
    {
        Step();
        Command(CommandVerb.Publish).Step();
        return Step();
    }

    public PodResult Result(string pod) => Groups.SelectMany(group => group.Spec.Pods.Zip(group.Status?.Pods ?? [])).First(pair => pair.First.Name == pod).Second;

    static PodSeen Seen(string service, string kind, string name, string unit, string? uid = null, DateTimeOffset? created = null) => new(
        new()
        {
            Key = new("shop", name), Uid = uid ?? $"uid-{name}", ResourceVersion = "1", CreatedAt = created ?? Noon.AddDays(-1),
            Labels = new(new Dictionary<string, string> { ["app"] = service }),
            Controller = new(kind == "Deployment" ? "ReplicaSet" : kind, service, $"uid-owner-{service}"),
            Node = $"node-{unit}", Phase = "Running", Ready = true, ReadyTransition = created ?? Noon.AddDays(-1),
            Containers = [Container("app", 1)],
        },
        unit);

    public static Container Container(string name, ulong id, string image = "registry.example/shop:1") => new()
    {
        Name = name, Image = image, Id = new(id), ImageId = $"{Slipway.Operations.ImageName.Parse(image).Repository}@sha256:{new string('a', 64)}",
    };
}

static class Specs
{
    public static OpsTicketSpec Of(Operation operation, params string[] services) => new()
    {
        Title = "test", Operation = operation, Targets = [.. services.Select(service => new TicketTarget { Service = service, All = true })],
    };

    public static OpsTicketSpec OnPods(Operation operation, string service, params string[] pods) => new()
    {
        Title = "test", Operation = operation, Targets = [new() { Service = service, Pods = pods }],
    };
}
