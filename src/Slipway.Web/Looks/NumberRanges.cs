using System.Globalization;

namespace Slipway.Web.Looks;

/// <summary>Numbers at the end of pod names, as people write them: <c>0-3, 7</c>.</summary>
public sealed record NumberRanges(IReadOnlyList<(int From, int To)> Ranges)
{
    /// <summary>Reads numbers and ranges; empty text means any pod. False when it cannot be read.</summary>
    public static bool TryParse(string? text, out NumberRanges ranges)
    {
        var parts = (text ?? "").Split([',', ' ', '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var read = parts.Select(Range).ToList();
        ranges = new([.. read.OfType<(int, int)>()]);
        return read.All(range => range is not null);
    }

    public bool Has(string podName) => Ranges.Count == 0 || (Number(podName) is { } number && Ranges.Any(range => number >= range.From && number <= range.To));

    /// <summary>The number after the last hyphen; null when there is none.</summary>
    public static int? Number(string podName) => int.TryParse(podName.AsSpan(podName.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static (int, int)? Range(string part)
    {
        var ends = part.Split('-', '–');
        if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)) return null;
        if (ends.Length == 1) return (from, from);
        return int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) && to >= from ? (from, to) : null;
    }
}
