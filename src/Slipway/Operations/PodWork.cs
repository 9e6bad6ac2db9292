using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operations;

/// <summary>One frozen pod of a started group with what is recorded of it and what is seen of it now.</summary>
public sealed record PodWork
{
    public required string Namespace { get; init; }
    public required FrozenPod Frozen { get; init; }
    public required PodResult Result { get; init; }

    /// <summary>The pod with the frozen UID; null once it is gone. A same-named successor is never here.</summary>
    public PodSeen? Seen { get; init; }

    /// <summary>The pod that takes its place, for operations that replace.</summary>
    public PodSeen? Replacement { get; init; }

    /// <summary>We acted on it and have not seen the effect yet.</summary>
    public bool ActedOn { get; init; }

    /// <summary>What has become of the request for it, for restarts by request.</summary>
    public RecreateRequestSeen? RecreateRequest { get; init; }

    public required OpsTicket Ticket { get; init; }
    public required DateTimeOffset Now { get; init; }
    public TrafficSeen Traffic { get; init; } = TrafficSeen.None;

    /// <summary>The ticket's mark is on the pod.</summary>
    public bool IsMarked => Seen?.Pod.Traffic?.IsHeldBy(Ticket.Uid) == true;

    public ObjectKey Key => new(Namespace, Frozen.Name);
}

/// <summary>What an operation sees of a pod's progress.</summary>
public abstract record PodProgress
{
    PodProgress() { }

    /// <summary>Nothing has been done to it.</summary>
    public sealed record Untouched : PodProgress;

    /// <summary>The change is applied, or being applied; not ready. The clause says what is seen.</summary>
    public sealed record Applying(string Seen) : PodProgress;

    /// <summary>Applied and ready; <paramref name="Token"/> changes when readiness broke in between.</summary>
    public sealed record Ready(string Token) : PodProgress;

    /// <summary>Applied and ready for long enough; something else is left, as the clause says.</summary>
    public sealed record Returning(string Token, string Seen) : PodProgress;

    /// <summary>Successful as soon as it is seen: operations that have no ready.</summary>
    public sealed record Finished : PodProgress;

    /// <summary>It cannot succeed any more. The sentence says why.</summary>
    public sealed record Lost(string Why) : PodProgress;
}
