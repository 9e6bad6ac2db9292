using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class ScaleInSimulationTests
{
    public static TheoryData<string> Cases => [.. ScaleInSimulation.Cases];

    static int Runs => int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_SOAK"), out var runs) ? runs : 40;

    static int Groups(string name) => name.EndsWith("none", StringComparison.Ordinal) ? 1 : 2;

    static void AssertExactlyTheChosenWent(ScaleInOutcome outcome, string about)
    {
        Assert.True(outcome.Phase == TicketPhase.Succeeded, $"{about}: {outcome.Phase} {outcome.FailureReason}");
        Assert.True(outcome.Gone.All(gone => gone), $"{about}: a chosen pod is still there");
        Assert.True((outcome.Pods, outcome.Replicas, outcome.Marked) == (4, 4, 0), $"{about}: {outcome.Pods} pods, {outcome.Replicas} replicas, {outcome.Marked} marked");
        Assert.True(outcome.WritesInTheHourAfter == 0, $"{about}: {outcome.WritesInTheHourAfter} writes afterwards");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_chosen_pods_go_and_nothing_else(string name)
    {
        var outcome = ScaleInSimulation.Run(name, seed: 0);

        AssertExactlyTheChosenWent(outcome, name);
        Assert.InRange(outcome.Lowerings, 1, Groups(name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_crash_at_any_write_changes_nothing_in_the_end(string name)
    {
        var undisturbed = ScaleInSimulation.Run(name, seed: 0);

        foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
        {
            for (var at = 0; at < undisturbed.Writes; at++)
            {
                var place = at;

                var outcome = ScaleInSimulation.Run(name, seed: 0, (write, _) => write == place ? crash : Interruption.None);

                AssertExactlyTheChosenWent(outcome, $"{name}, {crash} at write {place}");
                Assert.Equal(undisturbed.Effects, outcome.Effects);
            }
        }
    }

    [Fact]
    public void In_any_order_of_steps_the_chosen_pods_go_and_nothing_else()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var name = ScaleInSimulation.Cases[seed % ScaleInSimulation.Cases.Count];

            var outcome = ScaleInSimulation.Run(name, seed);

            AssertExactlyTheChosenWent(outcome, $"seed {seed}, {name}");
        }
    }

    [Fact]
    public void With_calls_failing_and_answers_lost_the_chosen_pods_go_and_nothing_else()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var name = ScaleInSimulation.Cases[seed % ScaleInSimulation.Cases.Count];
            var chance = new Random(seed);

            var outcome = ScaleInSimulation.Run(name, seed, (_, _) => chance.Next(40) switch
            {
                0 => Interruption.Fail,
                1 => Interruption.LoseAnswer,
                2 => Interruption.CrashBefore,
                3 => Interruption.CrashAfter,
                _ => Interruption.None,
            });

            AssertExactlyTheChosenWent(outcome, $"seed {seed}, {name}");
        }
    }
}
