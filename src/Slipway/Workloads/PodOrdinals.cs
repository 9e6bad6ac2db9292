using System.Globalization;

namespace Slipway.Workloads;

/// <summary>The numbers in the names of a StatefulSet's pods.</summary>
public static class PodOrdinals
{
    /// <summary>The ordinal of a pod of the workload; null when its name has none.</summary>
    public static int? Of(Workload workload, string pod) =>
        pod.StartsWith($"{workload.Name}-", StringComparison.Ordinal)
        && int.TryParse(pod.AsSpan(workload.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;

    /// <summary>The ordinals the workload has pods of, ascending: as many as its replicas, from its first, without the reserved ones.</summary>
    public static IReadOnlyList<int> Wanted(Workload workload) => Wanted(workload.FirstOrdinal, workload.Desired, workload.ReservedOrdinals);

    /// <remarks>Reserved ordinals are numbers, or ranges with both ends included (OpenKruise, Advanced StatefulSet, "Ordinals reserve").</remarks>
    public static IReadOnlyList<int> Wanted(int first, int replicas, IReadOnlyList<string> reserved)
    {
        var ranges = reserved.Select(Range).ToList();
        var wanted = new List<int>(Math.Max(0, replicas));
        for (var ordinal = first; wanted.Count < replicas; ordinal++)
        {
            var at = ranges.FindIndex(range => range.From <= ordinal && ordinal <= range.To);
            if (at < 0) wanted.Add(ordinal);
            else ordinal = ranges[at].To;
        }

        return wanted;
    }

    /// <summary>What cannot be read reserves nothing.</summary>
    static (int From, int To) Range(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            ? (from, to)
            : (-1, -2);
    }
}
