using Slipway.Applications;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Applications;

public sealed class ServiceReportTests
{
    static readonly DateTimeOffset Noon = Fleet.Noon;

    static Fleet Shop(ProtectionThreshold? protection = null) =>
        new Fleet().Deployment("cart", ("GZ00B", 2), ("GZ00A", 2)).Application("cart", WorkloadKind.Deployment, protection).With(Specs.Of(Operation.Restart, "cart"));

    static ApplicationServiceStatus Report(Fleet fleet) => ServiceReport.Of(fleet.Applications["cart"], fleet.Seen().Services["cart"], null, Noon);

    [Fact]
    public void A_service_tells_its_units_and_pods()
    {
        var fleet = Shop();
        fleet["cart-gz00a-1"] = fleet["cart-gz00a-1"] with { Ready = false };

        var status = Report(fleet);

        Assert.Equal(("Deployment cart", "3/4", "GZ00A,GZ00B", true, "3 of 4 pods ready"), (status.Workload, status.Pods, status.UnitNames, status.Publishable!.Value, status.Message));
        Assert.Equal([new UnitPods { Unit = "GZ00A", Pods = 2, Ready = 1 }, new UnitPods { Unit = "GZ00B", Pods = 2, Ready = 2 }], status.Units);
    }

    [Fact]
    public void A_service_without_its_workload_says_so_and_its_ticket_is_refused_with_the_same_sentence()
    {
        var fleet = new Fleet().Application("cart", WorkloadKind.StatefulSet).With(Specs.Of(Operation.Restart, "cart"));
        const string Sentence = "ApplicationService cart names StatefulSet cart, which does not exist in namespace shop";

        var status = Report(fleet);
        fleet.Step();

        Assert.Equal((false, "NoWorkload", Sentence), (status.Publishable!.Value, status.Conditions![0].Reason, status.Message));
        Assert.Equal(Sentence, fleet.Ticket.Status!.FailureReason);
    }

    [Fact]
    public void A_rollout_is_not_publishable()
    {
        var status = Report(Shop().Workload("cart", workload => workload with { Updated = 1 }));

        Assert.Equal((false, "RollingOut", "Deployment cart is in the middle of its own rollout (1 of 4 pods updated)"), (status.Publishable!.Value, status.Conditions![0].Reason, status.Message));
    }

    [Fact]
    public void Two_services_of_one_workload_name_each_other()
    {
        var fleet = Shop();
        var (cart, basket) = (fleet.Applications["cart"], fleet.Applications["cart"] with { Metadata = new() { Name = "basket", Namespace = "shop" } });
        var workload = fleet.Seen().Services["cart"].Workload!;

        Assert.Equal("ApplicationServices basket and cart all name Deployment cart; a workload is one service", ServiceRules.Trouble(cart, workload, [cart, basket]));
        Assert.Equal("Deployment cart is application service basket; name that instead of cart", ServiceRules.Hidden("cart", workload, [basket]));
    }

    [Theory]
    [InlineData("120%", null, "ApplicationService cart: spec.protection.minAvailable is 120%; a number from 0 or 0% to 100% is allowed")]
    [InlineData(null, "-1", "ApplicationService cart: spec.protection.maxUnavailable is -1; a number from 0 or 0% to 100% is allowed")]
    [InlineData("1", "1", "ApplicationService cart: spec.protection gives none or both of minAvailable and maxUnavailable; exactly one is needed")]
    [InlineData(null, null, "ApplicationService cart: spec.protection gives none or both of minAvailable and maxUnavailable; exactly one is needed")]
    public void A_threshold_that_cannot_be_read_refuses_the_service(string? least, string? most, string sentence) =>
        Assert.Equal(sentence, Report(Shop(new() { MinAvailable = Bound(least), MaxUnavailable = Bound(most) })).Message);

    [Fact]
    public void A_service_that_loses_its_workload_holds_a_running_ticket_with_the_reason()
    {
        var fleet = Shop();
        fleet.Publish();
        fleet.Applications["cart"] = fleet.Applications["cart"] with { Spec = fleet.Applications["cart"].Spec with { Protection = new() } };

        fleet.Step();

        Assert.StartsWith("ApplicationService cart: spec.protection gives none or both", fleet.Result("cart-gz00b-1").Reason, StringComparison.Ordinal);
    }

    static IntOrPercent? Bound(string? text) => text is not null && IntOrPercent.TryParse(text, out var bound) ? bound : null;
}
