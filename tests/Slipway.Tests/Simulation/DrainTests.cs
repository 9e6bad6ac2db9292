using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

/// <summary>Tickets that take pods out of traffic, with crashes, lost answers and cancellations on the way.</summary>
public sealed class DrainTests
{
    public static TheoryData<string> Cases => ["restart gate", "restart label", "evict gate", "remove gate", "scalein gate", "scalein label", "scalein stateful"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pod_is_acted_on_only_while_it_is_out_of_traffic_and_is_back_in_the_end(string name)
    {
        var outcome = Run(name);

        Assert.Equal(TicketPhase.Succeeded, outcome.Phase);
        Assert.Equal(0, outcome.ActsOnPodsInTraffic);
        Assert.Equal(name.Split(' ')[0] is "remove" or "scalein" ? 2 : 4, outcome.InTraffic);
        Assert.InRange(outcome.FewestInTraffic, 2, 4);
        Assert.Equal(0, outcome.WritesInTheHourAfter);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_crash_at_any_write_leaves_no_pod_drained(string name)
    {
        var undisturbed = Run(name);

        foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
        {
            for (var at = 0; at < undisturbed.Writes; at++)
            {
                var place = at;

                var outcome = Run(name, interrupt: (write, _) => write == place ? crash : Interruption.None);

                Assert.True(outcome.Phase == TicketPhase.Succeeded, $"{crash} at write {place}: {outcome.Phase} {outcome.Message}");
                Assert.Equal((place, undisturbed.InTraffic, 0), (place, outcome.InTraffic, outcome.ActsOnPodsInTraffic));
                Assert.InRange(outcome.FewestInTraffic, 2, 4);
            }
        }
    }

    [Theory]
    [InlineData("restart gate")]
    [InlineData("restart label")]
    [InlineData("scalein gate")]
    [InlineData("scalein label")]
    public void Cancelled_at_any_moment_and_crashed_besides_no_pod_stays_drained(string name)
    {
        for (var after = 0; after < 80; after += 5)
        {
            var chance = new Random(after);

            var outcome = Run(name, cancelAfter: TimeSpan.FromSeconds(after), interrupt: (_, _) => chance.Next(8) == 0 ? Interruption.CrashAfter : Interruption.None);

            Assert.True(outcome.Phase is TicketPhase.Cancelled or TicketPhase.Succeeded, $"cancelled after {after} s: {outcome.Phase} {outcome.Message}");
            Assert.Equal((after, outcome.Desired, 0), (after, outcome.InTraffic, outcome.HeldOut));
            Assert.True(outcome.Desired == 4 || name.StartsWith("scalein", StringComparison.Ordinal));
        }
    }

    static Drained Run(string name, TimeSpan? cancelAfter = null, Func<int, OperatorCall, Interruption>? interrupt = null)
    {
        var operation = name.Split(' ')[0];
        using var world = new SimulatedWorld();
        var stateful = name.EndsWith("stateful", StringComparison.Ordinal);
        if (stateful) world.GatedStatefulSet("cart", 4, "Parallel");
        else world.GatedDeployment("cart", 4, gate: name.EndsWith("gate", StringComparison.Ordinal));
        world.Service("cart", "\"app\":\"cart\",\"serving\":\"yes\"");
        world.StartOperator();
        world.Settle();
        var pods = world.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Key.Name).Order().ToList();
        string[] chosen = stateful ? [.. pods[2..]] : [.. pods[..2]];
        var (acts, fewest, writes) = (0, 4, 0);
        using var watch = world.Cluster.Objects.Watch(Kinds.EndpointSlices, _ => fewest = Math.Min(fewest, world.Endpoints("cart").Count));
        world.Interrupt = (write, call) =>
        {
            writes++;
            var pod = call.Path.Contains("/pods/", StringComparison.Ordinal) ? call.Path.Split("/pods/")[1].Split('/')[0] : "";
            if ((call.Path.EndsWith("/eviction", StringComparison.Ordinal) || call.Body.Contains("/image", StringComparison.Ordinal)) && world.Endpoints("cart").Contains(pod)) acts++;
            if (operation == "scalein" && call.Body.Contains("\"replicas\":", StringComparison.Ordinal) && !call.Path.Contains("opsticket", StringComparison.Ordinal)) acts += world.Endpoints("cart").Count(chosen.Contains);
            return interrupt?.Invoke(writes - 1, call) ?? Interruption.None;
        };
        world.Submit("ot-1", Spec(operation, chosen));
        if (cancelAfter is { } wait)
        {
            world.RunUntil(() => Restarted(world) && false, wait);
            world.RestartAfterCrash();
            world.Command("ot-1", CommandVerb.Cancel, "changed our minds");
        }

        world.RunUntil(() => Restarted(world) && world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.InitializeFailed, TimeSpan.FromHours(1));
        world.Interrupt = null;
        world.RestartAfterCrash();
        world.Run(TimeSpan.FromSeconds(60));
        var status = world.Ticket("ot-1").Status;
        var quiet = world.Calls.Count(call => call.IsWrite);
        if (interrupt is null) world.Run(TimeSpan.FromHours(1));
        return new(status?.Phase, status?.Message, writes, acts, fewest, world.Endpoints("cart").Count, world.HeldOut().Count, Desired(world), world.Calls.Count(call => call.IsWrite) - quiet);
    }

    static int Desired(SimulatedWorld world) => new[] { Kinds.Deployments, Kinds.StatefulSets }
        .Select(kind => world.Cluster.Objects.Get(kind, new("shop", "cart"))).OfType<StoredObject>().Single().Json.GetProperty("spec").GetProperty("replicas").GetInt32();

    static bool Restarted(SimulatedWorld world)
    {
        world.RestartAfterCrash();
        return true;
    }

    static OpsTicketSpec Spec(string operation, string[] pods)
    {
        var spec = Specs.OnPods(operation switch { "remove" => Operation.RemoveTraffic, "evict" => Operation.Replace, "scalein" => Operation.ScaleIn, _ => Operation.Restart }, "cart", pods);
        return spec with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) }, Drain = new() { Enabled = operation != "remove", Seconds = 10 } };
    }

    sealed record Drained(TicketPhase? Phase, string? Message, int Writes, int ActsOnPodsInTraffic, int FewestInTraffic, int InTraffic, int HeldOut, int Desired, int WritesInTheHourAfter);
}
