using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Edge;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Tickets that shift weights of Gateway API routes, carried out in the simulated world.</summary>
public sealed class ShiftTrafficTests : IDisposable
{
    const string Foreign = """{"group":"example.com","kind":"Bucket","name":"cart-gz00a","weight":7}""";

    SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    void Shop(string weightA = "\"weight\":100,", string weightB = "\"weight\":100,")
    {
        _world.Cluster.Objects.Create(Kinds.CustomResourceDefinitions, GatewayDefinition.Of(Kinds.HttpRoutes));
        _world.Deployment("cart", 4);
        _world.Apply(Kinds.HttpRoutes, $$$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"parentRefs":[{"name":"front"}],"rules":[
              {"backendRefs":[{"name":"other","port":80,"weight":3}]},
              {"backendRefs":[{ {{{weightA}}} "name":"cart-gz00a","port":80},{{{Foreign}}},{ {{{weightB}}} "name":"cart-gz00b","port":80}]}]} }
            """);
        _world.Apply(Kinds.ApplicationServices, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"cart"},"traffic":{"provider":"gateway-api","backends":[
              {"unit":"GZ00A","route":{"kind":"HTTPRoute","name":"cart","service":"cart-gz00a"}},
              {"unit":"GZ00B","route":{"kind":"HTTPRoute","name":"cart","service":"cart-gz00b"}}]} } }
            """);
        _world.StartOperator();
        _world.Settle();
    }

    static OpsTicketSpec Shift(params (string Unit, int Weight)[] weights) => new()
    {
        Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [.. weights.Select(weight => new UnitWeight { Unit = weight.Unit, Weight = weight.Weight })],
    };

    TicketPhase? Run(string ticket, params TicketPhase[] ends)
    {
        _world.RunUntil(
            () =>
            {
                _world.RestartAfterCrash();
                return _world.Ticket(ticket).Status?.Phase is { } phase && ends.Contains(phase);
            },
            TimeSpan.FromMinutes(40));
        return _world.Ticket(ticket).Status?.Phase;
    }

    JsonObject Route() => _world.Cluster.Objects.Get(Kinds.HttpRoutes, new("shop", "cart"))!.Edit();

    string Weights() => string.Join(' ', Route()["spec"]!["rules"]!.AsArray().SelectMany(rule => rule!["backendRefs"]!.AsArray()).Select(one => $"{one!["name"]}={one["weight"]}"));

    void Edit(Action<JsonObject> edit)
    {
        var route = Route();
        edit(route);
        _world.Cluster.Objects.Update(Kinds.HttpRoutes, route);
    }

    [Fact]
    public void Receivers_are_raised_before_donors_are_lowered_in_one_write_each()
    {
        Shop();
        var seen = new List<string> { Weights() };
        using var watch = _world.Cluster.Objects.Watch(Kinds.HttpRoutes, _ =>
        {
            if (Weights() is var now && now != seen[^1]) seen.Add(now);
        });
        _world.Calls.Clear();

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        var phase = Run("ot-1", TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed);

        Assert.True(phase == TicketPhase.Succeeded, _world.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal(
            [
                "other=3 cart-gz00a=100 cart-gz00a=7 cart-gz00b=100",
                "other=3 cart-gz00a=100 cart-gz00a=7 cart-gz00b=160",
                "other=3 cart-gz00a=40 cart-gz00a=7 cart-gz00b=160",
            ],
            seen);
        Assert.Equal(2, _world.Calls.Count(call => call is { IsWrite: true, Code: 200 } && call.Path.Contains("/httproutes/")));
        Assert.Contains("cart: GZ00A 50 → 20 × 2 (20.0 %), GZ00B 50 → 80 × 2 (80.0 %)", _world.Ticket("ot-1").Status!.Message);
    }

    [Theory]
    [InlineData("\"weight\":100,", "\"weight\":300,")]
    [InlineData("", "\"weight\":5,")]
    [InlineData("", "")]
    public void Undo_restores_exactly_what_was_found(string weightA, string weightB)
    {
        Shop(weightA, weightB);
        var before = Route()["spec"]!;

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        Run("ot-1", TicketPhase.Succeeded);
        var shifted = Weights();
        _world.Command("ot-1", CommandVerb.Undo);
        Run("ot-1", TicketPhase.Undone);

        Assert.Equal("other=3 cart-gz00a=40 cart-gz00a=7 cart-gz00b=160", shifted);
        Assert.True(JsonNode.DeepEquals(before, Route()["spec"]!), Weights());
    }

    [Fact]
    public void Cancelled_in_the_middle_the_weights_found_come_back()
    {
        Shop();
        _world.Interrupt = Once(call => call.Path.Contains("/httproutes/", StringComparison.Ordinal), () => _world.Command("ot-1", CommandVerb.Cancel, "changed our minds"));

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        var phase = Run("ot-1", TicketPhase.Cancelled, TicketPhase.Succeeded);

        Assert.Equal(TicketPhase.Cancelled, phase);
        Assert.Equal("other=3 cart-gz00a=100 cart-gz00a=7 cart-gz00b=100", Weights());
    }

    [Fact]
    public void A_second_writer_stops_the_shift_and_is_named()
    {
        Shop();
        _world.Interrupt = Once(
            call => call.Path.EndsWith("/status", StringComparison.Ordinal) && call.Body.Contains("raises", StringComparison.Ordinal),
            () => Edit(route => route["spec"]!["rules"]![1]!["backendRefs"]![0]!["weight"] = 55));

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        var phase = Run("ot-1", TicketPhase.Failed, TicketPhase.Succeeded);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.StartsWith("HTTPRoute cart backend cart-gz00a was set to 55", _world.Ticket("ot-1").Status!.FailureReason);
        Assert.Contains("cart-gz00a=55", Weights());
    }

    [Fact]
    public void Replicas_that_change_in_the_middle_change_the_totals_and_what_the_ticket_says()
    {
        Shop();
        _world.Interrupt = Once(
            call => call.Path.Contains("/httproutes/", StringComparison.Ordinal),
            () =>
            {
                var cart = _world.Cluster.Objects.Get(Kinds.Deployments, new("shop", "cart"))!.Edit();
                cart["spec"]!["replicas"] = 8;
                _world.Cluster.Objects.Update(Kinds.Deployments, cart);
            });

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        var phase = Run("ot-1", TicketPhase.Succeeded, TicketPhase.Failed);
        _world.Run(TimeSpan.FromMinutes(5));

        var pods = _world.Cluster.Objects.List(Kinds.Pods, "shop").CountBy(pod => int.Parse(pod.Json.GetProperty("spec").GetProperty("nodeName").GetString()![^1..], System.Globalization.CultureInfo.InvariantCulture) < 2 ? "A" : "B").ToDictionary();
        Assert.Equal(TicketPhase.Succeeded, phase);
        Assert.Equal(8, pods["A"] + pods["B"]);
        Assert.Equal($"other=3 cart-gz00a={20 * pods["A"]} cart-gz00a=7 cart-gz00b={80 * pods["B"]}", Weights());
    }

    [Fact]
    public void A_route_that_its_gateway_refuses_is_refused_with_its_reason()
    {
        Shop();
        Edit(route => route["metadata"]!["annotations"] = new JsonObject { ["sandbox.slipway.dev/refuse"] = "listener web does not allow routes of namespace shop" });
        _world.Run(TimeSpan.FromSeconds(5));

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        Run("ot-1", TicketPhase.InitializeFailed);

        Assert.Equal("HTTPRoute cart is not accepted by gateway front: listener web does not allow routes of namespace shop", _world.Ticket("ot-1").Status!.FailureReason);
    }

    [Fact]
    public void A_balancer_that_never_takes_the_weights_over_fails_the_ticket_with_receivers_put_back()
    {
        Shop();
        // The gateway goes silent: no parents, so nothing is ever confirmed.
        Edit(route => route["spec"]!.AsObject().Remove("parentRefs"));
        _world.Run(TimeSpan.FromSeconds(5));

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)) with { Guard = new() { PodDeadlineSeconds = 60 } });
        var phase = Run("ot-1", TicketPhase.Failed, TicketPhase.Succeeded);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Equal("The weights were not in force within 60 s: HTTPRoute cart backend cart-gz00b is set and not in force: no gateway has said anything of it", _world.Ticket("ot-1").Status!.FailureReason);
        Assert.Equal("other=3 cart-gz00a=100 cart-gz00a=7 cart-gz00b=100", Weights());
    }

    [Fact]
    public void A_crash_at_any_write_changes_nothing_in_the_end()
    {
        for (var at = 0; at < 12; at++)
        {
            foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
            {
                _world.Dispose();
                _world = new();
                Shop();
                var writes = 0;
                var place = at;
                _world.Interrupt = (_, _) => writes++ == place ? crash : Interruption.None;

                _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
                var phase = Run("ot-1", TicketPhase.Succeeded, TicketPhase.Failed);

                Assert.Equal((place, TicketPhase.Succeeded, "other=3 cart-gz00a=40 cart-gz00a=7 cart-gz00b=160"), (place, phase!.Value, Weights()));
                Assert.Equal(["100", "100"], _world.Ticket("ot-1").Status!.Traffic![0].Units.Select(unit => unit.Found));
            }
        }
    }

    [Fact]
    public void Bad_weights_are_refused_in_one_sentence_each()
    {
        Shop();
        _world.Deployment("lonely", 1);
        _world.Settle();

        _world.Submit("unknown", Shift(("GZ00A", 20), ("GZ00B", 80), ("GZ00C", 10)));
        _world.Submit("missing", Shift(("GZ00A", 20)));
        _world.Submit("alone", Shift(("GZ00A", 20)) with { Targets = [new() { Service = "lonely" }] });
        foreach (var ticket in new[] { "unknown", "missing", "alone" }) Run(ticket, TicketPhase.InitializeFailed);

        Assert.Equal("spec.weights names unit GZ00C, which service cart does not have; it has GZ00A, GZ00B", _world.Ticket("unknown").Status!.FailureReason);
        Assert.Equal("spec.weights leaves out GZ00B of service cart; give a weight for each of GZ00A, GZ00B", _world.Ticket("missing").Status!.FailureReason);
        Assert.Equal("Service lonely has no balancer: no ApplicationService of that name gives spec.traffic", _world.Ticket("alone").Status!.FailureReason);
    }

    [Theory]
    [InlineData("""{"halt":{"reason":"incident 42"}}""", "OpsPolicy house halts all tickets: incident 42")]
    [InlineData("""{"approvals":[{"operations":["ShiftTraffic"]}]}""", "OpsPolicy house wants this approved by somebody else than its requester")]
    public void A_shift_waits_for_the_rules_of_the_house_like_any_ticket(string policy, string waits)
    {
        Shop();
        _world.Apply(Kinds.OpsPolicies, $$"""{"metadata":{"name":"house"},"spec":{{policy}} }""");
        _world.Run(TimeSpan.FromSeconds(2));

        _world.Submit("ot-1", Shift(("GZ00A", 20), ("GZ00B", 80)));
        _world.Run(TimeSpan.FromMinutes(5));
        var (held, message) = (Weights(), _world.Ticket("ot-1").Status!.Message);
        _world.Cluster.Objects.Delete(Kinds.OpsPolicies, ObjectKey.Cluster("house"));
        var phase = Run("ot-1", TicketPhase.Succeeded);

        Assert.Equal(("other=3 cart-gz00a=100 cart-gz00a=7 cart-gz00b=100", waits), (held, message));
        Assert.Equal(TicketPhase.Succeeded, phase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Weights_outside_1_to_100_are_refused(int weight)
    {
        var violations = TicketRules.Check(new() { Metadata = new() { Name = "ot-1" }, Spec = Shift(("GZ00A", weight)) });

        Assert.Equal($"spec.weights[GZ00A].weight is {weight}; 1 to 100 are allowed", Assert.Single(violations).Message);
    }

    static Func<int, OperatorCall, Interruption> Once(Func<OperatorCall, bool> at, Action act)
    {
        var done = false;
        return (_, call) =>
        {
            if (!done && at(call))
            {
                done = true;
                act();
            }

            return Interruption.None;
        };
    }
}
