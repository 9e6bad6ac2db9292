using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Traffic;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Tickets that take pods out of traffic, carried out in the simulated world.</summary>
public sealed class RemoveTrafficTests : IDisposable
{
    static readonly TimeSpan Minutes = TimeSpan.FromMinutes(20);

    readonly SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    void Shop(bool gate = true, string selector = "\"app\":\"cart\",\"serving\":\"yes\"")
    {
        _world.GatedDeployment("cart", 4, gate);
        _world.Service("cart", selector);
        _world.StartOperator();
        _world.Settle();
    }

    string[] Pods(int count) => [.. _world.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Key.Name).Order().Take(count)];

    OpsTicketSpec Removal(params string[] pods) => Specs.OnPods(Operation.RemoveTraffic, "cart", pods) with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) } };

    TicketPhase? Run(string ticket, params TicketPhase[] ends)
    {
        _world.RunUntil(() => _world.Ticket(ticket).Status?.Phase is { } phase && ends.Contains(phase), Minutes);
        return _world.Ticket(ticket).Status?.Phase;
    }

    JsonObject Pod(string name) => _world.Cluster.Objects.Get(Kinds.Pods, new("shop", name))!.Edit();

    /// <summary>Everything by which a pod is selected or marked.</summary>
    IEnumerable<string> Marks(string pod) => new[] { "labels", "annotations" }
        .SelectMany(field => Pod(pod)["metadata"]![field]?.AsObject().Select(pair => $"{field} {pair.Key}={pair.Value}") ?? []).Order(StringComparer.Ordinal);

    [Fact]
    public void New_pods_with_the_traffic_gate_become_ready_because_the_operator_opens_it()
    {
        Shop();

        Assert.Equal(4, _world.Endpoints("cart").Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Removed_pods_keep_running_receive_nothing_and_undo_restores_them_exactly(bool gate)
    {
        Shop(gate);
        var chosen = Pods(2);
        var before = chosen.SelectMany(Marks).ToList();

        _world.Submit("ot-1", Removal(chosen));
        var removed = Run("ot-1", TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed);
        var endpoints = _world.Endpoints("cart");
        var running = chosen.Count(name => (string?)Pod(name)["status"]!["phase"] == "Running");
        _world.Command("ot-1", CommandVerb.Undo);
        var undone = Run("ot-1", TicketPhase.Undone);
        _world.Settle();

        Assert.Equal(TicketPhase.Succeeded, removed);
        Assert.Equal(Pods(4).Except(chosen), endpoints);
        Assert.Equal(2, running);
        Assert.Equal(TicketPhase.Undone, undone);
        Assert.Equal(Pods(4), _world.Endpoints("cart"));
        Assert.Equal(before, chosen.SelectMany(Marks));
        Assert.Empty(_world.HeldOut());
    }

    [Fact]
    public void The_three_steps_are_recorded_with_their_times_and_the_drain_wait_follows()
    {
        Shop();
        var chosen = Pods(1);

        _world.Submit("ot-1", Removal(chosen) with { Drain = new() { Seconds = 40 } });
        Run("ot-1", TicketPhase.Succeeded);

        var result = _world.Groups("ot-1")[0].Status!.Pods![0];
        Assert.True(result.Traffic!.MarkedAt <= result.Traffic.ConvergedAt && result.Traffic.ConvergedAt <= result.Traffic.ConfirmedAt);
        Assert.Equal("no balancer to ask", result.Traffic.ConfirmedBy);
        Assert.True(result.FinishedAt - result.Traffic.ConfirmedAt >= TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void A_removal_writes_each_pod_once_and_an_undo_once_more()
    {
        Shop();
        var chosen = Pods(2);
        _world.Calls.Clear();

        _world.Submit("ot-1", Removal(chosen));
        Run("ot-1", TicketPhase.Succeeded);
        var removing = _world.Calls.Count(call => call.IsPodEffect);
        _world.Command("ot-1", CommandVerb.Undo);
        Run("ot-1", TicketPhase.Undone);

        Assert.Equal(2, removing);
        Assert.Equal(4, _world.Calls.Count(call => call.IsPodEffect));
    }

    [Fact]
    public void Two_tickets_may_hold_the_same_pod_and_each_releases_only_its_own()
    {
        Shop();
        var chosen = Pods(1);
        _world.Submit("ot-1", Removal(chosen));
        Run("ot-1", TicketPhase.Succeeded);
        _world.Submit("ot-2", Removal(chosen));
        Run("ot-2", TicketPhase.Succeeded);

        _world.Command("ot-1", CommandVerb.Undo);
        Run("ot-1", TicketPhase.Undone);
        _world.Run(TimeSpan.FromSeconds(10));
        var afterFirst = _world.Endpoints("cart");
        _world.Command("ot-2", CommandVerb.Undo);
        Run("ot-2", TicketPhase.Undone);
        _world.Run(TimeSpan.FromSeconds(10));

        Assert.DoesNotContain(chosen[0], afterFirst);
        Assert.Contains(chosen[0], _world.Endpoints("cart"));
    }

    [Fact]
    public void A_pod_that_is_held_out_can_be_restarted_and_stays_out()
    {
        Shop();
        var chosen = Pods(1);
        _world.Submit("ot-1", Removal(chosen));
        Run("ot-1", TicketPhase.Succeeded);

        _world.Submit("ot-2", Specs.OnPods(Operation.Restart, "cart", chosen));
        var restarted = Run("ot-2", TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed);

        Assert.Equal(TicketPhase.Succeeded, restarted);
        Assert.DoesNotContain(chosen[0], _world.Endpoints("cart"));
    }

    [Fact]
    public void Cancelling_a_removal_puts_every_pod_back()
    {
        Shop();
        _world.Submit("ot-1", Removal(Pods(2)) with { Drain = new() { Seconds = 300 } });
        _world.RunUntil(() => _world.HeldOut().Count == 2, Minutes);

        _world.Command("ot-1", CommandVerb.Cancel, "changed our minds");
        var phase = Run("ot-1", TicketPhase.Cancelled);
        _world.Run(TimeSpan.FromSeconds(10));

        Assert.Equal(TicketPhase.Cancelled, phase);
        Assert.Empty(_world.HeldOut());
        Assert.Equal(4, _world.Endpoints("cart").Count);
    }

    [Fact]
    public void Deleting_a_ticket_that_holds_pods_puts_them_back_before_it_goes()
    {
        Shop();
        _world.Submit("ot-1", Removal(Pods(2)));
        Run("ot-1", TicketPhase.Succeeded);

        _world.Cluster.Objects.Delete(Kinds.OpsTickets, new("shop", "ot-1"));
        _world.RunUntil(() => _world.Cluster.Objects.Get(Kinds.OpsTickets, new("shop", "ot-1")) is null, Minutes);

        Assert.Empty(_world.HeldOut());
        Assert.Null(_world.Cluster.Objects.Get(Kinds.OpsTickets, new("shop", "ot-1")));
    }

    [Fact]
    public void A_ticket_that_holds_pods_out_is_kept_beyond_its_time()
    {
        Shop();
        _world.Submit("ot-1", Removal(Pods(1)) with { TtlSecondsAfterFinished = 60 });
        Run("ot-1", TicketPhase.Succeeded);

        _world.Run(TimeSpan.FromHours(1));

        Assert.Equal(TicketPhase.Succeeded, _world.Ticket("ot-1").Status!.Phase);
    }

    [Fact]
    public void A_mark_of_a_ticket_that_no_longer_exists_is_taken_away()
    {
        Shop();
        _world.Submit("ot-1", Removal(Pods(1)));
        Run("ot-1", TicketPhase.Succeeded);
        _world.StopOperator();
        var ticket = _world.Cluster.Objects.Get(Kinds.OpsTickets, new("shop", "ot-1"))!.Edit();
        ticket["metadata"]!.AsObject().Remove("finalizers");
        _world.Cluster.Objects.Update(Kinds.OpsTickets, ticket);
        _world.Cluster.Objects.Delete(Kinds.OpsTickets, new("shop", "ot-1"));

        _world.StartOperator();
        _world.Run(TimeSpan.FromMinutes(1));

        Assert.Empty(_world.HeldOut());
        Assert.Equal(4, _world.Endpoints("cart").Count);
    }

    [Fact]
    public void A_pod_is_out_only_when_every_Service_that_selects_it_has_let_it_go()
    {
        Shop(gate: false);
        _world.Service("cart-internal", "\"serving\":\"yes\"");
        _world.Service("cart-peers", "\"serving\":\"yes\"", "\"publishNotReadyAddresses\":true,\"clusterIP\":\"None\",");
        _world.Run(TimeSpan.FromSeconds(5));
        var chosen = Pods(1);

        _world.Submit("ot-1", Removal(chosen));
        Run("ot-1", TicketPhase.Succeeded);

        Assert.Equal(["cart", "cart-internal", "cart-peers"], _world.Groups("ot-1")[0].Spec.Pods[0].Traffic!.Services);
        Assert.All(["cart", "cart-internal", "cart-peers"], service => Assert.DoesNotContain(chosen[0], _world.Endpoints(service)));
    }

    [Fact]
    public void Labels_that_the_owner_selects_by_are_never_touched_and_the_refusal_says_so()
    {
        Shop(gate: false, selector: "\"app\":\"cart\"");
        var chosen = Pods(1);

        _world.Submit("ot-1", Removal(chosen));
        Run("ot-1", TicketPhase.InitializeFailed);

        var reason = _world.Ticket("ot-1").Status!.FailureReason!;
        Assert.StartsWith($"Pod {chosen[0]} cannot be taken out of traffic: it has no readiness gate slipway.dev/in-traffic, and every label by which Service cart selects it (app) is in the selector of ReplicaSet cart-", reason);
        Assert.EndsWith("which would replace it", reason);
    }

    [Fact]
    public void More_pods_than_the_budget_lets_be_out_at_once_are_refused()
    {
        Shop();

        _world.Submit("ot-1", Removal(Pods(3)));
        Run("ot-1", TicketPhase.InitializeFailed);

        Assert.Equal("The ticket takes 3 pods of service cart out of traffic and keeps them out; spec.guard.maxUnavailable 50% of 4 allows 2", _world.Ticket("ot-1").Status!.FailureReason);
    }

    [Fact]
    public void Undo_of_an_operation_that_cannot_be_undone_is_refused()
    {
        Shop();
        _world.Submit("ot-1", Specs.OnPods(Operation.Restart, "cart", Pods(1)));
        Run("ot-1", TicketPhase.Succeeded);

        _world.Command("ot-1", CommandVerb.Undo);
        _world.Run(TimeSpan.FromSeconds(5));

        Assert.Equal("Undo is for finished RemoveTraffic and ShiftTraffic tickets; this one is a Restart", _world.Ticket("ot-1").Status!.AcknowledgedCommands![^1].Message);
    }
}

public sealed class TrafficPathTests
{
    [Fact]
    public void A_balancers_own_gate_makes_ours_ineffective_so_the_label_is_taken()
    {
        var pod = Pod(new PodTraffic { HasGate = true, IsGateSet = true, BalancerGate = "service.readiness.alibabacloud.com/cart" });

        var (path, _) = TrafficPath.Choose(pod, Seen(("app", "cart"), ("serving", "yes")));

        Assert.Equal(TrafficWay.ServiceLabel, path!.Way);
        Assert.Equal(["serving"], path.Labels);
    }

    [Fact]
    public void Where_neither_gate_nor_label_works_the_refusal_names_the_balancers_gate()
    {
        var pod = Pod(new PodTraffic { HasGate = true, IsGateSet = true, BalancerGate = "service.readiness.alibabacloud.com/cart" });

        var (_, refusal) = TrafficPath.Choose(pod, Seen(("app", "cart")));

        Assert.Equal(
            "Pod cart-0 cannot be taken out of traffic: its readiness gate service.readiness.alibabacloud.com/cart makes the balancer keep it while its containers are ready, "
            + "and every label by which Service cart selects it (app) is in the selector of StatefulSet cart, which would replace it",
            refusal);
    }

    [Fact]
    public void A_pod_that_no_Service_selects_has_no_traffic()
    {
        var (_, refusal) = TrafficPath.Choose(Pod(null), TrafficSeen.None);

        Assert.Equal("Pod cart-0 receives no traffic: no Service selects it", refusal);
    }

    [Fact]
    public void A_label_held_back_already_still_counts_as_selected()
    {
        var pod = Pod(new PodTraffic { LabelHolds = [new("uid-other", "other", default)], HeldLabels = new Dictionary<string, string> { ["serving"] = "yes" } }) with
        {
            Labels = new(new Dictionary<string, string> { ["app"] = "cart" }),
        };

        var (path, _) = TrafficPath.Choose(pod, Seen(("app", "cart"), ("serving", "yes")));

        Assert.Equal(["serving"], path!.Labels);
    }

    static Slipway.Workloads.Pod Pod(PodTraffic? traffic) => new()
    {
        Key = new("shop", "cart-0"), Uid = "uid-cart-0", ResourceVersion = "1", CreatedAt = Fleet.Noon, Traffic = traffic, Ready = true, Phase = "Running",
        Labels = new(new Dictionary<string, string> { ["app"] = "cart", ["serving"] = "yes" }),
        Controller = new("StatefulSet", "cart", "uid-cart"),
    };

    static TrafficSeen Seen(params (string Key, string Value)[] selector) => new()
    {
        Services = [new() { Name = "cart", Selector = selector.ToDictionary(label => label.Key, label => label.Value) }],
        OwnerSelectors = new Dictionary<string, LabelSelector> { ["uid-cart"] = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "cart" } } },
    };
}
