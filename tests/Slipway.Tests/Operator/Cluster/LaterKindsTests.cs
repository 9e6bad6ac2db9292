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
    public void Rights_to_definitions_taken_away_do_not_make_it_ask_all_the_time()
    {
        using var world = new SimulatedWorld();
        world.Kruise();
        world.StartOperator();
        world.Run(TimeSpan.FromMinutes(2));
        world.Cluster.Faults.Rule = call => call.Kind?.Type == Kinds.CustomResourceDefinitions ? new Fault.Refuse(403, "Forbidden") : null;
        world.Run(TimeSpan.FromMinutes(10));
        foreach (var definition in world.Cluster.Objects.List(Kinds.CustomResourceDefinitions).Where(found => found.Name.EndsWith(".kruise.io", StringComparison.Ordinal))) world.Cluster.Objects.Delete(Kinds.CustomResourceDefinitions, definition.Key);
        world.Calls.Clear();

        world.Run(TimeSpan.FromHours(1));

        var asked = world.Calls.Where(call => !call.Path.Contains("watch=true", StringComparison.Ordinal)).GroupBy(call => call.Path.Split('?')[0]);
        Assert.All(asked, kind => Assert.InRange(kind.Count(), 1, 61));
    }

    [Fact]
    public void A_kind_that_is_served_in_another_version_only_is_asked_for_less_and_less()
    {
        using var world = new SimulatedWorld();
        world.StartOperator();
        world.Run(TimeSpan.FromMinutes(2));
        world.Apply(Kinds.CustomResourceDefinitions, """
            {"metadata":{"name":"httproutes.gateway.networking.k8s.io"},
             "spec":{"group":"gateway.networking.k8s.io","scope":"Namespaced","names":{"plural":"httproutes","kind":"HTTPRoute"},
              "versions":[{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"} } }] } }
            """);
        world.Calls.Clear();

        world.Run(TimeSpan.FromHours(1));

        Assert.InRange(world.Calls.Count(call => call.Path.Contains("httproutes", StringComparison.Ordinal)), 1, 11);
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
