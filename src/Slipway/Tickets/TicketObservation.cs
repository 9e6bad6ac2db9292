using System.Collections.ObjectModel;
using Slipway.Budgets;
using Slipway.Components;
using Slipway.Policies;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>Everything a decision about one ticket may look at, seen at one moment.</summary>
public sealed record TicketObservation
{
    public required OpsTicket Ticket { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>The ticket's own group records, by number and part.</summary>
    public IReadOnlyList<OpsTicketGroup> Groups { get; init; } = [];

    /// <summary>The services the ticket names, by name.</summary>
    public required IReadOnlyDictionary<string, ServiceSeen> Services { get; init; }

    /// <summary>Pods that targets name, by name, whoever they belong to.</summary>
    public IReadOnlyDictionary<string, PodSeen> NamedPods { get; init; } = ReadOnlyDictionary<string, PodSeen>.Empty;

    /// <summary>The disruption budgets of the ticket's namespace.</summary>
    public IReadOnlyList<BudgetSeen> Budgets { get; init; } = [];

    /// <summary>The rules of the house.</summary>
    public IReadOnlyList<OpsPolicy> Policies { get; init; } = [];

    /// <summary>The components that operations depend on.</summary>
    public ComponentsSeen Components { get; init; } = ComponentsSeen.None;

    /// <summary>Pods that another published ticket holds: UID to that ticket's name and what it is doing.</summary>
    public IReadOnlyDictionary<string, Holder> HeldByOthers { get; init; } = ReadOnlyDictionary<string, Holder>.Empty;

    /// <summary>UIDs of pods, targets and their replacements, that other tickets are updating now.</summary>
    public IReadOnlySet<string> UpdatedByOthers { get; init; } = ReadOnlySet<string>.Empty;

    /// <summary>Workloads whose replicas another ticket is lowering now: UID to that ticket's name.</summary>
    public IReadOnlyDictionary<string, string> ScaledByOthers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The autoscalers of the ticket's namespace.</summary>
    public IReadOnlyList<Autoscaler> Autoscalers { get; init; } = [];

    /// <summary>OpenKruise's WorkloadSpreads of the ticket's namespace.</summary>
    public IReadOnlyList<WorkloadSpread> Spreads { get; init; } = [];

    /// <summary>UIDs of pods and workloads we acted on and have not yet seen change.</summary>
    public IReadOnlySet<string> ActedOn { get; init; } = ReadOnlySet<string>.Empty;

    /// <summary>Acts the API server refused a moment ago: UID to its sentence.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What the API server answered last about the requester's rights; null when it was not asked.</summary>
    public RequesterSeen? Requester { get; init; }

    /// <summary>Services, endpoints and balancers; for tickets that change traffic.</summary>
    public TrafficSeen Traffic { get; init; } = TrafficSeen.None;

    /// <summary>ContainerRecreateRequests can be carried out: their kind is served and their daemon runs.</summary>
    public bool RecreateRequestsServed { get; init; }

    /// <summary>The ticket's ContainerRecreateRequests by name.</summary>
    public IReadOnlyDictionary<string, RecreateRequestSeen> RecreateRequests { get; init; } = ReadOnlyDictionary<string, RecreateRequestSeen>.Empty;
}

/// <summary>The ticket that holds a pod.</summary>
public sealed record Holder(string Ticket, TicketPhase Phase);

/// <summary>How far a ContainerRecreateRequest has come; <c>Completed</c> is not success.</summary>
public sealed record RecreateRequestSeen(string Name, bool Completed, string? Failure);
