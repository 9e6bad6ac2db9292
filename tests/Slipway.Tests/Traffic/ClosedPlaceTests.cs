using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Traffic;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>A place behind a balancer that follows no endpoints is opened again only by the ticket whose record says it closed it.</summary>
public sealed class ClosedPlaceTests
{
    const string Address = "10.0.0.1";

    /// <summary>The ticket's mark is on the pod, and its endpoint is gone.</summary>
    static Fleet Marked()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 4)).With(Specs.OnPods(Operation.RemoveTraffic, "cart", "cart-gz00a-0"));
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Address = Address, Traffic = new() { HasGate = true, IsGateSet = true, ReadyButForGate = true } };
        Sends(fleet, to: true);
        var leave = Assert.IsType<TicketChange.TakeOutOfTraffic>(Assert.Single(fleet.Publish()));
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Ready = false, Traffic = fleet["cart-gz00a-0"].Traffic! with { GateHolds = leave.Gate! } };
        Sends(fleet, to: false);
        return fleet;
    }

    static void Sends(Fleet fleet, bool to) => fleet.Traffic = new()
    {
        Services = [new() { Name = "cart", Selector = new Dictionary<string, string> { ["app"] = "cart" }, Endpoints = fleet.Pods.ToDictionary(pod => pod.Identity, pod => to || pod.Address != Address) }],
        Balancers = new Dictionary<string, BalancerSeen?> { ["cart"] = new() { Name = "haproxy at 10.0.0.5:9999", At = fleet.Now, Backends = [new("cart-1", Address, 50, TakesTraffic: true)] } },
    };

    [Fact]
    public void That_it_closes_a_place_is_stored_at_once_and_before_the_place_is_closed()
    {
        var fleet = Marked();

        var decision = TicketDecision.Decide(fleet.Seen());

        var record = Assert.Single(decision.Changes.OfType<TicketChange.RecordGroup>());
        Assert.Equal((true, true), (record.WriteAhead, record.Status.Pods![0].Traffic!.ClosesPlace));
        Assert.Empty(decision.Changes.OfType<TicketChange.DrainBackend>());
    }

    [Fact]
    public void Once_that_is_stored_the_place_is_closed()
    {
        var fleet = Marked();

        fleet.Step();

        Assert.Equal([new TicketChange.DrainBackend("cart", Address, true)], TicketDecision.Decide(fleet.Seen()).Changes.OfType<TicketChange.DrainBackend>());
    }
}
