using Slipway.Resources;
using Slipway.Sandbox.Faults;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

/// <summary>An operator whose watch of pods has fallen silent decides on pods that are no more; names alone would let it hit their successors.</summary>
public sealed class StaleViewTests
{
    [Theory]
    [InlineData("evict-stateful")]
    [InlineData("delete-stateful")]
    [InlineData("restart-stateful")]
    public void A_successor_of_the_same_name_is_never_touched(string act)
    {
        using var world = new SimulatedWorld();
        world.StatefulSet("catalog", 4);
        world.Settle();
        world.StartOperator();
        world.Submit("ot-1", Spec(act), publish: false);
        Assert.True(world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Initialized, TimeSpan.FromMinutes(1)));

        world.Cluster.Faults.Add(FaultRule.Parse("kind=pods watch=freeze"));
        var frozen = Uids(world);
        foreach (var pod in world.Cluster.Objects.List(Kinds.Pods, "shop")) world.Cluster.Objects.Delete(Kinds.Pods, pod.Key);
        world.Run(TimeSpan.FromSeconds(30));
        var successors = Uids(world);
        world.Command("ot-1", CommandVerb.Publish);
        world.Run(TimeSpan.FromSeconds(60));

        Assert.Empty(successors.Intersect(frozen));
        Assert.Equal(successors, Uids(world));
        Assert.All(world.Cluster.Objects.List(Kinds.Pods, "shop"), pod => Assert.False(pod.IsTerminating));
        Assert.All(world.Cluster.Objects.List(Kinds.Pods, "shop"), pod => Assert.Equal(0, pod.Json.GetProperty("status").GetProperty("containerStatuses")[0].GetProperty("restartCount").GetInt32()));
        Assert.Contains(world.Calls, call => call.IsWrite && call.Path.Contains("/pods/", StringComparison.Ordinal));
    }

    static OpsTicketSpec Spec(string act) => Specs.Of(act == "restart-stateful" ? Operation.Restart : Operation.Replace, "catalog") with
    {
        Replace = act == "delete-stateful" ? new() { Via = ReplaceVia.Delete } : null,
    };

    static List<string> Uids(SimulatedWorld world) => [.. world.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Uid).Order()];
}
