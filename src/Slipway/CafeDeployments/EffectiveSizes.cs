namespace Slipway.CafeDeployments;

/// <summary>Unit sizes as they are to be now: as the spec has them, or as they are since pods had to move to another unit.</summary>
public static class EffectiveSizes
{
    public static UnitSizes Of(CafeDeployment seen) => UnitSizes.Of(seen.Spec) switch
    {
        UnitSizes.Known planned when seen.Status?.Rescheduled is { } moved && Holds(moved, planned)
            => new UnitSizes.Known([.. planned.Units.Select(size => size with { Count = moved.Actual[size.Unit] })]),
        var sizes => sizes,
    };

    /// <summary>The move was made from these very sizes and loses no pod.</summary>
    static bool Holds(Rescheduled moved, UnitSizes.Known planned) =>
        planned.Units.Count == moved.Planned.Count
        && planned.Units.All(size => moved.Planned.TryGetValue(size.Unit, out var count) && count == size.Count && moved.Actual.TryGetValue(size.Unit, out var actual) && actual >= 0)
        && moved.Actual.Count == moved.Planned.Count
        && moved.Actual.Values.Sum() == moved.Planned.Values.Sum();
}
