using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class TicketInitializationTests
{
    static Fleet Shop() => new Fleet().Deployment("cart", ("GZ00A", 4), ("GZ00B", 4)).StatefulSet("catalog", ("GZ00A", 2));

    static string? ReasonFor(Fleet fleet)
    {
        fleet.Step();
        return fleet.Ticket.Status!.FailureReason;
    }

    [Fact]
    public void It_freezes_the_chosen_pods_by_uid_and_plans_the_groups()
    {
        var fleet = Shop().With(Specs.Of(Operation.Restart, "cart") with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit } });

        var acts = fleet.Step();

        Assert.Empty(acts);
        Assert.Equal(TicketPhase.Initialized, fleet.Ticket.Status!.Phase);
        Assert.Equal("8 pods in 2 groups; publish to start", fleet.Ticket.Status.Message);
        Assert.Equal(["ot-1-1", "ot-1-2"], fleet.Groups.Select(group => group.Metadata.Name));
        Assert.Equal(["uid-cart-gz00a-0", "uid-cart-gz00a-1", "uid-cart-gz00a-2", "uid-cart-gz00a-3"], fleet.Groups[0].Spec.Pods.Select(pod => pod.Uid));
    }

    [Fact]
    public void A_group_of_more_than_500_pods_becomes_several_records()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 1200)).With(Specs.Of(Operation.Replace, "cart"));

        fleet.Step();

        Assert.Equal([500, 500, 200], fleet.Groups.Select(group => group.Spec.Pods.Count));
        Assert.All(fleet.Groups, group => Assert.Equal(1, group.Spec.Number));
    }

    [Theory]
    [InlineData("cart", "cart-gz00a-7", "Pod cart-gz00a-7 does not exist in namespace shop")]
    [InlineData("cart", "catalog-gz00a-0", "Pod catalog-gz00a-0 belongs to StatefulSet catalog, not to service cart")]
    [InlineData("payment", "payment-1", "Service payment does not exist in namespace shop: no Deployment, StatefulSet or other workload has that name")]
    public void A_pod_that_cannot_be_chosen_is_named_with_the_reason(string service, string pod, string reason) =>
        Assert.Equal(reason, ReasonFor(Shop().With(Specs.OnPods(Operation.Restart, service, pod))));

    [Fact]
    public void Pods_of_other_owners_are_refused()
    {
        var cart = Shop()["cart-gz00a-0"];
        var fleet = Shop()
            .Stranger(cart with { Key = new("shop", "bare"), Uid = "1", Controller = null })
            .Stranger(cart with { Key = new("shop", "agent-x"), Uid = "2", Controller = new("DaemonSet", "agent", "3") })
            .Stranger(cart with { Key = new("shop", "etcd-node"), Uid = "4", Controller = new("Node", "node-1", "5"), Mirror = true });

        Assert.Equal("Pod bare belongs to no workload; nothing would bring it back", ReasonFor(fleet.With(Specs.OnPods(Operation.Replace, "cart", "bare"))));
        Assert.Equal("Pod agent-x belongs to DaemonSet agent; only pods of a Deployment, StatefulSet or similar can be chosen", ReasonFor(fleet.With(Specs.OnPods(Operation.Replace, "cart", "agent-x"))));
        Assert.Equal("Pod etcd-node is a static pod of node node-GZ00A; only pods of a Deployment, StatefulSet or similar can be chosen", ReasonFor(fleet.With(Specs.OnPods(Operation.Replace, "cart", "etcd-node"))));
    }

    [Fact]
    public void A_terminating_pod_is_refused_by_name_and_left_out_by_selector()
    {
        var fleet = Shop();
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Terminating = true };

        Assert.Equal("Pod cart-gz00a-0 is terminating", ReasonFor(fleet.With(Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0"))));
        Assert.Null(ReasonFor(fleet.With(Specs.Of(Operation.Replace, "cart"))));
        Assert.Equal(7, fleet.Groups.Sum(group => group.Spec.Pods.Count));
    }

    [Fact]
    public void A_workload_in_the_middle_of_its_own_rollout_refuses()
    {
        var fleet = Shop().Workload("cart", workload => workload with { Updated = 3 }).With(Specs.Of(Operation.Restart, "cart"));

        Assert.Equal("Deployment cart is in the middle of its own rollout (3 of 8 pods updated)", ReasonFor(fleet));
    }

    [Fact]
    public void A_published_ticket_on_the_same_pods_is_named_with_their_number()
    {
        var fleet = Shop().With(Specs.Of(Operation.Restart, "cart"));
        foreach (var pod in new[] { "cart-gz00a-0", "cart-gz00a-1", "cart-gz00b-0" }) fleet.HeldByOthers[$"uid-{pod}"] = new("ot-4821", TicketPhase.Executing);

        Assert.Equal("Ticket ot-4821 is executing on 3 of these pods", ReasonFor(fleet));
    }

    [Fact]
    public void Several_reasons_are_counted()
    {
        var fleet = Shop().With(Specs.OnPods(Operation.Restart, "cart", "cart-1", "cart-2", "cart-3"));

        Assert.Equal("Pod cart-1 does not exist in namespace shop (and 2 more)", ReasonFor(fleet));
    }

    [Fact]
    public void Auto_uses_recreate_requests_where_they_are_served_and_image_references_elsewhere()
    {
        var fleet = Shop().With(Specs.Of(Operation.Restart, "cart"));
        fleet.Step();
        var kruise = Shop().With(Specs.Of(Operation.Restart, "cart"));
        kruise.RecreateRequestsServed = true;
        kruise.Step();

        Assert.Equal((RestartMethod.ImageReference, RestartMethod.ContainerRecreateRequest), (fleet.Ticket.Status!.RestartMethod, kruise.Ticket.Status!.RestartMethod));
    }

    [Fact]
    public void Where_no_other_spelling_is_sure_it_fails_and_says_what_would_work()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 1)).With(Specs.Of(Operation.Restart, "cart"));
        fleet["cart-gz00a-0"] = fleet["cart-gz00a-0"] with { Containers = [new Container { Name = "app", Image = "shop:latest", AlwaysPulls = true, Id = new(1) }] };

        Assert.Equal("Pod cart-gz00a-0: container app always pulls shop:latest and its node does not say which digest runs; restart.method Recreate would work", ReasonFor(fleet));
    }

    [Fact]
    public void A_container_that_is_not_there_is_named_with_those_that_are()
    {
        var fleet = Shop().With(Specs.Of(Operation.Restart, "cart") with { Restart = new() { Containers = ["sidecar"] } });

        Assert.StartsWith("Pod cart-gz00a-0 has no container sidecar; it has app", ReasonFor(fleet), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_under_two_budgets_cannot_be_evicted()
    {
        var fleet = Shop().Budget("one", "catalog", 1, 1).Budget("two", "catalog", 1, 1).With(Specs.OnPods(Operation.Replace, "catalog", "catalog-gz00a-0"));

        Assert.Equal("Pod catalog-gz00a-0 is covered by 2 PodDisruptionBudgets (one, two); the API server evicts no such pod", ReasonFor(fleet));
    }

    [Fact]
    public void After_mending_reinitialize_resolves_again()
    {
        var fleet = Shop().With(Specs.OnPods(Operation.Restart, "cart", "cart-new"));
        fleet.Step();
        Assert.Equal(TicketPhase.InitializeFailed, fleet.Ticket.Status!.Phase);

        fleet.Create("cart", "cart-new");
        fleet.Command(CommandVerb.Reinitialize).Step();

        Assert.Equal((TicketPhase.Initialized, null), (fleet.Ticket.Status.Phase, fleet.Ticket.Status.FailureReason));
    }

    [Fact]
    public void Records_of_an_initialization_that_was_cut_short_are_replaced_when_they_differ()
    {
        var fleet = Shop().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-0"));
        fleet.Step();
        var stale = fleet.Groups;
        fleet = Shop().With(Specs.OnPods(Operation.Restart, "cart", "cart-gz00a-1"));
        fleet.Groups = stale;

        fleet.Step();
        fleet.Step();

        Assert.Equal(TicketPhase.Initialized, fleet.Ticket.Status!.Phase);
        Assert.Equal("uid-cart-gz00a-1", Assert.Single(Assert.Single(fleet.Groups).Spec.Pods).Uid);
    }
}
