using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Edge;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>A route knows totals only: they follow the ready pods after a ticket has set pod weights.</summary>
public sealed class KeptSharesTests : IDisposable
{
    readonly SimulatedWorld _world = new();

    ResourceType _kind = Kinds.HttpRoutes;

    public void Dispose() => _world.Dispose();

    void Shop(ResourceType kind)
    {
        _kind = kind;
        _world.Cluster.Objects.Create(Kinds.CustomResourceDefinitions, GatewayDefinition.Of(kind));
        _world.Deployment("cart", 4);
        _world.Apply(kind, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"parentRefs":[{"name":"front"}],"rules":[
              {"backendRefs":[{"weight":100,"name":"cart-gz00a","port":80},{"weight":100,"name":"cart-gz00b","port":80}]}]} }
            """);
        _world.Apply(Kinds.ApplicationServices, $$$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"cart"},"traffic":{"provider":"gateway-api","backends":[
              {"unit":"GZ00A","route":{"kind":"{{{kind.Kind}}}","name":"cart","service":"cart-gz00a"}},
              {"unit":"GZ00B","route":{"kind":"{{{kind.Kind}}}","name":"cart","service":"cart-gz00b"}}]} } }
            """);
        _world.StartOperator();
        _world.Settle();
    }

    void Shift(string ticket, int a, int b)
    {
        _world.Submit(ticket, new()
        {
            Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }],
            Weights = [new() { Unit = "GZ00A", Weight = a }, new() { Unit = "GZ00B", Weight = b }],
        });
        Assert.True(_world.RunUntil(() => _world.Ticket(ticket).Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(10)));
    }

    void Scale(int replicas)
    {
        var cart = _world.Cluster.Objects.Get(Kinds.Deployments, new("shop", "cart"))!.Edit();
        cart["spec"]!["replicas"] = replicas;
        _world.Cluster.Objects.Update(Kinds.Deployments, cart);
        _world.Run(TimeSpan.FromMinutes(5));
    }

    JsonObject Route() => _world.Cluster.Objects.Get(_kind, new("shop", "cart"))!.Edit();

    string Weights() => string.Join(':', Route()["spec"]!["rules"]![0]!["backendRefs"]!.AsArray().Select(one => $"{one!["weight"]}"));

    int Writes() => _world.Calls.Count(call => call is { IsWrite: true, Code: 200 } && call.Path.Contains("/cart", StringComparison.Ordinal) && call.Path.Contains("routes/", StringComparison.Ordinal));

    public static TheoryData<string> Routes => ["HTTPRoute", "GRPCRoute"];

    [Theory]
    [MemberData(nameof(Routes))]
    public void Totals_follow_the_ready_pods_in_one_write_a_change(string route)
    {
        Shop(route == "HTTPRoute" ? Kinds.HttpRoutes : Kinds.GrpcRoutes);
        Shift("ot-1", 20, 80);
        var set = Weights();
        var before = Writes();

        Scale(6);

        Assert.Equal(("40:160", "80:160"), (set, Weights()));
        Assert.InRange(Writes() - before, 1, 2);
        var quiet = Writes();
        _world.Run(TimeSpan.FromHours(1));
        Assert.Equal(quiet, Writes());
    }

    [Fact]
    public void Totals_that_no_ticket_has_set_are_left_as_they_are()
    {
        Shop(Kinds.HttpRoutes);

        Scale(6);

        Assert.Equal(("100:100", 0), (Weights(), Writes()));
    }

    [Fact]
    public void A_total_that_somebody_else_has_written_since_is_left_as_it_is()
    {
        Shop(Kinds.HttpRoutes);
        Shift("ot-1", 20, 80);
        var route = Route();
        route["spec"]!["rules"]![0]!["backendRefs"]![1]!["weight"] = 7;
        _world.Cluster.Objects.Update(_kind, route);

        Scale(6);

        Assert.Equal("80:7", Weights());
    }

    [Fact]
    public void Undo_ends_it_and_restores_the_route_as_it_was()
    {
        Shop(Kinds.HttpRoutes);
        var (spec, annotations) = (Route()["spec"]!, Route()["metadata"]!["annotations"]);
        Shift("ot-1", 20, 80);

        _world.Command("ot-1", CommandVerb.Undo);
        Assert.True(_world.RunUntil(() => _world.Ticket("ot-1").Status?.Phase == TicketPhase.Undone, TimeSpan.FromMinutes(10)));
        Scale(6);

        Assert.True(JsonNode.DeepEquals(spec, Route()["spec"]), Weights());
        Assert.True(JsonNode.DeepEquals(annotations, Route()["metadata"]!["annotations"]), Route()["metadata"]!.ToJsonString());
    }

    [Fact]
    public void Undo_of_a_second_ticket_brings_back_the_pod_weights_of_the_first_for_the_pods_there_are_now()
    {
        Shop(Kinds.HttpRoutes);
        Shift("ot-1", 20, 80);
        Shift("ot-2", 50, 50);
        Scale(6);

        _world.Command("ot-2", CommandVerb.Undo);
        Assert.True(_world.RunUntil(() => _world.Ticket("ot-2").Status?.Phase == TicketPhase.Undone, TimeSpan.FromMinutes(10)));
        var undone = Weights();
        Scale(4);

        Assert.Equal(("80:160", "40:160"), (undone, Weights()));
    }
}
