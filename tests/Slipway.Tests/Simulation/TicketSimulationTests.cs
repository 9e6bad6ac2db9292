using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class UndisturbedTests
{
    public static TheoryData<string> Cases => [.. TicketSimulation.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_published_ticket_succeeds_and_then_writes_nothing_more(string name)
    {
        var outcome = TicketSimulation.Run(name, seed: 0);

        Assert.Equal((true, TicketPhase.Succeeded), (outcome.Ended, outcome.Phase));
        Assert.Equal(4, outcome.Counts!.Successful);
        Assert.Equal(8, outcome.ReadyPods);
        Assert.Equal(4, outcome.Targets.Distinct().Count());
        Assert.Equal(outcome.Targets.Distinct(), outcome.Targets);
        Assert.Equal(Outcome.EachPodOnce, outcome.Touches);
        Assert.Equal(0, outcome.WritesInTheHourAfter);
        Assert.InRange(outcome.MostUnavailable, 0, 2);
    }
}

public sealed class CrashTests
{
    public static TheoryData<string> Cases => [.. TicketSimulation.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_crash_at_any_write_changes_nothing_in_the_end(string name)
    {
        var undisturbed = TicketSimulation.Run(name, seed: 0);

        foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
        {
            for (var at = 0; at < undisturbed.Writes; at++)
            {
                var place = at;

                var outcome = TicketSimulation.Run(name, seed: 0, (write, _) => write == place ? crash : Interruption.None);

                Assert.True(outcome.Phase == TicketPhase.Succeeded, $"{crash} at write {place}: {outcome.Phase} {outcome.LastMessage}");
                Assert.Equal(undisturbed.Effects, outcome.Effects);
                Assert.Equal(Outcome.EachPodOnce, outcome.Touches);
                Assert.Equal(undisturbed.Pods, outcome.Pods);
                Assert.Equal(undisturbed.ReadyPods, outcome.ReadyPods);
                Assert.InRange(outcome.MostUnavailable, 0, 2);
                Assert.Equal(0, outcome.WritesInTheHourAfter);
            }
        }
    }
}

public sealed class RandomTests
{
    /// <summary>Runs per test; SLIPWAY_SOAK makes it many.</summary>
    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_SOAK"), out var runs) ? runs : 40;

    [Fact]
    public void In_any_order_of_steps_the_ticket_succeeds_within_its_budget_and_touches_each_pod_once()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var name = TicketSimulation.Cases[seed % TicketSimulation.Cases.Count];

            var outcome = TicketSimulation.Run(name, seed);

            Assert.True(outcome.Phase == TicketPhase.Succeeded, $"seed {seed}, {name}: {outcome.Phase} {outcome.LastMessage}");
            Assert.True(outcome.Touches == Outcome.EachPodOnce, $"seed {seed}, {name}: {outcome.Touches}");
            Assert.True(outcome.MostUnavailable <= 2, $"seed {seed}, {name}: {outcome.MostUnavailable} unavailable");
            Assert.True(outcome.Targets.Distinct().SequenceEqual(outcome.Targets), $"seed {seed}, {name}: {string.Join(", ", outcome.Effects)}");
            Assert.True(outcome.WritesInTheHourAfter == 0, $"seed {seed}, {name}: {outcome.WritesInTheHourAfter} writes afterwards");
        }
    }

    [Fact]
    public void With_calls_failing_and_answers_lost_the_ticket_still_succeeds_within_its_budget()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var name = TicketSimulation.Cases[seed % TicketSimulation.Cases.Count];
            var chance = new Random(seed);

            var outcome = TicketSimulation.Run(name, seed, (_, _) => chance.Next(40) switch
            {
                0 => Interruption.Fail,
                1 => Interruption.LoseAnswer,
                2 => Interruption.CrashBefore,
                3 => Interruption.CrashAfter,
                _ => Interruption.None,
            });

            Assert.True(outcome.Phase == TicketPhase.Succeeded, $"seed {seed}, {name}: {outcome.Phase} {outcome.LastMessage}");
            Assert.True(outcome.Touches == Outcome.EachPodOnce, $"seed {seed}, {name}: {outcome.Touches}");
            Assert.True(outcome.MostUnavailable <= 2, $"seed {seed}, {name}: {outcome.MostUnavailable} unavailable");
            Assert.True(outcome.WritesInTheHourAfter == 0, $"seed {seed}, {name}: {outcome.WritesInTheHourAfter} writes afterwards");
        }
    }
}
