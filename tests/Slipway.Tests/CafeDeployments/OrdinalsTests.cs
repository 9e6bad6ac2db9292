using CsCheck;
using Slipway.CafeDeployments;
using Xunit;

namespace Slipway.Tests.CafeDeployments;

public sealed class OrdinalsTests
{
    static readonly Gen<(int Replicas, int[] Reserved)> Sets = from replicas in Gen.Int[0, 20] from reserved in Gen.Int[0, 25].Array[0, 8] select (replicas, reserved.Distinct().ToArray());

    [Fact]
    public void A_set_has_its_lowest_ordinals_but_the_reserved_ones() => Assert.Equal([0, 2, 3, 5], Ordinals.Of(4, [1, 4, 9]));

    [Fact]
    public void Exactly_the_ordinals_that_go_are_gone() => (from set in Sets from picks in Gen.Int[0, 100].Array[0, 6] select (set, picks)).Sample(sample =>
    {
        var before = Ordinals.Of(sample.set.Replicas, sample.set.Reserved);
        var gone = before.Count == 0 ? [] : sample.picks.Select(pick => before[pick % before.Count]).Distinct().ToArray();

        var replicas = sample.set.Replicas - gone.Length;
        return Ordinals.Of(replicas, Ordinals.Without(replicas, sample.set.Reserved, gone)).SequenceEqual(before.Except(gone));
    });

    [Fact]
    public void A_set_that_grows_keeps_its_ordinals_and_fills_its_gaps_first() => (from set in Sets from more in Gen.Int[0, 10] select (set, more)).Sample(sample =>
    {
        var reserved = Ordinals.Without(sample.set.Replicas, sample.set.Reserved, []);
        var before = Ordinals.Of(sample.set.Replicas, reserved);
        var replicas = sample.set.Replicas + sample.more;

        var after = Ordinals.Of(replicas, Ordinals.Grown(sample.set.Replicas, replicas, reserved));

        var filled = reserved.Order().Take(sample.more).ToArray();
        return after.Count == replicas && before.All(after.Contains) && filled.All(after.Contains);
    });
}
