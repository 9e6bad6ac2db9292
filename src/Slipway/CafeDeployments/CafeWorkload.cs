using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>CafeDeployments and InPlaceSets as tickets look at workloads.</summary>
public static class CafeWorkload
{
    public static Workload Of(CafeDeployment cafe) => new()
    {
        Kind = Kinds.CafeDeployments.Kind,
        Group = Kinds.CafeDeployments.Group,
        Cafe = cafe,
        Key = cafe.Key,
        Uid = cafe.Uid,
        ResourceVersion = cafe.ResourceVersion,
        Desired = cafe.Spec.Replicas ?? 1,
        Generation = cafe.Metadata.Generation ?? 0,
        ObservedGeneration = cafe.Status?.ObservedGeneration ?? 0,
        Replicas = cafe.Status?.Replicas ?? 0,
        Updated = cafe.Status?.UpdatedReplicas ?? 0,
        UpdateRevision = cafe.Status?.UpdateRevision,
        HasStableNames = cafe.Spec.PodSetType is not PodSetType.ReplicaSet,
        Busy = Busy(cafe),
    };

    public static Workload Of(InPlaceSet set) => new()
    {
        Kind = Kinds.InPlaceSets.Kind,
        Group = Kinds.InPlaceSets.Group,
        Key = set.Key,
        Uid = set.Uid,
        ResourceVersion = set.ResourceVersion,
        Controller = set.Controller is { } owner ? new(owner.Kind, owner.Name, owner.Uid) : null,
        Desired = set.Spec.Replicas ?? 1,
        Generation = set.Metadata.Generation ?? 0,
        ObservedGeneration = set.Status?.ObservedGeneration ?? 0,
        Replicas = set.Status?.Replicas ?? 0,
        Updated = set.Status?.UpdatedReplicas ?? 0,
        UpdateRevision = set.Status?.UpdateRevision,
        HasStableNames = true,
        Partition = set.Spec.Strategy?.Partition ?? 0,
    };

    /// <summary>What is recorded of a rollout says more, and earlier, than counts of pods.</summary>
    static string? Busy(CafeDeployment cafe)
    {
        if (Rollout.Read(cafe.Metadata.Annotations?.GetValueOrDefault(Names.Rollout)) is not { IsOver: false } rollout) return null;
        return $"its {(rollout.Upgrade ? "upgrade" : "scale-out")} to revision {rollout.Revision} is in group {rollout.Group}";
    }
}
