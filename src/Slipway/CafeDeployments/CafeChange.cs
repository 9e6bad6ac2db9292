using System.Text.Json;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>What a decision about a CafeDeployment wants changed; a closed list, in the order it is carried out.</summary>
public abstract record CafeChange
{
    CafeChange() { }

    public sealed record SaveRevision(string Name, string Hash, long Number, JsonElement Template) : CafeChange;

    public sealed record RenumberRevision(TemplateRevision Revision, long Number) : CafeChange;

    public sealed record DeleteRevision(TemplateRevision Revision) : CafeChange;

    /// <summary>Puts an old template back into the spec and takes the request away, in one patch.</summary>
    public sealed record RollBack(TemplateRevision To) : CafeChange;

    /// <summary>Writes how far the rollout may go, before it goes; with it the confirmation: asked for, or used up (null).</summary>
    public sealed record RecordRollout(Rollout Rollout, string? Confirmed) : CafeChange;

    public sealed record CreateSet(PodSetTarget Target) : CafeChange;

    /// <summary>One patch of everything about the set that is not as it should be.</summary>
    public sealed record PatchSet(PodSetSeen Set, PodSetTarget Target) : CafeChange;

    public sealed record AdoptSet(PodSetSeen Set) : CafeChange;

    public sealed record DeleteSet(PodSetSeen Set) : CafeChange;

    public sealed record ClearScaleIn : CafeChange;

    /// <summary>A pod of an old revision that its ReplicaSet is to make anew.</summary>
    public sealed record EvictPod(Pod Pod) : CafeChange;
}

/// <summary>
/// What the set of one unit is to be. <c>MadeFrom</c> is its revision and a hash of all that is written into it beside the numbers.
/// </summary>
public sealed record PodSetTarget(string Unit, string Name, int Replicas, int Partition, IReadOnlyList<int> Reserved, string MadeFrom, JsonElement Template)
{
    /// <summary>The set is as it should be.</summary>
    public bool IsMetBy(PodSetSeen set) =>
        set.Replicas == Replicas && set.MadeFrom == MadeFrom
        && (set.Kind == "ReplicaSet" || set.Partition == Partition)
        && (set.Kind != "InPlaceSet" || set.Reserved.SequenceEqual(Reserved));
}
