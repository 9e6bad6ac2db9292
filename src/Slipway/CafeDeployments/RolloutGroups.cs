namespace Slipway.CafeDeployments;

/// <summary>The groups of an upgrade or a scale-out: how many pods of each unit are through after each group.</summary>
/// <remarks>
/// Beta begins with one pod of every unit that has work; then, as with Batch, each group takes batchSize pods, each from the unit that
/// has most left, earlier units first.
/// </remarks>
public static class RolloutGroups
{
    /// <summary>Cumulative counts of the pods to be done, in the order of <paramref name="work"/>; one group at least.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<int> work, UpgradeStrategy? strategy)
    {
        var batch = Math.Max(1, strategy?.BatchSize ?? 10);
        var left = work.ToArray();
        var groups = new List<IReadOnlyList<int>>();
        if (strategy?.UpgradeType == UpgradeType.Beta && left.Any(count => count > 0))
        {
            for (var i = 0; i < left.Length; i++) left[i] -= Math.Min(1, left[i]);
            groups.Add(Through(work, left));
        }

        while (left.Any(count => count > 0))
        {
            for (var taken = 0; taken < batch && Fullest(left) is { } unit; taken++) left[unit]--;
            groups.Add(Through(work, left));
        }

        return groups.Count > 0 ? groups : [Through(work, left)];
    }

    static IReadOnlyList<int> Through(IReadOnlyList<int> work, int[] left) => [.. work.Select((count, i) => count - left[i])];

    static int? Fullest(int[] left)
    {
        var fullest = 0;
        for (var i = 1; i < left.Length; i++)
        {
            if (left[i] > left[fullest]) fullest = i;
        }

        return left.Length > 0 && left[fullest] > 0 ? fullest : null;
    }
}
