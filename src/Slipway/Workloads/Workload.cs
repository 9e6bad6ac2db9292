using Slipway.Resources;

namespace Slipway.Workloads;

/// <summary>What owns pods, as far as decisions look: how many there should be, and whether it is busy with a rollout of its own.</summary>
public sealed record Workload : IProjected
{
    /// <summary><c>Deployment</c>, <c>ReplicaSet</c>, <c>StatefulSet</c>, <c>CafeDeployment</c> or <c>InPlaceSet</c>.</summary>
    public required string Kind { get; init; }

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

    /// <summary>StatefulSet: ordinals below this stay on the old revision on purpose.</summary>
    public int Partition { get; init; }

    /// <summary>StatefulSet with <c>OnDelete</c>: pods of the old revision stay until somebody deletes them.</summary>
    public bool UpdatesOnDelete { get; init; }

    /// <summary>StatefulSet: the revision its pods have, and the one they are to have.</summary>
    public string? CurrentRevision { get; init; }

    public string? UpdateRevision { get; init; }

    /// <summary>It says itself that it is busy with its pods, in one clause.</summary>
    public string? Busy { get; init; }

    /// <summary>CafeDeployment and InPlaceSet: pods keep their names.</summary>
    public bool HasStableNames { get; init; }

    /// <summary>The pods it owns have these labels.</summary>
    public LabelSelector? Selector { get; init; }

    public string Name => Key.Name;

    public override string ToString() => $"{Kind} {Name}";

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
        "StatefulSet" when !UpdatesOnDelete && CurrentRevision != UpdateRevision && Updated < Desired - Partition => $"{Updated} of {Desired - Partition} pods updated",
        _ => null,
    };

    /// <summary>A replacement comes back under the name of the pod it replaces.</summary>
    public bool KeepsNames => HasStableNames || Kind == "StatefulSet";
}
