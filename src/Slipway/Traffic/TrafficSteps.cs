namespace Slipway.Traffic;

/// <summary>The three steps by which a pod leaves traffic, each with the time it was seen, on the operator's clock.</summary>
public sealed record TrafficSteps
{
    /// <summary>The ticket's mark is on the pod.</summary>
    public DateTimeOffset? MarkedAt { get; init; }

    /// <summary>Not ready in, or gone from, every EndpointSlice of every Service that selects it.</summary>
    public DateTimeOffset? ConvergedAt { get; init; }

    /// <summary>
    /// The ticket closes the pod's place at a balancer that follows no endpoints, and so opens it again; false where it found it
    /// closed, absent where there is no such balancer. Stored before the place is closed.
    /// </summary>
    public bool? ClosesPlace { get; init; }

    /// <summary>The address of the place that it closes: where the pod is gone, it is opened to one that has its address.</summary>
    public string? Place { get; init; }

    /// <summary>The balancer said so; where there is none to ask, its endpoints are all there is to see.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Who confirmed it.</summary>
    public string? ConfirmedBy { get; init; }
}
