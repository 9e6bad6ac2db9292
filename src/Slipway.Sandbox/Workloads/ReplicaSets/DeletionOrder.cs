namespace Slipway.Sandbox.Workloads.ReplicaSets;

/// <summary>
/// Which pods a ReplicaSet gives up first (kubernetes/pkg/controller, <c>ActivePodsWithRanks.Less</c>): unassigned, Pending, not ready,
/// cheap by pod-deletion-cost, co-located with more siblings, ready for less time, restarted more often, younger. Times
/// count on a logarithmic scale, within which the UID decides.
/// </summary>
sealed class DeletionOrder(IReadOnlyDictionary<string, int> siblingsOnNode, DateTimeOffset now) : IComparer<PodFacts>
{
    public int Compare(PodFacts? x, PodFacts? y) => x is null || y is null ? Comparer<bool>.Default.Compare(x is null, y is null) : First(
        (x.NodeName is not null).CompareTo(y.NodeName is not null),
        PhaseRank(x).CompareTo(PhaseRank(y)),
        x.IsReady.CompareTo(y.IsReady),
        x.DeletionCost.CompareTo(y.DeletionCost),
        Siblings(y).CompareTo(Siblings(x)),
        x.IsReady && y.IsReady ? ByAge(x.ReadySince, y.ReadySince, x, y) : 0,
        y.Restarts.CompareTo(x.Restarts),
        ByAge(x.Created, y.Created, x, y),
        string.CompareOrdinal(x.Uid, y.Uid));

    static int First(params ReadOnlySpan<int> comparisons)
    {
        foreach (var comparison in comparisons)
        {
            if (comparison != 0) return comparison;
        }
        return 0;
    }

    static int PhaseRank(PodFacts pod) => pod.Phase switch { "Pending" => 0, "Running" => 2, _ => 1 };

    int Siblings(PodFacts pod) => pod.NodeName is { } node ? siblingsOnNode.GetValueOrDefault(node) : 0;

    int ByAge(DateTimeOffset? one, DateTimeOffset? other, PodFacts x, PodFacts y)
    {
        if (one == other) return 0;
        if (one is null || other is null) return one is null ? -1 : 1;
        var difference = Magnitude(now - one.Value).CompareTo(Magnitude(now - other.Value));
        return difference != 0 ? difference : string.CompareOrdinal(x.Uid, y.Uid);
    }

    static int Magnitude(TimeSpan age) => age <= TimeSpan.Zero ? -1 : (int)Math.Log2(age.TotalNanoseconds);
}
