using Slipway.CafeDeployments;
using Slipway.Resources;

namespace Slipway.Workloads;

/// <summary>What owns pods, as far as decisions look: how many there should be, and whether it is busy with a rollout of its own.</summary>
public sealed record Workload : IProjected
{
    /// <summary><c>Deployment</c>, <c>ReplicaSet</c>, <c>StatefulSet</c>, <c>CloneSet</c>, <c>CafeDeployment</c> or <c>InPlaceSet</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The API group of its kind: OpenKruise has a StatefulSet too.</summary>
    public string Group { get; init; } = "apps";

    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required string ResourceVersion { get; init; }
    public Owner? Controller { get; init; }
    public LabelSet Labels { get; init; } = LabelSet.Empty;
    public bool Terminating { get; init; }

    /// <summary>What a CafeDeployment wrote it from, where it holds one unit's pods.</summary>
    public string? MadeFrom { get; init; }

    public int Desired { get; init; }
    public long Generation { get; init; }
    public long ObservedGeneration { get; init; }

    /// <summary>Pods there are, of any revision.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods of the newest revision.</summary>
    public int Updated { get; init; }

    /// <summary>Pods that stay on the old revision on purpose; of a StatefulSet, those with ordinals below this.</summary>
    public int Partition { get; init; }

    /// <summary>StatefulSet with <c>OnDelete</c>: pods of the old revision stay until somebody deletes them.</summary>
    public bool UpdatesOnDelete { get; init; }

    /// <summary>StatefulSet with <c>Parallel</c>: it creates and deletes pods without waiting for others to be ready.</summary>
    public bool IsParallel { get; init; }

    /// <summary>StatefulSet: the revision its pods have, and the one they are to have.</summary>
    public string? CurrentRevision { get; init; }

    public string? UpdateRevision { get; init; }

    /// <summary>It says itself that it is busy with its pods, in one clause.</summary>
    public string? Busy { get; init; }

    /// <summary>CafeDeployment and InPlaceSet: pods keep their names.</summary>
    public bool HasStableNames { get; init; }

    /// <summary>The pods it owns have these labels.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>StatefulSet: where its ordinals begin.</summary>
    public int FirstOrdinal { get; init; }

    /// <summary>Advanced StatefulSet: ordinals, or ranges such as <c>3-5</c>, that no pod may have.</summary>
    public IReadOnlyList<string> ReservedOrdinals { get; init; } = [];

    /// <summary>CloneSet: names of pods it has been told to delete.</summary>
    public IReadOnlyList<string> PodsToDelete { get; init; } = [];

    /// <summary>CafeDeployment: the whole of it, since which pods go is a matter of its units.</summary>
    public CafeDeployment? Cafe { get; init; }

    public string Name => Key.Name;

    public bool IsAdvanced => Kind == "StatefulSet" && Group == Kinds.AdvancedStatefulSets.Group;

    /// <summary>Its kind as an ApplicationService names it.</summary>
    public string Declared => IsAdvanced ? "AdvancedStatefulSet" : Kind;

    public override string ToString() => IsAdvanced ? $"Advanced StatefulSet {Name}" : $"{Kind} {Name}";

    /// <summary>The workload is replacing pods by itself; null when it is not, else one clause with numbers.</summary>
    /// <remarks>
    /// A pod that is merely missing is no rollout: status.replicas and status.updatedReplicas then fall together
    /// (deployment and stateful set status, Kubernetes API reference).
    /// </remarks>
    public string? Rollout => Kind switch
    {
        _ when ObservedGeneration < Generation => "its newest generation has not been observed yet",
        _ when Busy is not null => Busy,
        "InPlaceSet" when Updated < Math.Min(Replicas, Desired - Partition) => $"{Updated} of {Desired - Partition} pods updated",
        "Deployment" when Updated != Replicas => $"{Updated} of {Replicas} pods updated",
        "CloneSet" when CurrentRevision != UpdateRevision && Updated < Desired - Partition => $"{Updated} of {Desired - Partition} pods updated",
        "StatefulSet" when !UpdatesOnDelete && CurrentRevision != UpdateRevision && Updated < Desired - Partition => $"{Updated} of {Desired - Partition} pods updated",
        _ => null,
    };

    /// <summary>A replacement comes back under the name of the pod it replaces.</summary>
    public bool KeepsNames => HasStableNames || Kind == "StatefulSet";
}
