using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>Puts a CafeDeployment's state into words: the whole status, one function a condition.</summary>
static class CafeConditions
{
    public static CafeDeploymentStatus Mistaken(CafeObservation seen, string mistake)
    {
        var sizes = EffectiveSizes.Of(seen.Cafe) is UnitSizes.Known known ? known.Units : [];
        return Counted(seen, sizes) with
        {
            Progress = "mistake",
            Conditions = Since(seen, [Available(seen, sizes), new() { Type = "Progressing", Status = "False", Reason = "Mistake", Message = mistake }, Paused(seen, null)]),
        };
    }

    public static CafeDeploymentStatus Status(CafeObservation seen, IReadOnlyList<UnitSize> sizes, RolloutStep step, Rescheduled? moved)
    {
        var progress = RolloutProgress.Of(step.Rollout, sizes, seen.Cafe.Spec.Strategy);
        return Counted(seen, sizes) with
        {
            Progress = Progress(seen, step, progress),
            Rescheduled = moved ?? StillMoved(seen),
            Conditions = Since(seen, [Available(seen, sizes), Progressing(seen, step, progress), Paused(seen, (step, progress))]),
        };
    }

    /// <summary>An earlier move that holds stays on record.</summary>
    static Rescheduled? StillMoved(CafeObservation seen) =>
        EffectiveSizes.Of(seen.Cafe) is UnitSizes.Known now && UnitSizes.Of(seen.Cafe.Spec) is UnitSizes.Known planned && !now.Units.SequenceEqual(planned.Units) ? seen.Cafe.Status?.Rescheduled : null;

    static CafeDeploymentStatus Counted(CafeObservation seen, IReadOnlyList<UnitSize> sizes)
    {
        var units = seen.Sets.Select(set => (Set: set, Unit: sizes.FirstOrDefault(size => PodSetNames.Of(seen.Cafe.Key.Name, size.Unit) == set.Key.Name).Unit)).ToList();
        var pods = seen.Sets.SelectMany(set => set.Pods.Where(pod => pod.IsActive)).ToList();
        var updated = seen.Sets.SelectMany(set => set.PodsAt(seen.Revision)).ToList();
        return new()
        {
            ObservedGeneration = seen.Cafe.Metadata.Generation,
            Replicas = pods.Count,
            ReadyReplicas = pods.Count(pod => pod.IsReady),
            AvailableReplicas = pods.Count(pod => IsAvailable(seen, pod)),
            UpdatedReplicas = updated.Count,
            UpdatedAvailableReplicas = updated.Count(pod => IsAvailable(seen, pod)),
            LabelSelector = SelectorText.Of(seen.Cafe.Spec.Selector),
            UpdateRevision = seen.Revision,
            Rescheduled = seen.Cafe.Status?.Rescheduled,
            Units = [.. sizes.Select(size => Unit(seen, size))],
        };
    }

    static UnitStatus Unit(CafeObservation seen, UnitSize size)
    {
        var pods = seen.SetOf(size.Unit)?.Pods.Where(pod => pod.IsActive).ToList() ?? [];
        return new()
        {
            Name = size.Unit,
            Desired = size.Count,
            Replicas = pods.Count,
            Updated = seen.PodsAt(size.Unit, seen.Revision).Count(),
            Available = pods.Count(pod => IsAvailable(seen, pod)),
        };
    }

    static bool IsAvailable(CafeObservation seen, SetPod pod) => pod.IsAvailable(seen.MinReadySeconds, seen.Now);

    static Condition Available(CafeObservation seen, IReadOnlyList<UnitSize> sizes)
    {
        var wanted = sizes.Count > 0 ? sizes.Sum(size => size.Count) : seen.Cafe.Spec.Replicas ?? 1;
        var pods = seen.Sets.SelectMany(set => set.Pods).ToList();
        var available = pods.Count(pod => IsAvailable(seen, pod));
        var trouble = available >= wanted ? null : pods.Where(pod => !pod.IsReady).OrderBy(pod => pod.Pod.Name, NaturalOrder.Names).FirstOrDefault();
        return new()
        {
            Type = "Available",
            Status = available >= wanted ? "True" : "False",
            Reason = available >= wanted ? "AllAvailable" : "PodsUnavailable",
            Message = $"{available} of {wanted} pods are available{(trouble is null ? "" : $"; {trouble.Pod.Name}: {PodTrouble.Of(trouble.Pod)}")}",
        };
    }

    static Condition Progressing(CafeObservation seen, RolloutStep step, RolloutProgress progress) => seen.StaysAt is { } stays ? Withheld(seen, stays) : new()
    {
        Type = "Progressing",
        Status = "True",
        Reason = step.Rollout.IsOver ? "Complete" : step.Rollout.Upgrade ? "Upgrading" : "ScalingOut",
        Message = step.Rollout.IsOver
            ? $"no rollout is going on; revision {step.Rollout.Revision} is the newest"
            : $"{(step.Rollout.Upgrade ? "upgrade" : "scale-out")} to revision {step.Rollout.Revision}: group {progress.Group} of {progress.Groups}, {seen.Sets.Sum(set => set.PodsAt(step.Rollout.Revision).Count())} of {step.Rollout.To.Values.Sum()} pods are at it",
    };

    static Condition Withheld(CafeObservation seen, TemplateRevision stays) => new()
    {
        Type = "Progressing",
        Status = "False",
        Reason = "WeightZero",
        Message = $"revision {seen.Revision} is held and pods stay at {stays.Hash}: {seen.Withheld}",
    };

    static Condition Paused(CafeObservation seen, (RolloutStep Step, RolloutProgress Progress)? rollout)
    {
        var (reason, message) = rollout switch
        {
            ({ Rollout.IsOver: false }, var progress) when seen.Cafe.Spec.Strategy?.Pause == true => ("Pause", $"spec.strategy.pause is true; no pod is started in group {progress.Group} of {progress.Groups}"),
            ({ Confirmed: "false", Rollout.IsOver: false }, var progress) => ("WaitingForConfirmation", $"group {progress.Group} of {progress.Groups} is done; set annotation {Names.UpgradeConfirmed} to \"true\" to go on"),
            _ => ("NotPaused", ""),
        };
        return new() { Type = "Paused", Status = reason == "NotPaused" ? "False" : "True", Reason = reason, Message = message };
    }

    static string Progress(CafeObservation seen, RolloutStep step, RolloutProgress progress) => step switch
    {
        { Rollout.IsOver: true } when seen.StaysAt is not null => "held: a unit has weight 0",
        { Rollout.IsOver: true } => AvailableNow(seen) is var available && available < step.Rollout.To.Values.Sum() ? $"{available} of {step.Rollout.To.Values.Sum()} available" : "complete",
        _ when seen.Cafe.Spec.Strategy?.Pause == true => $"paused {progress.Group}/{progress.Groups}",
        { Confirmed: "false" } => $"waits for confirmation {progress.Group}/{progress.Groups}",
        _ => $"group {progress.Group}/{progress.Groups}",
    };

    static int AvailableNow(CafeObservation seen) => seen.Sets.Sum(set => set.Pods.Count(pod => IsAvailable(seen, pod)));

    static IReadOnlyList<Condition> Since(CafeObservation seen, IReadOnlyList<Condition> conditions) => [.. conditions.Select(condition => condition.Since(seen.Cafe.Status?.Conditions, seen.Second))];
}
