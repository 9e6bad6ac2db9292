using System.Diagnostics;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What a ticket costs the API server and this process. Run by <c>./bench</c>; figures are printed, not asserted.</summary>
public sealed class TicketFigures(ITestOutputHelper output)
{
    const int Pods = 200;
    const int Groups = 4;

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
        output.WriteLine(Figure.Row($"CPU of that ticket, the whole cluster with it, per {Pods} pods", seconds, "s", "≤ 5 s for 1,000 pods"));
    }

    static int Writes(SimulatedWorld world) => world.Calls.Count(call => call.IsWrite);

    /// <summary>Reads of single objects and lists; a watch is one request for all that it tells.</summary>
    static int Reads(SimulatedWorld world) => world.Calls.Count(call => !call.IsWrite && !call.Path.Contains("watch=true"));
}
