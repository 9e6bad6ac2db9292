using Slipway.Resources;

namespace Slipway.Traffic;

/// <summary>What a ShiftTraffic ticket found at one service, wants, and sees. Written before the first change.</summary>
public sealed record ShiftedService
{
    public required string Service { get; init; }
    public required string Provider { get; init; }

    [Items(100, Key = "unit")]
    public required IReadOnlyList<ShiftedUnit> Units { get; init; }

    /// <summary>One clause: what is under way.</summary>
    public string? Message { get; init; }

    public bool Equals(ShiftedService? other) =>
        other is not null && Service == other.Service && Provider == other.Provider && Message == other.Message && Units.SequenceEqual(other.Units);

    public override int GetHashCode() => HashCode.Combine(Service, Provider, Message, Units.Count);
}

/// <summary>One deployment unit of a shift: found, set and actual weight of each of its pods, side by side.</summary>
public sealed record ShiftedUnit
{
    public required string Unit { get; init; }

    /// <summary>What carries the weight.</summary>
    public required string Backend { get; init; }

    public required int SetWeight { get; init; }
    public int? ActualWeight { get; init; }
    public required int Replicas { get; init; }

    /// <summary>The unit's part of the traffic by set weight and replicas: <c>33.3 %</c>.</summary>
    public string? SetShare { get; init; }

    /// <summary>The unit's part by actual weight.</summary>
    public string? ActualShare { get; init; }

    /// <summary>The setting exactly as it was found; Undo writes it back.</summary>
    public required string Found { get; init; }

    public required int FoundWeight { get; init; }

    /// <summary>The pod weight that the total found was following, where it was.</summary>
    public int? FoundKept { get; init; }

    /// <summary>What the balancer's backends had when the setting was found, where it can be asked and a controller carries the setting over.</summary>
    public string? FoundActual { get; init; }

    /// <summary>The setting before the last change of this ticket.</summary>
    public string? Before { get; init; }

    /// <summary>The setting this ticket writes, stored before it is written.</summary>
    public string? Target { get; init; }

    /// <summary>When the target was first seen in place, on the operator's clock.</summary>
    public DateTimeOffset? ReachedAt { get; init; }
}
