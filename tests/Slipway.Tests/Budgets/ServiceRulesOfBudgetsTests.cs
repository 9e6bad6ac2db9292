using Slipway.Applications;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Budgets;

/// <summary>Protection thresholds and policies beside the ticket's own guard: the smallest rule decides and is named.</summary>
public sealed class ServiceRulesOfBudgetsTests
{
    static Fleet Shop(string guard = "100%")
    {
        Assert.True(IntOrPercent.TryParse(guard, out var most));
        return new Fleet().Deployment("cart", ("GZ00A", 4), ("GZ00B", 4)).With(Specs.Of(Operation.Restart, "cart") with { Guard = new() { MaxUnavailable = most } });
    }

    static (int Started, string? Waiting) Published(Fleet fleet)
    {
        var started = fleet.Publish().Count;
        return (started, fleet.Pods.Select(pod => fleet.Result(pod.Name)).FirstOrDefault(result => result.State == PodState.NotUpdated)?.Reason);
    }

    static ProtectionThreshold AtLeast(IntOrPercent bound) => new() { MinAvailable = bound };

    static ProtectionThreshold AtMost(IntOrPercent bound) => new() { MaxUnavailable = bound };

    [Fact]
    public void A_protection_threshold_keeps_pods_that_the_ticket_would_take() => Assert.Equal(
        (2, "protection threshold: minAvailable 6 of 8 allows 0 more of service cart (6 available, 6 needed)"),
        Published(Shop().Application("cart", WorkloadKind.Deployment, AtLeast(IntOrPercent.Count(6)))));

    [Fact]
    public void A_percentage_that_must_stay_is_rounded_up() => Assert.Equal(
        (1, "protection threshold: minAvailable 80% of 8 allows 0 more of service cart (7 available, 7 needed)"),
        Published(Shop().Application("cart", WorkloadKind.Deployment, AtLeast(IntOrPercent.Percent(80)))));

    [Fact]
    public void A_percentage_that_may_go_is_rounded_down_but_one_pod_may_always_move() => Assert.Equal(
        (1, "protection threshold: maxUnavailable 10% of 8 allows 1 at once; 1 of service cart are unavailable"),
        Published(Shop().Application("cart", WorkloadKind.Deployment, AtMost(IntOrPercent.Percent(10)))));

    [Fact]
    public void A_floor_may_hold_even_the_last_pod() => Assert.Equal(
        (0, "OpsPolicy house: minAvailable 100% of 8 allows 0 more of service cart (8 available, 8 needed)"),
        Published(Shop().Policy("house", new() { Floors = [new() { MinAvailable = IntOrPercent.Percent(100) }] })));

    [Fact]
    public void Missing_pods_are_counted_against_desired_replicas()
    {
        var fleet = Shop().Application("cart", WorkloadKind.Deployment, AtLeast(IntOrPercent.Count(6))).Remove("cart-gz00b-3");

        Assert.Equal((1, "protection threshold: minAvailable 6 of 8 allows 0 more of service cart (6 available, 6 needed)"), Published(fleet));
    }

    [Fact]
    public void The_smallest_of_all_rules_decides_and_is_the_one_named() => Assert.Equal(
        (1, "OpsPolicy house: maxUnavailable 1 of 8 allows 1 at once; 1 of service cart are unavailable"),
        Published(Shop("50%").Application("cart", WorkloadKind.Deployment, AtLeast(IntOrPercent.Count(5))).Budget("cart", "cart", 6, 2)
            .Policy("house", new() { Budgets = [new() { MaxUnavailable = IntOrPercent.Count(1) }] })));

    [Theory]
    [InlineData("shop", "cart", "cart", 2)]
    [InlineData("shop", null, null, 2)]
    [InlineData(null, "cart", null, 2)]
    [InlineData(null, null, "cart", 2)]
    [InlineData("bank", null, null, 8)]
    [InlineData("shop", "catalog", null, 8)]
    [InlineData("shop", "cart", "catalog", 8)]
    public void A_policy_is_about_the_services_that_meet_everything_it_names(string? ns, string? service, string? label, int started)
    {
        var match = new ServiceMatch
        {
            Namespaces = ns is null ? null : [ns],
            Services = service is null ? null : [service],
            PodLabels = label is null ? null : new Dictionary<string, string> { ["app"] = label },
        };

        Assert.Equal(started, Published(Shop().Policy("house", new() { Floors = [new() { Match = match, MinAvailable = IntOrPercent.Count(6) }] })).Started);
    }

    [Fact]
    public void A_rule_that_cannot_be_read_holds_and_says_what_is_allowed() => Assert.Equal(
        (0, "OpsPolicy house: minAvailable is 120%; a number from 0 or 0% to 100% is allowed"),
        Published(Shop().Policy("house", new() { Floors = [new() { MinAvailable = IntOrPercent.Percent(120) }] })));

    [Fact]
    public void A_rule_made_while_the_ticket_runs_holds_from_then_on()
    {
        var fleet = Shop("25%");
        foreach (var act in fleet.Publish()) fleet.ActedOn.Add(act.Uid);

        fleet.Policy("house", new() { Floors = [new() { MinAvailable = IntOrPercent.Count(8) }] });
        fleet.Step();

        Assert.Equal("OpsPolicy house: minAvailable 8 of 8 allows 0 more of service cart (6 available, 8 needed)", fleet.Result("cart-gz00b-3").Reason);
    }
}
