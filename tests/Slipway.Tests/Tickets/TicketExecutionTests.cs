using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class TicketExecutionTests
{
    static Fleet Cart(int pods = 8) => new Fleet().Deployment("cart", ("GZ00A", pods / 2), ("GZ00B", pods - (pods / 2)));

    /// <summary>The kubelet restarts what was respelled: another container, ready at once.</summary>
    static void CarryOut(Fleet fleet, IEnumerable<TicketChange.PodChange> acts)
    {
        foreach (var restart in acts.Cast<TicketChange.RestartInPlace>())
        {
            var pod = fleet[restart.Pod.Name];
            fleet[pod.Name] = pod with
            {
                Containers = [.. pod.Containers.Select((container, index) => restart.Images.FirstOrDefault(image => image.Index == index) is { } image
                    ? container with { Image = image.To, Id = new(container.Id!.Value.Value + 1), Restarts = container.Restarts + 1 } : container)],
                ReadyTransition = fleet.Now,
            };
        }
    }

    static void Pass(Fleet fleet, int seconds) => fleet.Now += TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Publishing_records_the_baseline_before_anything_is_done()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));
        fleet.Step();

        var acts = fleet.Command(CommandVerb.Publish).Step();

        Assert.Empty(acts);
        Assert.Equal(TicketPhase.Executing, fleet.Ticket.Status!.Phase);
        Assert.Equal("0000000000000001", fleet.Result("cart-gz00a-0").Baseline![0].ContainerId);
        Assert.Equal(("ops", fleet.Now), (fleet.Ticket.Status.Executor, fleet.Ticket.Status.StartedAt));
    }

    [Fact]
    public void A_publish_whose_first_act_was_done_before_it_was_stored_is_not_refused_for_what_it_did()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.ScaleIn, "cart", "cart-gz00a-0"));
        fleet.Step();
        var stored = fleet.Ticket;
        fleet.Command(CommandVerb.Publish).Effects();

        // The process ends: the group has started, the set is lowered, and the ticket knows nothing of it.
        fleet.Ticket = stored;
        fleet.Command(CommandVerb.Publish).Workload("cart", set => set with { Desired = 7, Generation = 2 }).Effects();

        Assert.Equal(TicketPhase.Executing, fleet.Ticket.Status!.Phase);
        Assert.True(fleet.Ticket.Status.AcknowledgedCommands![0].Accepted);
    }

    [Fact]
    public void A_quarter_of_eight_pods_goes_two_at_a_time_also_inside_one_group()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));

        var acts = fleet.Publish();

        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1"], acts.Select(act => act.Pod.Name));
        Assert.Equal("maxUnavailable 25% of 8 allows 2 at once; 2 of service cart are unavailable", fleet.Result("cart-gz00b-0").Reason);
    }

    [Theory]
    [InlineData(Operation.Restart, "0 of 1 containers have started anew")]
    [InlineData(Operation.Replace, "pod cart-gz00a-0 is going")]
    public void A_pod_that_was_acted_on_says_at_once_what_it_waits_for_and_says_nothing_else_while_nothing_happens(Operation operation, string reason)
    {
        var fleet = Cart().With(Specs.OnPods(operation, "cart", "cart-gz00a-0"));
        fleet.Publish();
        var recorded = fleet.Result("cart-gz00a-0");
        fleet.ActedOn.Add(fleet["cart-gz00a-0"].Uid);

        Pass(fleet, 5);
        fleet.Step();

        Assert.Equal(reason, recorded.Reason);
        Assert.Equal(recorded, fleet.Result("cart-gz00a-0"));
    }

    [Fact]
    public void A_pod_is_successful_after_thirty_seconds_of_readiness_without_a_break()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0"));
        CarryOut(fleet, fleet.Publish());
        fleet.Step();

        Pass(fleet, 29);
        fleet.Step();
        Assert.Equal(PodState.Updating, fleet.Result("cart-gz00a-0").State);
        Pass(fleet, 1);
        fleet.Step();

        Assert.Equal(PodState.UpdateSuccessful, fleet.Result("cart-gz00a-0").State);
        Assert.Equal(TicketPhase.Succeeded, fleet.Ticket.Status!.Phase);
    }

    [Fact]
    public void A_flap_between_two_looks_starts_the_thirty_seconds_again()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0"));
        CarryOut(fleet, fleet.Publish());
        fleet.Step();

        Pass(fleet, 20);
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { ReadyTransition = fleet.Now };
        fleet.Step();
        Pass(fleet, 20);
        fleet.Step();
        Assert.Equal(PodState.Updating, fleet.Result("cart-gz00a-0").State);
        Pass(fleet, 10);
        fleet.Step();

        Assert.Equal(PodState.UpdateSuccessful, fleet.Result("cart-gz00a-0").State);
    }

    [Fact]
    public void Pods_that_are_unavailable_anyway_go_first_and_cost_nothing()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));
        foreach (var broken in new[] { "cart-gz00b-1", "cart-gz00b-2", "cart-gz00b-3" }) fleet[broken] = fleet[broken] with { Ready = false };

        var acts = fleet.Publish();

        Assert.Equal(["cart-gz00b-1", "cart-gz00b-2", "cart-gz00b-3"], acts.Select(act => act.Pod.Name));
        Assert.Equal("maxUnavailable 25% of 8 allows 2 at once; 3 of service cart are unavailable", fleet.Result("cart-gz00a-0").Reason);
    }

    [Fact]
    public void Missing_pods_spend_the_budget_too()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0")).Remove("cart-gz00b-0").Remove("cart-gz00b-1");

        Assert.Empty(fleet.Publish());
    }

    [Fact]
    public void One_pod_may_always_move()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 1)).With(Specs.Of(Operation.Restart, "cart"));

        Assert.Single(fleet.Publish());
    }

    [Fact]
    public void A_disruption_budget_holds_in_place_restarts_as_well_and_says_its_numbers()
    {
        var fleet = Cart().Budget("cart", "cart", desiredHealthy: 8, allowed: 0).With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0"));

        Assert.Empty(fleet.Publish());
        Assert.Equal("PodDisruptionBudget cart allows 0 more (8 healthy, 8 needed)", fleet.Result("cart-gz00a-0").Reason);
    }

    [Fact]
    public void Disruption_budgets_can_be_left_aside_by_the_guard()
    {
        var fleet = Cart().Budget("cart", "cart", 8, 0).With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0") with { Guard = new() { RespectPodDisruptionBudgets = false } });

        Assert.Single(fleet.Publish());
    }

    [Fact]
    public void Two_tickets_on_one_service_share_its_budget()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0", "cart-gz00a-1"));
        fleet.UpdatedByOthers.Add("uid-cart-gz00b-3");

        Assert.Single(fleet.Publish());
    }

    [Fact]
    public void What_was_just_done_is_not_done_again_while_nobody_has_seen_it()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0"));
        var eviction = Assert.Single(fleet.Publish());
        fleet.ActedOn.Add(eviction.Uid);
        fleet.Groups = [fleet.Groups[0] with { Status = fleet.Groups[0].Status! with { Pods = [fleet.Groups[0].Status!.Pods![0] with { State = PodState.NotUpdated }] } }];

        Assert.Empty(fleet.Step());
    }

    [Fact]
    public void A_replacement_is_a_new_pod_of_the_workload_and_must_be_ready_for_thirty_seconds()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0"));
        Assert.IsType<TicketChange.Evict>(Assert.Single(fleet.Publish()));

        fleet.Remove("cart-gz00a-0").Step();
        Assert.Equal("Deployment cart has not created its replacement yet", fleet.Result("cart-gz00a-0").Reason);
        Pass(fleet, 1);
        var replacement = fleet.Create("cart", "cart-x");
        fleet.Step();
        Assert.Equal(replacement.Uid, fleet.Result("cart-gz00a-0").Replacement!.Uid);
        Pass(fleet, 30);
        fleet.Step();

        Assert.Equal(TicketPhase.Succeeded, fleet.Ticket.Status!.Phase);
    }

    [Fact]
    public void Replacements_are_assigned_one_to_one()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0", "cart-gz00a-1"));
        fleet.Publish();
        fleet.Remove("cart-gz00a-0").Remove("cart-gz00a-1");
        Pass(fleet, 1);
        fleet.Create("cart", "cart-x");
        fleet.Step();
        Pass(fleet, 1);
        fleet.Create("cart", "cart-y");
        fleet.Step();

        Assert.Equal(("cart-x", "cart-y"), (fleet.Result("cart-gz00a-0").Replacement!.Name, fleet.Result("cart-gz00a-1").Replacement!.Name));
    }

    [Fact]
    public void A_replacement_that_vanishes_is_followed_by_the_next_one()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0"));
        fleet.Publish();
        fleet.Remove("cart-gz00a-0");
        Pass(fleet, 1);
        fleet.Create("cart", "cart-x");
        fleet.Step();
        Pass(fleet, 20);
        fleet.Remove("cart-x").Create("cart", "cart-y");
        fleet.Step();
        Pass(fleet, 29);
        fleet.Step();

        Assert.Equal(("cart-y", PodState.Updating), (fleet.Result("cart-gz00a-0").Replacement!.Name, fleet.Result("cart-gz00a-0").State));
    }

    [Fact]
    public void A_stateful_pod_comes_back_under_its_name()
    {
        var fleet = new Fleet().StatefulSet("catalog", ("GZ00A", 4)).With(Specs.OnPods(Operation.Replace, "catalog", "catalog-gz00a-2"));
        fleet.Publish();
        fleet.Remove("catalog-gz00a-2");
        Pass(fleet, 1);
        var back = fleet.Create("catalog", "catalog-gz00a-2");
        fleet.Step();

        Assert.Equal(back.Uid, fleet.Result("catalog-gz00a-2").Replacement!.Uid);
    }

    [Fact]
    public void A_pod_that_went_away_before_its_turn_is_skipped()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0"));
        fleet.Step();
        fleet.Remove("cart-gz00a-0");

        fleet.Command(CommandVerb.Publish).Step();
        fleet.Step();

        Assert.Equal((PodState.Skipped, TicketPhase.Succeeded), (fleet.Result("cart-gz00a-0").State, fleet.Ticket.Status!.Phase));
        Assert.Equal("Pod cart-gz00a-0 (UID uid-cart-gz00a-0) went away before its turn; nothing was done", fleet.Result("cart-gz00a-0").Reason);
    }

    [Fact]
    public void A_pod_over_its_deadline_fails_the_ticket_and_says_what_was_seen()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0", "cart-gz00a-1", "cart-gz00b-0") with { Guard = new() { PodDeadlineSeconds = 60 } });
        CarryOut(fleet, fleet.Publish());
        var broken = fleet["cart-gz00a-0"];
        fleet[broken.Name] = broken with { Ready = false, Containers = [broken.Containers[0] with { Waiting = "CrashLoopBackOff", Restarts = 4 }] };
        fleet.Step();

        Pass(fleet, 60);
        fleet.Step();

        Assert.Equal("Pod cart-gz00a-0 was not successful within 60 s: restarted; container app is in CrashLoopBackOff (4 restarts)", fleet.Ticket.Status!.FailureReason);
        Assert.Equal((TicketPhase.Failed, PodState.NotUpdated), (fleet.Ticket.Status.Phase, fleet.Result("cart-gz00b-0").State));
    }

    [Fact]
    public void Tolerated_failures_do_not_stop_the_ticket_but_it_does_not_succeed()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0", "cart-gz00b-0") with
        {
            Guard = new() { PodDeadlineSeconds = 60, FailureThreshold = 1, MaxUnavailable = IntOrPercent.Count(1) },
        });
        CarryOut(fleet, fleet.Publish());
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Ready = false };
        fleet.Step();
        Pass(fleet, 60);
        var next = fleet.Step();
        Assert.Empty(next);
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Ready = true };
        CarryOut(fleet, fleet.Step());
        fleet.Step();
        Pass(fleet, 30);
        fleet.Step();

        Assert.Equal((TicketPhase.Failed, PodState.UpdateSuccessful), (fleet.Ticket.Status!.Phase, fleet.Result("cart-gz00b-0").State));
    }

    [Fact]
    public void Retry_restarts_the_failed_pods_only_from_a_new_baseline()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0") with { Guard = new() { PodDeadlineSeconds = 60 } });
        CarryOut(fleet, fleet.Publish());
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Ready = false };
        fleet.Step();
        Pass(fleet, 60);
        fleet.Step();
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Ready = true };

        Assert.Empty(fleet.Command(CommandVerb.Retry).Step());
        var acts = fleet.Step();

        Assert.Single(acts);
        Assert.Equal((2, "0000000000000002"), (fleet.Result("cart-gz00a-0").Attempt, fleet.Result("cart-gz00a-0").Baseline![0].ContainerId));
    }

    [Fact]
    public void The_next_group_waits_for_the_soak_and_for_confirmation()
    {
        var fleet = Cart(2).With(Specs.Of(Operation.Restart, "cart") with
        {
            ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit, Confirm = ConfirmPolicy.EveryGroup, SoakSeconds = 60 },
        });
        CarryOut(fleet, fleet.Publish());
        fleet.Step();
        Pass(fleet, 30);
        fleet.Step();
        Assert.Equal(TicketPhase.Executing, fleet.Ticket.Status!.Phase);
        Pass(fleet, 60);
        fleet.Step();
        Assert.Equal(TicketPhase.WaitingForConfirmation, fleet.Ticket.Status.Phase);

        fleet.Command(CommandVerb.Confirm).Step();
        var acts = fleet.Step();

        Assert.Equal("cart-gz00b-0", Assert.Single(acts).Pod.Name);
    }

    [Fact]
    public void Publishing_through_a_group_stops_after_it()
    {
        var fleet = Cart(2).With(Specs.Of(Operation.Restart, "cart") with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit } });
        fleet.Step();
        fleet.Command(CommandVerb.Publish, group: 1).Step();
        CarryOut(fleet, fleet.Step());
        fleet.Step();
        Pass(fleet, 30);
        fleet.Step();

        Assert.Equal(TicketPhase.WaitingForConfirmation, fleet.Ticket.Status!.Phase);
    }

    [Fact]
    public void Pause_finishes_what_is_in_flight_and_starts_nothing()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));
        CarryOut(fleet, fleet.Publish());

        Assert.Empty(fleet.Command(CommandVerb.Pause).Step());
        Assert.Equal(TicketPhase.Pausing, fleet.Ticket.Status!.Phase);
        Pass(fleet, 30);
        Assert.Empty(fleet.Step());
        Assert.Equal(TicketPhase.Paused, fleet.Ticket.Status.Phase);

        Assert.Equal(2, fleet.Command(CommandVerb.Resume).Step().Count);
    }

    [Fact]
    public void Cancel_lets_pods_in_flight_finish_and_keeps_the_record()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));
        CarryOut(fleet, fleet.Publish());
        fleet.Step();

        fleet.Command(CommandVerb.Cancel, reason: "wrong service").Step();
        Assert.Equal(TicketPhase.Cancelling, fleet.Ticket.Status!.Phase);
        Pass(fleet, 30);
        fleet.Step();

        Assert.Equal(TicketPhase.Cancelled, fleet.Ticket.Status.Phase);
        Assert.Equal((2, 6), (fleet.Ticket.Status.Counts!.Successful, fleet.Ticket.Status.Counts.NotUpdated));
    }

    [Fact]
    public void A_rollout_that_begins_in_the_middle_holds_the_waiting_pods()
    {
        var fleet = Cart().With(Specs.Of(Operation.Replace, "cart"));
        fleet.Step();
        fleet.Command(CommandVerb.Publish).Step();
        fleet.Workload("cart", workload => workload with { Updated = 1 });

        Assert.Empty(fleet.Step());
        Assert.Equal("Deployment cart is in the middle of its own rollout (1 of 8 pods updated)", fleet.Result("cart-gz00a-0").Reason);
    }

    [Fact]
    public void A_refused_eviction_rests_with_the_servers_sentence()
    {
        var fleet = Cart().With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0"));
        fleet.Refusals["uid-cart-gz00a-0"] = "the API server refuses the eviction: no budget";

        Assert.Empty(fleet.Publish());
        Assert.Equal("the API server refuses the eviction: no budget", fleet.Result("cart-gz00a-0").Reason);
    }

    [Fact]
    public void A_deleted_ticket_is_cancelled_in_good_order_and_then_let_go()
    {
        var fleet = Cart().With(Specs.Of(Operation.Restart, "cart"));
        CarryOut(fleet, fleet.Publish());
        fleet.Ticket = fleet.Ticket with { Metadata = fleet.Ticket.Metadata with { DeletionTimestamp = fleet.Now, Finalizers = [Names.TicketFinalizer] } };
        fleet.Step();
        Assert.Equal(TicketPhase.Cancelling, fleet.Ticket.Status!.Phase);
        Pass(fleet, 30);
        fleet.Step();

        var last = TicketDecision.Decide(fleet.Seen());

        Assert.Equal(TicketPhase.Cancelled, fleet.Ticket.Status.Phase);
        Assert.Contains(last.Changes, change => change is TicketChange.ReleaseTicket);
    }

    [Fact]
    public void A_finished_ticket_is_removed_when_its_time_is_up_and_a_failed_one_after_twice_that()
    {
        var fleet = Cart(2).With(Specs.OnPods(Operation.Restart, "cart", "no-such-pod") with { TtlSecondsAfterFinished = 100 });
        fleet.Step();

        Pass(fleet, 199);
        Assert.DoesNotContain(TicketDecision.Decide(fleet.Seen()).Changes, change => change is TicketChange.RemoveTicket);
        Pass(fleet, 1);
        Assert.Contains(TicketDecision.Decide(fleet.Seen()).Changes, change => change is TicketChange.RemoveTicket);
    }
}
