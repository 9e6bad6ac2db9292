using System.Diagnostics;
using System.Globalization;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class ScaleInTests
{
    const string LowestCost = "-2147483648";

    static Fleet Cart(params string[] pods) => new Fleet().Deployment("cart", ("GZ00A", 4), ("GZ00B", 4)).With(Specs.OnPods(Operation.ScaleIn, "cart", pods));

    static Fleet Catalog(params string[] pods) => Numbered("StatefulSet", "apps", pods);

    /// <summary>Six pods, catalog-0 to catalog-5.</summary>
    static Fleet Numbered(string kind, string group, params string[] pods)
    {
        var fleet = new Fleet().Service("catalog", kind, ("GZ00A", 0)).Workload("catalog", set => set with { Group = group, Desired = 6, Replicas = 6, Updated = 6 });
        foreach (var ordinal in Enumerable.Range(0, 6)) fleet.Create("catalog", $"catalog-{ordinal}");
        return fleet.With(Specs.OnPods(Operation.ScaleIn, "catalog", pods));
    }

    /// <summary>The cluster takes marks in, and lowers replicas; which pods go is left to the caller.</summary>
    static void CarryOut(Fleet fleet, IEnumerable<TicketChange.Effect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case TicketChange.MarkPod mark:
                    fleet[mark.Pod.Name] = fleet[mark.Pod.Name] with { Mark = new(LowestCost, mark.Ticket) };
                    break;
                case TicketChange.UnmarkPod unmark:
                    fleet[unmark.Pod.Name] = fleet[unmark.Pod.Name] with { Mark = unmark.Cost is null ? null : new(unmark.Cost, null) };
                    break;
                case TicketChange.LowerReplicas lower:
                    fleet.Workload(lower.Workload.Name, found => lower.Downsizing.Apply(found) with { Generation = found.Generation + 1, ObservedGeneration = found.Generation + 1, Replicas = lower.Downsizing.Replicas, Updated = lower.Downsizing.Replicas });
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    /// <summary>Publishes and steps until replicas are to be lowered.</summary>
    static TicketChange.LowerReplicas Lowering(Fleet fleet)
    {
        fleet.Publish();
        for (var step = 0; step < 10; step++)
        {
            var effects = fleet.Effects();
            if (effects.OfType<TicketChange.LowerReplicas>().SingleOrDefault() is { } lowering) return lowering;
            CarryOut(fleet, effects);
            fleet.Now += TimeSpan.FromSeconds(1);
        }

        throw new InvalidOperationException($"replicas are not lowered: {fleet.Ticket.Status!.Message}");
    }

    static string? ReasonFor(Fleet fleet)
    {
        fleet.Step();
        return fleet.Ticket.Status!.FailureReason;
    }

    [Fact]
    public void Replicas_and_the_other_pods_are_recorded_before_any_pod_is_marked()
    {
        var fleet = Cart("cart-gz00a-1", "cart-gz00b-2");

        var effects = fleet.Publish();

        Assert.Empty(effects);
        var record = Assert.Single(fleet.Groups[0].Status!.ScaleIns!);
        Assert.Equal(("uid-cart", 1L, 8), (record.WorkloadUid, record.Generation, record.Replicas));
        Assert.Equal(["uid-cart-gz00a-1", "uid-cart-gz00b-2"], record.Pods);
        Assert.Equal(6, record.Others.Count);
        Assert.Equal(["cart-gz00a-1", "cart-gz00b-2"], fleet.Step().Cast<TicketChange.MarkPod>().Select(mark => mark.Pod.Name));
    }

    [Fact]
    public void Replicas_are_lowered_once_for_all_pods_when_their_marks_have_been_there_for_two_seconds()
    {
        var fleet = Cart("cart-gz00a-1", "cart-gz00b-2");
        fleet.Publish();
        CarryOut(fleet, fleet.Effects());
        Assert.Empty(fleet.Effects());
        fleet.Now += TimeSpan.FromSeconds(1);
        Assert.Empty(fleet.Effects());
        fleet.Now += TimeSpan.FromSeconds(1);

        var effects = fleet.Effects();

        var lowering = Assert.IsType<TicketChange.LowerReplicas>(Assert.Single(effects));
        Assert.Equal((Kinds.Deployments, "uid-cart", "1"), (lowering.Type, lowering.Uid, lowering.ResourceVersion));
        Assert.Equal(new Downsizing.ByCost { Replicas = 6 }, lowering.Downsizing);
    }

    [Fact]
    public void It_is_successful_when_the_uids_are_gone_and_replicas_have_fallen()
    {
        var fleet = Cart("cart-gz00a-1", "cart-gz00b-2");
        CarryOut(fleet, [Lowering(fleet)]);
        fleet["cart-gz00a-1"] = fleet["cart-gz00a-1"] with { Terminating = true };
        fleet.Remove("cart-gz00b-2");

        fleet.Step();
        Assert.Equal((PodState.Updating, PodState.UpdateSuccessful), (fleet.Result("cart-gz00a-1").State, fleet.Result("cart-gz00b-2").State));
        fleet.Remove("cart-gz00a-1").Step();

        Assert.Equal(TicketPhase.Succeeded, fleet.Ticket.Status!.Phase);
        Assert.Null(fleet.Groups[0].Status!.ScaleIns);
    }

    [Fact]
    public void A_pod_that_goes_instead_of_the_chosen_one_stops_the_ticket_which_names_both()
    {
        var fleet = Cart("cart-gz00a-1");
        CarryOut(fleet, [Lowering(fleet)]);
        fleet.Remove("cart-gz00b-3");

        fleet.Step();
        Assert.Equal(PodState.Updating, fleet.Result("cart-gz00a-1").State);
        fleet.Now += TimeSpan.FromSeconds(5);
        fleet.Step();
        CarryOut(fleet, fleet.Effects());
        fleet.Step();

        Assert.Equal((TicketPhase.Failed, "Deployment cart gave up cart-gz00b-3 instead of cart-gz00a-1; it has 7 replicas now"), (fleet.Ticket.Status!.Phase, fleet.Ticket.Status.FailureReason));
        Assert.Null(fleet["cart-gz00a-1"].Mark);
    }

    [Fact]
    public void While_the_controller_still_has_a_pod_too_many_nothing_is_concluded()
    {
        var fleet = Cart("cart-gz00a-1");
        CarryOut(fleet, [Lowering(fleet)]);

        fleet.Now += TimeSpan.FromSeconds(60);
        fleet.Step();

        Assert.Equal("Deployment cart has not given up pod cart-gz00a-1 yet", fleet.Result("cart-gz00a-1").Reason);
    }

    [Fact]
    public void Replicas_are_not_lowered_while_another_pod_is_not_ready()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet["cart-gz00b-0"] = fleet["cart-gz00b-0"] with { Ready = false };

        var effects = fleet.Publish();

        Assert.Empty(effects);
        Assert.Equal("cart-gz00b-0 is not ready, and Deployment cart would give up pods that are not ready first", fleet.Result("cart-gz00a-1").Reason);
    }

    [Fact]
    public void A_pod_that_becomes_unready_after_the_marks_holds_the_write()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.Publish();
        CarryOut(fleet, fleet.Effects());
        fleet["cart-gz00b-0"] = fleet["cart-gz00b-0"] with { Ready = false };
        fleet.Now += TimeSpan.FromSeconds(10);

        Assert.Empty(fleet.Effects());
        fleet["cart-gz00b-0"] = fleet["cart-gz00b-0"] with { Ready = true };
        Assert.Empty(fleet.Effects());
        fleet.Now += TimeSpan.FromSeconds(2);

        Assert.IsType<TicketChange.LowerReplicas>(Assert.Single(fleet.Effects()));
    }

    [Fact]
    public void Cancelling_before_the_write_gives_pods_back_exactly_the_cost_they_had()
    {
        var fleet = Cart("cart-gz00a-1", "cart-gz00b-2");
        fleet["cart-gz00a-1"] = fleet["cart-gz00a-1"] with { Mark = new("17", null) };
        fleet.Publish();
        CarryOut(fleet, fleet.Effects());

        var effects = fleet.Command(CommandVerb.Cancel, "not today").Effects();
        CarryOut(fleet, effects);
        fleet.Step();

        Assert.Equal([("cart-gz00a-1", "17"), ("cart-gz00b-2", null)], effects.Cast<TicketChange.UnmarkPod>().Select(unmark => (unmark.Pod.Name, unmark.Cost)));
        Assert.Equal(TicketPhase.Cancelled, fleet.Ticket.Status!.Phase);
        Assert.Equal([PodState.NotUpdated, PodState.NotUpdated], fleet.Groups[0].Status!.Pods!.Select(pod => pod.State));
    }

    [Fact]
    public void Cancelling_after_the_write_lets_the_pods_go()
    {
        var fleet = Cart("cart-gz00a-1");
        CarryOut(fleet, [Lowering(fleet)]);

        fleet.Command(CommandVerb.Cancel, "too late").Step();
        Assert.Equal(TicketPhase.Cancelling, fleet.Ticket.Status!.Phase);
        fleet.Remove("cart-gz00a-1").Step();

        Assert.Equal((TicketPhase.Cancelled, PodState.UpdateSuccessful), (fleet.Ticket.Status!.Phase, fleet.Result("cart-gz00a-1").State));
    }

    [Fact]
    public void Pausing_before_the_write_takes_the_marks_back_and_resuming_begins_again()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.Publish();
        CarryOut(fleet, fleet.Effects());
        CarryOut(fleet, fleet.Command(CommandVerb.Pause).Effects());
        fleet.Step();
        Assert.Equal((TicketPhase.Paused, null), (fleet.Ticket.Status!.Phase, fleet["cart-gz00a-1"].Mark));

        fleet.Command(CommandVerb.Resume).Step();

        Assert.IsType<TicketChange.MarkPod>(Assert.Single(fleet.Effects()));
    }

    [Fact]
    public void A_write_whose_answer_was_lost_is_not_sent_again_before_it_is_known_not_to_have_happened()
    {
        var fleet = Cart("cart-gz00a-1");
        Lowering(fleet);
        fleet.ActedOn.Add("uid-cart");
        fleet.Now += TimeSpan.FromSeconds(10);

        Assert.Empty(fleet.Effects());
        fleet.ActedOn.Clear();
        fleet.Now += TimeSpan.FromSeconds(10);
        fleet.Effects();
        fleet.Now += TimeSpan.FromSeconds(2);

        Assert.Equal("1", Assert.IsType<TicketChange.LowerReplicas>(Assert.Single(fleet.Effects())).ResourceVersion);
    }

    [Fact]
    public void Replicas_that_somebody_else_changed_first_are_counted_anew()
    {
        var fleet = Cart("cart-gz00a-1");
        Lowering(fleet);
        fleet.Create("cart", "cart-gz00a-9");
        fleet.Workload("cart", found => found with { Desired = 9, Replicas = 9, Updated = 9, Generation = 2, ObservedGeneration = 2, ResourceVersion = "7" });

        CarryOut(fleet, fleet.Effects());
        fleet.Step();
        Assert.Equal(9, fleet.Groups[0].Status!.ScaleIns![0].Replicas);
        CarryOut(fleet, fleet.Effects());
        fleet.Effects();
        fleet.Now += TimeSpan.FromSeconds(2);

        Assert.Equal((8, "7"), Assert.IsType<TicketChange.LowerReplicas>(Assert.Single(fleet.Effects())) is var lowering ? (lowering.Downsizing.Replicas, lowering.ResourceVersion) : default);
    }

    [Fact]
    public void A_pod_that_goes_by_itself_before_the_write_fails_and_nothing_is_lowered_for_it()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.Publish();
        CarryOut(fleet, fleet.Effects());
        fleet.Remove("cart-gz00a-1");
        fleet.Now += TimeSpan.FromSeconds(10);

        Assert.Empty(fleet.Effects());

        Assert.Equal("Pod cart-gz00a-1 went away by itself before Deployment cart was scaled in; its replicas were not lowered", fleet.Ticket.Status!.FailureReason);
    }

    [Fact]
    public void Replicas_that_were_raised_again_while_the_pods_went_fail_the_ticket()
    {
        var fleet = Cart("cart-gz00a-1");
        CarryOut(fleet, [Lowering(fleet)]);
        fleet.Remove("cart-gz00a-1").Workload("cart", found => found with { Desired = 8, Generation = 3 });

        fleet.Step();

        Assert.Equal("Pod cart-gz00a-1 is gone, but Deployment cart was scaled to 8 replicas meanwhile; 7 were to be left", fleet.Ticket.Status!.FailureReason);
    }

    [Fact]
    public void Retrying_after_a_wrong_pod_went_scales_in_from_the_replicas_there_are()
    {
        var fleet = Cart("cart-gz00a-1");
        CarryOut(fleet, [Lowering(fleet)]);
        fleet.Remove("cart-gz00b-3").Step();
        fleet.Now += TimeSpan.FromSeconds(5);
        fleet.Step();
        CarryOut(fleet, fleet.Effects());
        fleet.Step();

        fleet.Command(CommandVerb.Retry).Step();
        fleet.Step();

        Assert.Equal(7, fleet.Groups[0].Status!.ScaleIns![0].Replicas);
    }

    [Fact]
    public void Two_tickets_do_not_scale_one_workload_in_at_once()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.ScaledByOthers["uid-cart"] = "ot-0";

        Assert.Empty(fleet.Publish());

        Assert.Equal("Ticket ot-0 is scaling in Deployment cart", fleet.Result("cart-gz00a-1").Reason);
    }

    [Fact]
    public void A_disruption_budget_of_a_number_is_a_floor_for_the_pods_that_stay()
    {
        var fleet = Cart("cart-gz00a-1", "cart-gz00b-2").Budget("cart", "cart", desiredHealthy: 7, allowed: 1);

        Assert.Empty(fleet.Publish());

        Assert.Equal("PodDisruptionBudget cart needs 7 healthy pods; 6 would be left", fleet.Result("cart-gz00a-1").Reason);
    }

    [Fact]
    public void Scaling_in_ready_pods_costs_nothing_of_maxUnavailable_so_all_go_in_one_write()
    {
        var fleet = Numbered("CloneSet", "apps.kruise.io", "catalog-1", "catalog-2", "catalog-3", "catalog-4");

        var lowering = Lowering(fleet);

        Assert.Equal(2, lowering.Downsizing.Replicas);
        Assert.Equal(["catalog-1", "catalog-2", "catalog-3", "catalog-4"], Assert.IsType<Downsizing.ByName>(lowering.Downsizing).PodsToDelete);
    }

    [Fact]
    public void The_pods_that_stay_must_be_within_maxUnavailable_of_the_smaller_service()
    {
        var fleet = Numbered("CloneSet", "apps.kruise.io", "catalog-1", "catalog-2");
        foreach (var pod in new[] { "catalog-4", "catalog-5" }) fleet[pod] = fleet[pod] with { Ready = false };

        Assert.Empty(fleet.Publish());

        Assert.Equal("maxUnavailable 25% of the 4 pods that stay allows 1; 2 of them are unavailable", fleet.Result("catalog-1").Reason);
    }

    [Fact]
    public void A_stateful_set_gives_up_its_highest_ordinals_by_replicas_alone()
    {
        var lowering = Lowering(Catalog("catalog-4", "catalog-5"));

        Assert.Equal(new Downsizing.ByOrdinals(0) { Replicas = 4 }, lowering.Downsizing);
    }

    [Fact]
    public void A_stateful_set_gives_up_its_lowest_ordinals_by_its_start_in_the_same_write()
    {
        var lowering = Lowering(Catalog("catalog-0", "catalog-5"));

        Assert.Equal(new Downsizing.ByOrdinals(1) { Replicas = 4 }, lowering.Downsizing);
    }

    [Theory]
    [InlineData("catalog-5", "v1.26.15", null)]
    [InlineData("catalog-0", "v1.27.0", null)]
    [InlineData("catalog-0", "v1.26.15", "catalog-0 is at the start of StatefulSet catalog, where pods go by spec.ordinals: kubernetes v1.26.15 found, 1.27 needed")]
    public void Only_the_lowest_ordinals_need_a_server_that_knows_where_ordinals_start(string pod, string version, string? reason)
    {
        var fleet = Catalog(pod);
        fleet.Components["kubernetes"] = version;

        if (reason is null) Assert.Equal(5, Lowering(fleet).Downsizing.Replicas);
        else Assert.Equal(reason, ReasonFor(fleet));
    }

    [Fact]
    public void A_middle_ordinal_is_refused_with_those_that_would_do() => Assert.Equal(
        "StatefulSet catalog gives up pods at its ends only: catalog-3 is between catalog-0 and catalog-5, which stay; catalog-5, or catalog-0, would do",
        ReasonFor(Catalog("catalog-3")));

    [Fact]
    public void Groups_of_a_stateful_set_begin_at_its_ends()
    {
        var fleet = Catalog("catalog-0", "catalog-4", "catalog-5");
        fleet.Ticket = fleet.Ticket with { Spec = fleet.Ticket.Spec with { ReleasePolicy = new() { GroupBy = GroupBy.PodCount, GroupSize = 1 } } };

        fleet.Step();

        Assert.Equal(["catalog-5", "catalog-4", "catalog-0"], fleet.Groups.SelectMany(group => group.Spec.Pods).Select(pod => pod.Name));
    }

    [Fact]
    public void An_advanced_stateful_set_reserves_only_ordinals_below_those_that_stay()
    {
        var fleet = Numbered("StatefulSet", "apps.kruise.io", "catalog-2", "catalog-5");

        var lowering = Lowering(fleet);

        Assert.Equal(4, lowering.Downsizing.Replicas);
        Assert.Equal(["2"], Assert.IsType<Downsizing.ByReservation>(lowering.Downsizing).Reserved);
    }

    [Fact]
    public void An_autoscaler_that_would_put_the_pods_back_refuses_the_ticket()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.Autoscalers.Add(new() { Key = new("shop", "cart-hpa"), Uid = "uid-hpa", ResourceVersion = "1", Target = new("apps/v1", "Deployment", "cart"), Least = 8, Most = 20 });

        Assert.Equal("HorizontalPodAutoscaler cart-hpa keeps Deployment cart at 8 replicas or more, and 7 would be left; lower its minReplicas first", ReasonFor(fleet));
    }

    [Fact]
    public void An_active_autoscaler_refuses_the_ticket_unless_it_never_adds()
    {
        var autoscaler = new Autoscaler { Key = new("shop", "cart-hpa"), Uid = "uid-hpa", ResourceVersion = "1", Target = new("apps/v1", "Deployment", "cart"), Least = 2, Most = 20 };
        var active = Cart("cart-gz00a-1");
        active.Autoscalers.Add(autoscaler);
        var neverAdds = Cart("cart-gz00a-1");
        neverAdds.Autoscalers.Add(autoscaler with { NeverAdds = true });

        Assert.StartsWith("HorizontalPodAutoscaler cart-hpa scales Deployment cart between 2 and 20 replicas and may add again what is scaled in", ReasonFor(active));
        Assert.Null(ReasonFor(neverAdds));
    }

    [Fact]
    public void A_workload_spread_refuses_the_ticket_on_a_deployment()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet.Spreads.Add(new() { Key = new("shop", "spread"), Uid = "uid-spread", ResourceVersion = "1", Target = new("apps/v1", "Deployment", "cart") });

        Assert.Equal("WorkloadSpread spread keeps writing the deletion cost of Deployment cart's pods, so which of them go cannot be chosen; remove it first", ReasonFor(fleet));
    }

    [Fact]
    public void Another_pod_with_the_lowest_cost_refuses_the_ticket()
    {
        var fleet = Cart("cart-gz00a-1");
        fleet["cart-gz00b-0"] = fleet["cart-gz00b-0"] with { Mark = new(LowestCost, null) };

        Assert.Equal("Pod cart-gz00b-0 has the lowest deletion cost there is (-2147483648), and Deployment cart could give it up instead", ReasonFor(fleet));
    }

    [Fact]
    public void The_plan_says_what_each_group_writes_and_how_few_pods_are_left()
    {
        var plan = TicketPlan.Of(Cart("cart-gz00a-1", "cart-gz00b-2").Seen());

        Assert.Equal(
            [
                "Group 1: cart-gz00a-1 and cart-gz00b-2 are marked to go first (pod-deletion-cost); when every other pod is ready, the replicas of Deployment cart are lowered from 8 to 6 in one write.",
                "A pod is successful once its UID is gone and replicas have fallen; should another pod go instead, the ticket stops and names both.",
            ],
            plan.Steps);
        Assert.Equal(6, Assert.Single(plan.Forecast).LowestAvailable);
    }

    [Theory]
    [InlineData(0, 4, "", "0 1 2 3")]
    [InlineData(2, 3, "", "2 3 4")]
    [InlineData(0, 4, "1,3-5", "0 2 6 7")]
    [InlineData(0, 2, "what,0", "1 2")]
    public void Reserved_ordinals_and_ranges_of_them_are_left_out(int first, int replicas, string reserved, string expected) =>
        Assert.Equal(expected, string.Join(' ', PodOrdinals.Wanted(first, replicas, reserved.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(ordinal => ordinal.ToString(CultureInfo.InvariantCulture))));
}
