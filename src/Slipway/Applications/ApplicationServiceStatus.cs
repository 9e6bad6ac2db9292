using Slipway.Resources;

namespace Slipway.Applications;

/// <summary>What a service is made of now, computed whole from what was seen.</summary>
public sealed record ApplicationServiceStatus
{
    /// <summary><c>Deployment cart</c>.</summary>
    public string? Workload { get; init; }

    public int? Desired { get; init; }
    public int? Ready { get; init; }

    /// <summary><c>7/8</c>: ready pods of desired ones.</summary>
    public string? Pods { get; init; }

    /// <summary>The units' names in one text, for tables.</summary>
    public string? UnitNames { get; init; }

    [Items(100, Key = "unit")]
    public IReadOnlyList<UnitPods>? Units { get; init; }

    /// <summary>A ticket on it can be initialized.</summary>
    public bool? Publishable { get; init; }

    /// <summary>One sentence: why it is not publishable, or how many pods are ready.</summary>
    public string? Message { get; init; }

    public long? ObservedGeneration { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>A service's pods in one deployment unit.</summary>
public sealed record UnitPods
{
    public required string Unit { get; init; }
    public required int Pods { get; init; }
    public required int Ready { get; init; }
}
