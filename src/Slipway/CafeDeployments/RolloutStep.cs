using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>
/// How a rollout goes on: what is recorded of it next, and the annotation of its confirmation: the same as now, asked for
/// (<c>"false"</c>), or used up (null).
/// </summary>
sealed record RolloutStep(Rollout Rollout, string? Confirmed)
{
    public static RolloutStep Of(CafeObservation seen, IReadOnlyList<UnitSize> sizes)
    {
        var confirmed = seen.Cafe.Metadata.Annotations?.GetValueOrDefault(Names.UpgradeConfirmed);
        return Recorded(seen) switch
        {
            null => new(First(seen, sizes), confirmed),
            var recorded when recorded.Revision != seen.Revision && seen.StaysAt is null => new(OtherRevision(seen, sizes), null),
            { IsOver: true } over => OtherSizes(over, sizes, confirmed),
            var rolling when !rolling.IsTo(sizes) => new(rolling.Resized(sizes), confirmed),
            var rolling => Next(seen, rolling, sizes, confirmed),
        };
    }

    public static Rollout? Recorded(CafeObservation seen) => Rollout.Read(seen.Cafe.Metadata.Annotations?.GetValueOrDefault(Names.Rollout));

    static Rollout First(CafeObservation seen, IReadOnlyList<UnitSize> sizes) =>
        HasPods(seen) ? Rollout.Begin(seen.Revision, sizes, CountsAt(seen, sizes), upgrade: true) : Rollout.Over(seen.Revision, sizes);

    /// <summary>Where no pod serves yet there is nothing to go carefully about.</summary>
    static Rollout OtherRevision(CafeObservation seen, IReadOnlyList<UnitSize> sizes) => First(seen, sizes);

    static RolloutStep OtherSizes(Rollout over, IReadOnlyList<UnitSize> sizes, string? confirmed)
    {
        if (over.IsTo(sizes)) return new(over, confirmed);
        var grows = sizes.Any(size => size.Count > over.Wanted(size.Unit));
        return grows && over.To.Values.Sum() > 0
            ? new(Rollout.Begin(over.Revision, sizes, over.To, upgrade: false), null)
            : new(over.Resized(sizes), confirmed);
    }

    static RolloutStep Next(CafeObservation seen, Rollout rolling, IReadOnlyList<UnitSize> sizes, string? confirmed)
    {
        var progress = RolloutProgress.Of(rolling, sizes, seen.Cafe.Spec.Strategy);
        if (!progress.IsThrough(unit => seen.PodsAt(unit, rolling.Revision).Count(pod => pod.IsAvailable(seen.MinReadySeconds, seen.Now)))) return new(rolling, confirmed);
        var strategy = seen.Cafe.Spec.Strategy;
        return strategy switch
        {
            _ when progress.IsLast => new(Rollout.Over(rolling.Revision, sizes), null),
            { Pause: true } => new(rolling, confirmed),
            { NeedWaitingForConfirm: true } when confirmed != "true" => new(rolling, "false"),
            _ => new(rolling with { Group = progress.Group + 1 }, null),
        };
    }

    static bool HasPods(CafeObservation seen) => seen.Sets.Any(set => set.Pods.Any(pod => pod.IsActive));

    static Dictionary<string, int> CountsAt(CafeObservation seen, IReadOnlyList<UnitSize> sizes) =>
        sizes.ToDictionary(size => size.Unit, size => seen.PodsAt(size.Unit, seen.Revision).Count());
}

/// <summary>The group a rollout is in, and what of each unit may be through with it.</summary>
sealed record RolloutProgress(int Group, int Groups, IReadOnlyDictionary<string, int> Through)
{
    public bool IsLast => Group >= Groups;

    public static RolloutProgress Of(Rollout rollout, IReadOnlyList<UnitSize> sizes, UpgradeStrategy? strategy)
    {
        if (rollout.From is not { } from) return new(1, 1, rollout.To);
        var groups = RolloutGroups.Of([.. sizes.Select(size => Math.Max(0, rollout.Wanted(size.Unit) - from.GetValueOrDefault(size.Unit)))], strategy);
        var group = Math.Clamp(rollout.Group, 1, groups.Count);
        return new(group, groups.Count, sizes.Select((size, i) => (size.Unit, Through: from.GetValueOrDefault(size.Unit) + groups[group - 1][i])).ToDictionary(unit => unit.Unit, unit => unit.Through));
    }

    public bool IsThrough(Func<string, int> available) => Through.All(unit => available(unit.Key) >= unit.Value);
}
