using CsCheck;
using Slipway.CafeDeployments;
using Xunit;

namespace Slipway.Tests.CafeDeployments;

public sealed class RolloutGroupsTests
{
    [Theory]
    [InlineData(UpgradeType.Beta, "5 5", "1,1 3,3 5,5")]
    [InlineData(UpgradeType.Batch, "5 5", "2,2 4,4 5,5")]
    [InlineData(UpgradeType.Batch, "8 2", "4,0 7,1 8,2")]
    [InlineData(UpgradeType.Beta, "3 0", "1,0 3,0")]
    [InlineData(UpgradeType.Beta, "0 0", "0,0")]
    public void Beta_begins_with_one_pod_of_each_unit_and_then_come_batches(UpgradeType type, string work, string groups) =>
        Assert.Equal(groups, string.Join(' ', Of(type, 4, work).Select(group => string.Join(',', group))));

    static readonly Gen<(int[] Work, UpgradeStrategy Strategy)> Work =
        from work in Gen.Int[0, 30].Array[1, 5]
        from batch in Gen.Int[1, 12]
        from beta in Gen.Bool
        select (work, new UpgradeStrategy { BatchSize = batch, UpgradeType = beta ? UpgradeType.Beta : UpgradeType.Batch });

    [Fact]
    public void Every_group_adds_at_most_a_batch_and_the_last_has_all() => Work.Sample(sample =>
    {
        var groups = RolloutGroups.Of(sample.Work, sample.Strategy);

        var sizes = groups.Select(group => group.Sum()).Prepend(0).ToList();
        var steps = sizes.Zip(sizes.Skip(1), (before, after) => after - before).ToList();
        var beta = sample.Strategy.UpgradeType == UpgradeType.Beta ? 1 : 0;
        return groups[^1].SequenceEqual(sample.Work) && steps.Skip(beta).All(step => step <= sample.Strategy.BatchSize) && steps.Take(beta).All(step => step <= sample.Work.Length);
    });

    [Fact]
    public void No_unit_ever_goes_back() => Work.Sample(sample =>
        RolloutGroups.Of(sample.Work, sample.Strategy).Zip(RolloutGroups.Of(sample.Work, sample.Strategy).Skip(1), (before, after) => before.Zip(after, (b, a) => a >= b).All(grows => grows)).All(grows => grows));

    static IReadOnlyList<IReadOnlyList<int>> Of(UpgradeType type, int batch, string work) =>
        RolloutGroups.Of([.. work.Split(' ').Select(int.Parse)], new() { UpgradeType = type, BatchSize = batch });
}
