using Slipway.Resources;

namespace Slipway.Traffic;

/// <summary>What a pod says about traffic: its readiness gates, and who holds it out. Absent for a pod with no gate and no mark.</summary>
public sealed record PodTraffic
{
    /// <summary>It has the readiness gate <see cref="Names.TrafficGate"/>.</summary>
    public bool HasGate { get; init; }

    /// <summary>The gate's condition has been written; without it the kubelet calls the pod not ready.</summary>
    public bool IsGateSet { get; init; }

    /// <summary>A cloud balancer's own readiness gate, if it has one.</summary>
    public string? BalancerGate { get; init; }

    /// <summary>Its containers are ready and every gate but ours is open.</summary>
    public bool ReadyButForGate { get; init; }

    /// <summary>Transition time of <c>ContainersReady</c>, which our gate does not turn.</summary>
    public DateTimeOffset? ContainersReadyTransition { get; init; }

    /// <summary>Tickets that hold the gate closed.</summary>
    public IReadOnlyList<TrafficHold> GateHolds { get; init; } = [];

    /// <summary>Tickets that hold labels back.</summary>
    public IReadOnlyList<TrafficHold> LabelHolds { get; init; } = [];

    /// <summary>The labels held back, with the values they had.</summary>
    public IReadOnlyDictionary<string, string> HeldLabels { get; init; } = new Dictionary<string, string>();

    public IEnumerable<TrafficHold> Holds => GateHolds.Concat(LabelHolds);

    public bool IsHeldBy(string ticketUid) => Holds.Any(hold => hold.Uid == ticketUid);

    public bool IsHeld => GateHolds.Count + LabelHolds.Count > 0;
}

/// <summary>A ticket that holds a pod out of traffic, and since when.</summary>
public sealed record TrafficHold(string Uid, string Ticket, DateTimeOffset Since);
