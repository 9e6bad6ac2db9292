using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Edge;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>A unit found at weight 0 holds whatever is new about its service until a ticket has given it a weight.</summary>
public sealed class ZeroWeightTests : IDisposable
{
    const string Held = "unit GZ00B of service cart has weight 0 (HTTPRoute cart backend cart-gz00b); nothing new is published until a ShiftTraffic ticket gives it 1 to 100";

    readonly SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    void Shop(int weightB)
    {
        _world.Cluster.Objects.Create(Kinds.CustomResourceDefinitions, GatewayDefinition.Of(Kinds.HttpRoutes));
        _world.Apply(Kinds.HttpRoutes, $$$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"parentRefs":[{"name":"front"}],"rules":[
              {"backendRefs":[{"weight":100,"name":"cart-gz00a","port":80},{"weight":{{{weightB}}},"name":"cart-gz00b","port":80}]}]} }
            """);
        _world.Apply(Kinds.ApplicationServices, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"CafeDeployment","name":"cart"},"traffic":{"provider":"gateway-api","backends":[
              {"unit":"GZ00A","route":{"kind":"HTTPRoute","name":"cart","service":"cart-gz00a"}},
              {"unit":"GZ00B","route":{"kind":"HTTPRoute","name":"cart","service":"cart-gz00b"}}]} } }
            """);
        _world.StartOperator();
        _world.Cafe("cart", 4);
        Minutes(5);
    }

    void Minutes(int minutes) => _world.Run(TimeSpan.FromMinutes(minutes));

    JsonObject Seen(ResourceType type) => _world.Cluster.Objects.Get(type, new("shop", "cart"))!.Edit();

    JsonNode Condition(ResourceType type, string condition) => Seen(type)["status"]!["conditions"]!.AsArray().Single(found => (string?)found!["type"] == condition)!;

    List<string> Images() =>
        [.. _world.Cluster.Objects.List(Kinds.Pods, "shop").OrderBy(pod => pod.Key.Name, StringComparer.Ordinal).Select(pod => pod.Json.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()!.Split(':')[^1])];

    void Shift()
    {
        _world.Submit("shift", new()
        {
            Title = "Give GZ00B its share", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }],
            Weights = [new() { Unit = "GZ00A", Weight = 50 }, new() { Unit = "GZ00B", Weight = 50 }],
        });
        Assert.True(_world.RunUntil(() => _world.Ticket("shift").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public void A_first_revision_goes_out_since_nobody_is_served_yet()
    {
        Shop(weightB: 0);

        Assert.Equal(["1", "1", "1", "1"], Images());
    }

    [Fact]
    public void A_new_revision_is_held_with_the_reason_and_goes_out_once_a_ticket_has_set_a_weight()
    {
        Shop(weightB: 0);

        _world.SetImage("cart", "registry.example/cart:2");
        Minutes(10);
        var (held, condition, progress) = (Images(), Condition(Kinds.CafeDeployments, "Progressing"), (string?)Seen(Kinds.CafeDeployments)["status"]!["progress"]);
        Shift();
        Minutes(10);

        Assert.Equal(["1", "1", "1", "1"], held);
        Assert.Equal(("False", "WeightZero", "held: a unit has weight 0"), ((string?)condition["status"], (string?)condition["reason"], progress));
        Assert.EndsWith(Held, (string?)condition["message"]);
        Assert.Equal(["2", "2", "2", "2"], Images());
        Assert.Equal("Complete", (string?)Condition(Kinds.CafeDeployments, "Progressing")["reason"]);
    }

    [Fact]
    public void The_service_says_that_it_cannot_be_published_and_why()
    {
        Shop(weightB: 0);

        var before = Condition(Kinds.ApplicationServices, "Publishable");
        Shift();
        Minutes(1);

        Assert.Equal(("False", "WeightZero", Held), ((string?)before["status"], (string?)before["reason"], (string?)before["message"]));
        Assert.Equal("True", (string?)Condition(Kinds.ApplicationServices, "Publishable")["status"]);
    }

    [Fact]
    public void A_held_service_can_still_be_scaled_with_pods_of_the_revision_it_stays_at()
    {
        Shop(weightB: 0);
        _world.SetImage("cart", "registry.example/cart:2");
        Minutes(1);

        _world.EditCafe("cart", cafe => cafe["spec"]!["replicas"] = 6);
        Minutes(10);

        Assert.Equal(["1", "1", "1", "1", "1", "1"], Images());
    }

    [Fact]
    public void A_rollout_that_began_before_goes_on_and_only_the_next_is_held()
    {
        Shop(weightB: 100);
        _world.SetImage("cart", "registry.example/cart:2");
        _world.RunUntil(() => Images().Contains("2"), TimeSpan.FromMinutes(5));

        var route = _world.Cluster.Objects.Get(Kinds.HttpRoutes, new("shop", "cart"))!.Edit();
        route["spec"]!["rules"]![0]!["backendRefs"]![1]!["weight"] = 0;
        _world.Cluster.Objects.Update(Kinds.HttpRoutes, route);
        Minutes(10);
        var through = Images();
        _world.SetImage("cart", "registry.example/cart:3");
        Minutes(10);

        Assert.Equal(["2", "2", "2", "2"], through);
        Assert.Equal(["2", "2", "2", "2"], Images());
    }
}
