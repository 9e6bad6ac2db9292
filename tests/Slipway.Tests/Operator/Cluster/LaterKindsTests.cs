using Slipway.Resources;
using Slipway.Sandbox.Faults;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Operator.Cluster;

/// <summary>Kinds of other products, which may be installed under an operator that runs.</summary>
public sealed class LaterKindsTests
{
    [Fact]
    public void What_is_not_installed_is_not_asked_for_again_and_again()
    {
        using var world = new SimulatedWorld();
        world.StartOperator();
        world.Run(TimeSpan.FromSeconds(1));
        world.Calls.Clear();

        world.Run(TimeSpan.FromMinutes(30));

        Assert.All(world.Calls.Where(call => !call.Path.Contains("watch=true", StringComparison.Ordinal)), call => Assert.Equal("/version", call.Path));
    }

    [Fact]
    public void What_is_installed_later_is_seen_at_once()
    {
        using var world = new SimulatedWorld();
        world.StartOperator();
        world.Run(TimeSpan.FromMinutes(30));

        world.Kruise();
        world.CloneSet("cart", 3);
        world.Settle();
        world.Submit("ot-1", Specs.OnPods(Operation.Replace, "cart", world.Cluster.Objects.List(Kinds.Pods, "shop")[0].Name));

        Assert.True(world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(5)), world.Ticket("ot-1").Status?.FailureReason);
    }

    [Fact]
    public void Whoever_may_not_see_definitions_asks_every_minute()
    {
        using var world = new SimulatedWorld();
        world.Cluster.Faults.Rule = call => call.Kind?.Type == Kinds.CustomResourceDefinitions ? new Fault.Refuse(403, "Forbidden") : null;
        world.StartOperator();
        world.Run(TimeSpan.FromMinutes(30));

        world.Kruise();
        world.Run(TimeSpan.FromSeconds(61));
        world.CloneSet("cart", 3);
        world.Settle();
        world.Submit("ot-1", Specs.OnPods(Operation.Replace, "cart", world.Cluster.Objects.List(Kinds.Pods, "shop")[0].Name));

        Assert.True(world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(5)), world.Ticket("ot-1").Status?.FailureReason);
    }
}
