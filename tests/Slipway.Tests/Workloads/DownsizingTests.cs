using CsCheck;
using Slipway.Resources;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Workloads;

public sealed class DownsizingTests
{
    static Workload Set(string group, int first, int replicas, IReadOnlyList<string>? reserved = null) => new()
    {
        Kind = "StatefulSet", Group = group, Key = new("shop", "catalog"), Uid = "uid-catalog", ResourceVersion = "1", Desired = replicas, FirstOrdinal = first, ReservedOrdinals = reserved ?? [],
    };

    static IReadOnlyList<string> Names(IEnumerable<int> ordinals) => [.. ordinals.Select(ordinal => $"catalog-{ordinal}")];

    static IReadOnlyList<int> Chosen(IReadOnlyList<int> ordinals, IReadOnlyList<bool> choices) => [.. ordinals.Where((_, place) => choices[place])];

    [Fact]
    public void An_advanced_stateful_set_keeps_all_ordinals_but_the_chosen_ones_whatever_was_reserved() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 12], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3]).Array[0, 3], Gen.Bool.Array[12]).Sample((first, replicas, ranges, choices) =>
        {
            var set = Set(Kinds.AdvancedStatefulSets.Group, first, replicas, [.. ranges.Select(range => range.Item2 == 0 ? $"{range.Item1}" : $"{range.Item1}-{range.Item1 + range.Item2}")]);
            var before = PodOrdinals.Wanted(set);
            var chosen = Chosen(before, choices);

            var write = Downsizing.Of(set, Names(chosen)).Write!;

            Assert.Equal(before.Count - chosen.Count, write.Replicas);
            Assert.Equal(before.Except(chosen), PodOrdinals.Wanted(write.Apply(set)));
        });

    [Fact]
    public void A_stateful_set_keeps_all_ordinals_but_the_chosen_ones_or_refuses_where_a_gap_would_be_left() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 8], Gen.Bool.Array[8]).Sample((first, replicas, choices) =>
        {
            var set = Set("apps", first, replicas);
            var before = PodOrdinals.Wanted(set);
            var chosen = Chosen(before, choices);
            var stay = before.Except(chosen).ToList();

            var (write, refusal) = Downsizing.Of(set, Names(chosen));

            var gap = stay.Count > 0 && stay[^1] - stay[0] + 1 != stay.Count;
            Assert.Equal(gap, refusal is not null);
            if (write is not null) Assert.Equal(stay, PodOrdinals.Wanted(write.Apply(set)));
        });

    [Fact]
    public void A_clone_set_keeps_the_names_it_was_told_before_and_names_none_twice()
    {
        var set = Set(Kinds.CloneSets.Group, 0, 5) with { Kind = "CloneSet", PodsToDelete = ["catalog-a", "catalog-b"] };

        var write = Assert.IsType<Downsizing.ByName>(Downsizing.Of(set, ["catalog-b", "catalog-c"]).Write);

        Assert.Equal(["catalog-a", "catalog-b", "catalog-c"], write.PodsToDelete);
        Assert.Equal(3, write.Replicas);
    }
}
