using System.Globalization;

namespace Slipway.Traffic;

/// <summary>Weights of single backends as one text: what most have, then those that differ by address: <c>50,10.0.0.7:8080=80</c>.</summary>
public sealed record BackendWeights
{
    readonly SortedDictionary<string, int> _others;

    BackendWeights(int most, SortedDictionary<string, int> others) => (Most, _others) = (most, others);

    /// <summary>What most have, and what one counts as that is not named: it came later.</summary>
    public int Most { get; }

    public int this[string address] => _others.GetValueOrDefault(address, Most);

    public static BackendWeights Of(IReadOnlyDictionary<string, int> weights)
    {
        var most = weights.Values.CountBy(weight => weight).OrderByDescending(weight => weight.Value).ThenBy(weight => weight.Key).FirstOrDefault().Key;
        return new(most, new(weights.Where(weight => weight.Value != most).ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>Reads the text; what is not a number counts as <paramref name="absent"/>.</summary>
    public static BackendWeights Parse(string? text, int absent)
    {
        var parts = (text ?? "").Split(',');
        var others = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            if (part.LastIndexOf('=') is > 0 and var equals) others[part[..equals]] = Number(part.AsSpan(equals + 1), absent);
        }

        return new(Number(parts[0], absent), others);
    }

    public override string ToString() => string.Join(',', [$"{Most}", .. _others.Select(other => $"{other.Key}={other.Value}")]);

    static int Number(ReadOnlySpan<char> text, int absent) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : absent;
}
