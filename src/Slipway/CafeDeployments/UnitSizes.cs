using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>Pods wanted in one unit.</summary>
public readonly record struct UnitSize(string Unit, int Count);

/// <summary>
/// How many pods each unit gets; together always <c>replicas</c>, else it is a mistake.
/// <para>
/// A number is taken as it is. A percentage is of <c>replicas</c>, rounded down; where every unit is named, the pods that rounding
/// leaves over go one each to the percentages with the largest fractions, ties in the order of <c>values</c>. Units that are
/// not named share the rest evenly, the earlier ones one more.
/// </para>
/// </summary>
public abstract record UnitSizes
{
    const int LongestUnit = 40;

    UnitSizes() { }

    /// <summary>In the order of <c>values</c>.</summary>
    public sealed record Known(IReadOnlyList<UnitSize> Units) : UnitSizes
    {
        public int this[string unit] => Units.FirstOrDefault(size => size.Unit == unit).Count;
    }

    /// <summary>A person's mistake, as one sentence.</summary>
    public sealed record Mistaken(string Sentence) : UnitSizes;

    public static UnitSizes Of(CafeDeploymentSpec spec)
    {
        var replicas = spec.Replicas ?? 1;
        var topology = spec.Topology ?? new();
        if (Mistake(topology) is { } sentence) return new Mistaken(sentence);
        if (topology.UnitType is null or UnitType.None) return new Known([new(Names.NoUnit, replicas)]);
        var units = topology.Values!;
        var named = topology.UnitReplicas ?? NobodyNamed;
        var counts = units.ToDictionary(unit => unit, unit => named.TryGetValue(unit, out var wanted) ? wanted.RoundedDown(replicas) : 0);
        var left = replicas - counts.Values.Sum();
        if (left < 0) return new Mistaken($"spec.topology.unitReplicas come to {replicas - left} pods, more than the {replicas} of spec.replicas");
        var free = units.Where(unit => !named.ContainsKey(unit)).ToList();
        if (free.Count > 0) ShareEvenly(free, left, counts);
        else if (ShareByFraction(units, named, replicas, left, counts) is { } tooFew) return new Mistaken(tooFew);
        return new Known([.. units.Select(unit => new UnitSize(unit, counts[unit]))]);
    }

    static readonly IReadOnlyDictionary<string, IntOrPercent> NobodyNamed = new Dictionary<string, IntOrPercent>();

    static string? Mistake(Topology topology)
    {
        var units = topology.Values ?? [];
        var named = topology.UnitReplicas ?? NobodyNamed;
        if (topology.UnitType is null or UnitType.None) return named.Count > 0 ? "spec.topology.unitReplicas is given, but spec.topology.unitType is None; Cell and Zone have units" : null;
        if (units.Count == 0) return $"spec.topology.values is empty; unitType {topology.UnitType} needs at least one unit";
        if (units.FirstOrDefault(unit => !IsUnitName(unit)) is { } odd) return $"spec.topology.values has \"{odd}\"; a unit is 1 to {LongestUnit} letters, digits and '-', with no '-' at the ends";
        if (units.GroupBy(unit => unit.ToLowerInvariant()).FirstOrDefault(same => same.Count() > 1) is { } twice) return $"spec.topology.values has {string.Join(" and ", twice)}; units must differ in more than case";
        if (named.Keys.Order(StringComparer.Ordinal).FirstOrDefault(unit => !units.Contains(unit)) is { } unknown) return $"spec.topology.unitReplicas names {unknown}, which is not in spec.topology.values ({string.Join(", ", units)})";
        if (Worst(named, wanted => wanted.Value < 0) is { } negative) return $"spec.topology.unitReplicas gives {negative.Key} {negative.Value}; at least 0 is allowed";
        if (Worst(named, wanted => wanted is { IsPercent: true, Value: > 100 }) is { } over) return $"spec.topology.unitReplicas gives {over.Key} {over.Value}; at most 100% is allowed";
        var percent = named.Values.Where(wanted => wanted.IsPercent).Sum(wanted => (long)wanted.Value);
        return percent > 100 ? $"the percentages of spec.topology.unitReplicas come to {percent}%; at most 100% is allowed" : null;
    }

    static KeyValuePair<string, IntOrPercent>? Worst(IReadOnlyDictionary<string, IntOrPercent> named, Func<IntOrPercent, bool> isWrong)
    {
        foreach (var wanted in named.OrderBy(wanted => wanted.Key, StringComparer.Ordinal))
        {
            if (isWrong(wanted.Value)) return wanted;
        }

        return null;
    }

    static bool IsUnitName(string unit) =>
        unit.Length is > 0 and <= LongestUnit && unit.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') && unit[0] != '-' && unit[^1] != '-';

    static void ShareEvenly(List<string> units, int pods, Dictionary<string, int> counts)
    {
        for (var i = 0; i < units.Count; i++) counts[units[i]] = (pods / units.Count) + (i < pods % units.Count ? 1 : 0);
    }

    /// <summary>Gives out what rounding down has left; a sentence if numbers and percentages do not come to all pods.</summary>
    static string? ShareByFraction(IReadOnlyList<string> units, IReadOnlyDictionary<string, IntOrPercent> named, int replicas, int left, Dictionary<string, int> counts)
    {
        if (left == 0) return null;
        var fractions = units.Where(unit => named[unit].IsPercent).Select(unit => (Unit: unit, Fraction: (long)named[unit].Value * replicas % 100)).Where(part => part.Fraction > 0).ToList();
        var percentages = named.Values.All(wanted => wanted.IsPercent) && named.Values.Sum(wanted => wanted.Value) < 100;
        if (percentages || left > fractions.Count) return $"spec.topology.unitReplicas names every unit and comes to {replicas - left} pods, fewer than the {replicas} of spec.replicas";
        foreach (var (unit, _) in fractions.OrderByDescending(part => part.Fraction).Take(left)) counts[unit]++;
        return null;
    }
}
