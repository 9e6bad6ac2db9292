namespace Slipway.CafeDeployments;

/// <summary>Pods that stay without a node go to another unit, one unit's pods at a time; never out of, or into, a unit that unitReplicas names.</summary>
static class Rescheduling
{
    /// <summary>Sizes with the pods moved; null when none is to move.</summary>
    public static Rescheduled? Of(CafeObservation seen, UnitSizes.Known now)
    {
        if (seen.Cafe.Spec.Topology is not { AutoReschedule: { Enable: true } options } topology || UnitSizes.Of(seen.Cafe.Spec) is not UnitSizes.Known planned) return null;
        var free = now.Units.Where(size => topology.UnitReplicas?.ContainsKey(size.Unit) != true).ToList();
        var delay = TimeSpan.FromSeconds(options.InitialDelaySeconds ?? 10);
        var stuck = free.Select(size => (size.Unit, Pods: Stuck(seen, size, delay))).Where(unit => unit.Pods > 0).ToList();
        if (stuck.Count == 0) return null;

        // Where pods came from they are not sent back: it ends.
        var takers = free.Where(size => size.Count >= planned[size.Unit] && Waiting(seen, size.Unit) == 0).OrderBy(size => size.Count).ToList();
        if (takers.Count == 0) return null;
        var actual = now.Units.ToDictionary(size => size.Unit, size => size.Count);
        for (var i = 0; i < stuck[0].Pods; i++)
        {
            actual[stuck[0].Unit]--;
            actual[takers.MinBy(taker => actual[taker.Unit]).Unit]++;
        }

        return new() { Planned = planned.Units.ToDictionary(size => size.Unit, size => size.Count), Actual = actual };
    }

    /// <summary>When a pod that waits for a node will have waited long enough.</summary>
    public static DateTimeOffset? NextAt(CafeObservation seen) => seen.Cafe.Spec.Topology?.AutoReschedule is { Enable: true } options
        ? seen.Sets.SelectMany(set => set.Pods).Select(pod => pod.UnschedulableSince?.AddSeconds(options.InitialDelaySeconds ?? 10)).Where(at => at > seen.Now).Min()
        : null;

    /// <summary>Pods of a unit that is not shrinking already.</summary>
    static int Stuck(CafeObservation seen, UnitSize size, TimeSpan delay) => seen.SetOf(size.Unit) is { } set && set.Replicas <= size.Count
        ? set.Pods.Count(pod => pod.IsActive && seen.Now - pod.UnschedulableSince >= delay)
        : 0;

    static int Waiting(CafeObservation seen, string unit) => seen.SetOf(unit)?.Pods.Count(pod => pod.IsActive && pod.UnschedulableSince is not null) ?? 0;
}
