using Slipway.Budgets;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>What is to change about a CafeDeployment, its status, and when to look again.</summary>
public sealed record CafeDecision(IReadOnlyList<CafeChange> Changes, CafeDeploymentStatus Status, Requeue Requeue)
{
    public static CafeDecision Decide(CafeObservation seen)
    {
        if (seen.Cafe.Metadata.DeletionTimestamp is not null) return new([], seen.Cafe.Status ?? new(), Requeue.OnChange);
        if (CafeMistakes.Of(seen) is { } mistake) return new([], CafeConditions.Mistaken(seen, mistake), Requeue.OnChange);
        var sizes = ((UnitSizes.Known)EffectiveSizes.Of(seen.Cafe)).Units;
        var step = RolloutStep.Of(seen, sizes);
        var status = CafeConditions.Status(seen, sizes, step, Rescheduling.Of(seen, new(sizes)));
        return new([.. Wanted(seen, sizes, step)], status, NextLook(seen));
    }

    /// <summary>What must be recorded first is all that is done this time.</summary>
    static IEnumerable<CafeChange> Wanted(CafeObservation seen, IReadOnlyList<UnitSize> sizes, RolloutStep step)
    {
        if (RevisionHistory.RollBackTo(seen.Cafe) is { } wanted) return [new CafeChange.RollBack(RevisionHistory.Find(seen, wanted)!)];
        if (seen.Strangers.Count > 0) return seen.Strangers.Select(set => new CafeChange.AdoptSet(set));
        var history = RevisionHistory.Keep(seen);
        var confirmed = seen.Cafe.Metadata.Annotations?.GetValueOrDefault(Names.UpgradeConfirmed);
        if (!step.Rollout.HasSameContent(RolloutStep.Recorded(seen)) || step.Confirmed != confirmed) return [.. history, new CafeChange.RecordRollout(step.Rollout, step.Confirmed)];
        return [.. history, .. Sets(seen, step.Rollout, sizes)];
    }

    static IEnumerable<CafeChange> Sets(CafeObservation seen, Rollout rollout, IReadOnlyList<UnitSize> sizes)
    {
        var targets = SetTargets.Of(seen, rollout, sizes);
        foreach (var target in targets)
        {
            var set = seen.SetOf(target.Unit);
            if (set is null) yield return new CafeChange.CreateSet(target);
            else if (!set.Terminating && !target.IsMetBy(set)) yield return new CafeChange.PatchSet(set, target);
            else if (set.Kind == "ReplicaSet")
            {
                foreach (var pod in Outdated(seen, set, target, rollout.Revision)) yield return new CafeChange.EvictPod(pod.Pod);
            }
        }

        if (seen.Cafe.Spec.ScaleIn is { } scaleIn && !(scaleIn.Pods ?? []).Any(pod => seen.Sets.Any(set => SetTargets.HasSlotFor(set, pod)))) yield return new CafeChange.ClearScaleIn();
        if (!rollout.IsOver) yield break;
        foreach (var set in seen.Sets.Where(set => !set.Terminating && targets.All(target => target.Name != set.Key.Name))) yield return new CafeChange.DeleteSet(set);
        foreach (var change in RevisionHistory.Prune(seen)) yield return change;
    }

    /// <summary>Pods of a ReplicaSet that are to be made anew now: unhealthy ones first, within the disruption budgets.</summary>
    static IEnumerable<SetPod> Outdated(CafeObservation seen, PodSetSeen set, PodSetTarget target, string revision)
    {
        var old = set.Pods.Where(pod => pod.IsActive && !set.IsAt(pod, revision)).OrderBy(pod => pod.IsReady).ThenBy(pod => pod.Pod.CreatedAt).ToList();
        var headroom = new Headroom([], seen.Budgets, IntOrPercent.Percent(100), policies: [], seen.ActedOn, byEviction: true);
        return old.Take(Math.Max(0, old.Count - target.Partition)).Where(pod => !seen.ActedOn.Contains(pod.Pod.Identity) && headroom.Take("", pod.Pod) is null);
    }

    static Requeue NextLook(CafeObservation seen)
    {
        var ready = seen.Sets.SelectMany(set => set.Pods).Select(pod => pod.AvailableAt(seen.MinReadySeconds)).Where(at => at > seen.Now).Min();
        var times = new[] { ready, Rescheduling.NextAt(seen) }.OfType<DateTimeOffset>().ToList();
        return times.Count == 0 ? Requeue.OnChange : Requeue.After(times.Min() - seen.Now);
    }
}
