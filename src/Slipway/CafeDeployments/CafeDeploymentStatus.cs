using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>What became of a CafeDeployment.</summary>
public sealed record CafeDeploymentStatus
{
    public long? ObservedGeneration { get; init; }

    [Description("Pods there are.")]
    public int? Replicas { get; init; }

    public int? ReadyReplicas { get; init; }

    [Description("Pods ready for minReadySeconds.")]
    public int? AvailableReplicas { get; init; }

    [Description("Pods of the newest revision.")]
    public int? UpdatedReplicas { get; init; }

    [Description("Pods of the newest revision, ready for minReadySeconds.")]
    public int? UpdatedAvailableReplicas { get; init; }

    [StringLength(4096), Description("The pods' selector as text, for the scale subresource.")]
    public string? LabelSelector { get; init; }

    [StringLength(253), Description("The newest revision: the pods' label controller-revision-hash.")]
    public string? UpdateRevision { get; init; }

    [StringLength(100), Description("How far the upgrade or scale-out is, in a few words.")]
    public string? Progress { get; init; }

    [Items(100, Key = "name"), Description("Each unit's pods.")]
    public IReadOnlyList<UnitStatus>? Units { get; init; }

    [Description("Pods moved to another unit because they could not be scheduled.")]
    public Rescheduled? Rescheduled { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>One unit's pods.</summary>
public sealed record UnitStatus
{
    [StringLength(63)]
    public required string Name { get; init; }

    public int Desired { get; init; }
    public int Replicas { get; init; }
    public int Updated { get; init; }
    public int Available { get; init; }
}

/// <summary>Unit sizes as wanted, and as they are since pods had to move. Holds as long as what is wanted stays the same.</summary>
public sealed record Rescheduled
{
    [Items(100)]
    public required IReadOnlyDictionary<string, int> Planned { get; init; }

    [Items(100)]
    public required IReadOnlyDictionary<string, int> Actual { get; init; }
}
