namespace Slipway.Traffic;

/// <summary>What a load balancer said of one service's backends when it was asked.</summary>
public sealed record BalancerSeen
{
    /// <summary>What a person calls it: <c>haproxy at 10.0.0.5:9999</c>.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>It takes and drops backends by endpoints itself, so nothing is drained there.</summary>
    public bool FollowsEndpoints { get; init; }

    public IReadOnlyList<BackendSeen> Backends { get; init; } = [];

    /// <summary>Why it did not answer, as one sentence.</summary>
    public string? Failure { get; init; }

    /// <summary>It still sends new requests to this address.</summary>
    public bool SendsTo(string? address) => Backends.Any(backend => backend.Address == address && backend.TakesTraffic);

    public bool Knows(string? address) => Backends.Any(backend => backend.Address == address);
}

/// <summary>One backend of a balancer: a pod's address, its weight there, whether it gets new requests.</summary>
public sealed record BackendSeen(string Name, string? Address, int Weight, bool TakesTraffic);
