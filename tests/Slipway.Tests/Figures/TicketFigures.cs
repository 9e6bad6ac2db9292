using System.Diagnostics;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What a ticket costs the API server and this process. Run by <c>./bench</c>; figures are printed, not asserted.</summary>
public sealed class TicketFigures(ITestOutputHelper output)
{
    const int Pods = 1000;
    const int Groups = 10;

    [Fact(Explicit = true)]
    public void Calls_and_CPU_of_a_replacement_in_groups()
    {
        using var world = new SimulatedWorld();
        world.Deployment("cart", Pods);
        world.Settle();
        world.StartOperator();
        world.Run(TimeSpan.FromSeconds(5));
        var (writesBefore, readsBefore) = (Writes(world), Reads(world));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;

        world.Submit("ot-1", Specs.Of(Operation.Replace, "cart") with
        {
            ReleasePolicy = new() { GroupBy = GroupBy.PodCount, GroupSize = Pods / Groups },
            Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) },
        });
        world.RunUntil(() => world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed, TimeSpan.FromHours(6));

        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        Assert.Equal(TicketPhase.Succeeded, world.Ticket("ot-1").Status?.Phase);
        var ticket = world.Ticket("ot-1").Status!;
        var own = world.Calls.Where(call => call.IsWrite && !call.Path.Contains("/events")).ToList();
        var executing = (ticket.FinishedAt - ticket.StartedAt)!.Value.TotalSeconds;
        var progress = own.Count(call => call.Path.EndsWith("/status", StringComparison.Ordinal));
        var budgeted = (1.05 * (Pods + (2 * Groups) + 2)) + executing;
        output.WriteLine(Figure.Row($"writes to replace {Pods} pods in {Groups} groups, without events", own.Count - writesBefore, "calls", $"≤ {budgeted:0} with 1 status/s"));
        output.WriteLine(Figure.Row("  of them status writes", progress, "calls", $"≤ {executing + (2 * Groups) + 2:0}"));
        output.WriteLine(Figure.Row("reads per pod once the informers run", (Reads(world) - readsBefore) / (double)Pods, "calls", "0"));
        output.WriteLine(Figure.Row("CPU of that ticket, controllers and kubelets with it", seconds, "s", "≤ 5"));
    }

    [Fact(Explicit = true)]
    public void From_publish_to_the_first_eviction()
    {
        const int Runs = 100;
        List<double> took = [];
        for (var run = 0; run <= Runs; run++)
        {
            using var world = Simulation.TicketSimulation.World(run);
            world.StartOperator();
            world.Submit("ot-1", Simulation.TicketSimulation.Spec("evict unit"), publish: false);
            world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Initialized, TimeSpan.FromMinutes(1));
            world.Run(TimeSpan.FromSeconds(5));
            var (began, watch) = (world.Time.GetUtcNow(), Stopwatch.StartNew());
            world.Command("ot-1", CommandVerb.Publish);
            world.RunUntil(() => world.Calls.Any(call => call.Path.EndsWith("/eviction", StringComparison.Ordinal)), TimeSpan.FromMinutes(1));

            // What was waited for on the clock, and what was computed meanwhile; the first run warms up.
            if (run > 0) took.Add((world.Time.GetUtcNow() - began + watch.Elapsed).TotalMilliseconds);
        }

        took.Sort();
        output.WriteLine(Figure.Row($"from publish to the first eviction, p99 of {Runs}", took[(int)(Runs * 0.99) - 1], "ms", "≤ 100"));
    }

    static int Writes(SimulatedWorld world) => world.Calls.Count(call => call.IsWrite);

    /// <summary>Reads of single objects and lists; a watch is one request for all that it tells.</summary>
    static int Reads(SimulatedWorld world) => world.Calls.Count(call => !call.IsWrite && !call.Path.Contains("watch=true"));
}
