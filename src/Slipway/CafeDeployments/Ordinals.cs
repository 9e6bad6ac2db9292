namespace Slipway.CafeDeployments;

/// <summary>Which ordinals of a set have pods: the lowest that are not reserved, as many as there are replicas.</summary>
public static class Ordinals
{
    public static IReadOnlyList<int> Of(int replicas, IReadOnlyCollection<int> reserved)
    {
        var skipped = reserved.ToHashSet();
        var ordinals = new List<int>(replicas);
        for (var ordinal = 0; ordinals.Count < replicas; ordinal++)
        {
            if (!skipped.Contains(ordinal)) ordinals.Add(ordinal);
        }

        return ordinals;
    }

    /// <summary>What is reserved once <paramref name="gone"/> have no pod any more; what lies beyond the last pod needs no mention.</summary>
    public static IReadOnlyList<int> Without(int replicasAfter, IReadOnlyCollection<int> reserved, IEnumerable<int> gone) => Trimmed(replicasAfter, [.. reserved, .. gone]);

    /// <summary>What is reserved once the set has grown: gaps are filled first, the lowest before the others.</summary>
    public static IReadOnlyList<int> Grown(int replicasBefore, int replicasAfter, IReadOnlyCollection<int> reserved) =>
        Trimmed(replicasAfter, [.. reserved.Order().Skip(Math.Max(0, replicasAfter - replicasBefore))]);

    static IReadOnlyList<int> Trimmed(int replicas, IReadOnlyCollection<int> reserved)
    {
        var last = replicas == 0 ? -1 : Of(replicas, reserved)[^1];
        return [.. reserved.Where(ordinal => ordinal < last).Distinct().Order()];
    }
}
