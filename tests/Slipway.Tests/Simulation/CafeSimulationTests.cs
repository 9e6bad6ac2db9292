using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class UndisturbedCafeTests
{
    public static TheoryData<string> Cases => [.. CafeSimulation.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_change_comes_through_group_by_group_and_then_nothing_more_is_written(string name)
    {
        var outcome = CafeSimulation.Run(name, seed: 0);

        Assert.True(outcome.Ended, outcome.Progress);
        Assert.InRange(outcome.MostUnavailable, 0, name == "specified scale-in" ? 2 : CafeSimulation.BatchSize);
        Assert.Equal(0, outcome.WritesInTheHourAfter);
    }

    [Fact]
    public void Beta_upgrades_one_pod_of_each_unit_in_place_before_any_other()
    {
        var outcome = CafeSimulation.Run("upgrade in place, beta", seed: 0);

        Assert.Equal("a-0 b-0 , a-1 a-2 b-1 , a-3 b-2 ,", outcome.Story);
        Assert.Equal(7, outcome.Same.Count);
        Assert.Equal(7, outcome.PodWrites);
    }

    [Fact]
    public void Batch_upgrades_as_many_pods_at_a_time_as_a_batch_has()
    {
        var outcome = CafeSimulation.Run("upgrade in place, batch, confirmed", seed: 0);

        Assert.Equal(3, outcome.Story.Count(character => character == ','));
        Assert.Equal(3, outcome.MostUnavailable);
        Assert.Equal(7, outcome.Same.Count);
    }

    [Fact]
    public void What_a_pod_cannot_change_makes_another_pod_under_the_same_name()
    {
        var outcome = CafeSimulation.Run("upgrade by recreation, beta", seed: 0);

        Assert.Equal(7, outcome.Pods.Count);
        Assert.Empty(outcome.Same);
    }

    [Fact]
    public void A_change_of_labels_restarts_nothing()
    {
        var outcome = CafeSimulation.Run("labels only", seed: 0);

        Assert.Equal(7, outcome.Same.Count);
        Assert.Equal(0, outcome.MostUnavailable);
    }

    [Fact]
    public void A_specified_scale_in_takes_exactly_these_pods()
    {
        var outcome = CafeSimulation.Run("specified scale-in", seed: 0);

        Assert.Equal(["cart-gz00a-0", "cart-gz00a-2", "cart-gz00a-3", "cart-gz00b-1", "cart-gz00b-2"], outcome.Pods);
        Assert.Equal(outcome.Pods, outcome.Same);
        Assert.Equal(2, outcome.PodWrites);
    }

    [Fact]
    public void Another_distribution_brings_up_the_new_pods_before_the_old_ones_go()
    {
        var outcome = CafeSimulation.Run("another distribution", seed: 0);

        Assert.Equal("GZ00A:2 GZ00B:5", outcome.Sizes);
        Assert.Equal(0, outcome.MostUnavailable);
    }
}

public sealed class CrashingCafeTests
{
    public static TheoryData<string> Cases => [.. CafeSimulation.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_crash_at_any_write_changes_nothing_in_the_end(string name)
    {
        var undisturbed = CafeSimulation.Run(name, seed: 0, (_, _) => Interruption.None);

        // A crash before a write is one after the write before it.
        for (var at = 0; at < undisturbed.Writes; at++)
        {
            var place = at;

            var outcome = CafeSimulation.Run(name, seed: 0, (write, _) => write == place ? Interruption.CrashAfter : Interruption.None);

            Assert.True(outcome.Ended, $"crash at write {place}: {outcome.Progress}");
            if (CafeSimulation.HasStableNames(name))
            {
                Assert.Equal(undisturbed.Effects.Distinct(), outcome.Effects.Distinct());
                Assert.Equal(undisturbed.Pods, outcome.Pods);
            }

            Assert.Equal(undisturbed.Sizes, outcome.Sizes);
            Assert.Equal(undisturbed.Same, outcome.Same);
            Assert.True(outcome.MostUnavailable <= CafeSimulation.BatchSize, $"crash at write {place}: {outcome.MostUnavailable} unavailable; {outcome.Story}");
            Assert.Equal(0, outcome.WritesInTheHourAfter);
        }
    }
}

public sealed class RandomCafeTests
{
    /// <summary>Runs per test; SLIPWAY_SOAK makes it many.</summary>
    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_SOAK"), out var runs) ? runs : 18;

    [Fact]
    public void In_any_order_of_steps_the_change_comes_through_within_its_groups()
    {
        for (var seed = 1; seed <= Runs; seed++) Check(seed, interrupt: null);
    }

    [Fact]
    public void With_calls_failing_and_answers_lost_the_change_still_comes_through_within_its_groups()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var chance = new Random(seed);

            Check(seed, (_, _) => chance.Next(100) switch
            {
                < 3 => Interruption.Fail,
                < 5 => Interruption.LoseAnswer,
                _ => Interruption.None,
            });
        }
    }

    static void Check(int seed, Func<int, OperatorCall, Interruption>? interrupt)
    {
        var name = CafeSimulation.Cases[seed % CafeSimulation.Cases.Count];

        var outcome = CafeSimulation.Run(name, seed, interrupt);

        Assert.True(outcome.Ended, $"seed {seed}, {name}: {outcome.Progress}");
        Assert.True(outcome.MostUnavailable <= CafeSimulation.BatchSize, $"seed {seed}, {name}: {outcome.MostUnavailable} unavailable; {outcome.Story}");
        Assert.True(!CafeSimulation.IsInPlace(name) || outcome.Same.Count == 7, $"seed {seed}, {name}: only {string.Join(", ", outcome.Same)} are the same");
        Assert.True(outcome.WritesInTheHourAfter == 0, $"seed {seed}, {name}: {outcome.WritesInTheHourAfter} writes afterwards");
    }
}
