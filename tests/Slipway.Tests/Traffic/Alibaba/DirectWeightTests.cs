using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>Tickets that set the weights of backends themselves, where the cloud controller is told to leave them alone.</summary>
public sealed class DirectWeightTests
{
    static readonly TicketPhase[] Ends = [TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hundred_backends_take_three_calls_and_Undo_takes_as_many(bool network)
    {
        using var shop = new CloudShop(100, 10, ignores: true, network: network, jobTime: TimeSpan.FromSeconds(2));
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(80, 20));
        var phase = shop.Run("ot-1", Ends);
        var (writes, shifted) = (shop.Writes, shop.Units("ot-1"));
        shop.World.Command("ot-1", CommandVerb.Undo);
        var undone = shop.Run("ot-1", TicketPhase.Undone);

        Assert.True(phase == TicketPhase.Succeeded, shop.World.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal([40, 40, 20, 10], writes);
        Assert.Equal("GZ00A set 80 actual 80 97.6 %; GZ00B set 20 actual 20 2.4 %", shifted);
        Assert.Equal(TicketPhase.Undone, undone);
        Assert.All(shop.Servers("GZ00A").Concat(shop.Servers("GZ00B")), server => Assert.Equal(50, server.Weight));
        Assert.Equal([10, 40, 40, 20], shop.Writes.Skip(4));
        Assert.Equal(("50", "50"), (shop.Annotated("GZ00A"), shop.Annotated("GZ00B")));
    }

    [Fact]
    public void Weights_that_pods_had_each_for_itself_are_restored_exactly()
    {
        using var shop = new CloudShop(3, 3, ignores: true);
        shop.Open();
        var pods = shop.Servers("GZ00A");
        shop.Cloud.SetWeight(pods[0].Pod, 10);
        shop.Cloud.SetWeight(pods[2].Pod, 90);
        var found = shop.Weights("GZ00A");

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.Run("ot-1", Ends);
        var shifted = (shop.Weights("GZ00A"), shop.Weights("GZ00B"));
        shop.World.Command("ot-1", CommandVerb.Undo);
        shop.Run("ot-1", TicketPhase.Undone);

        Assert.Equal("10 50 90", found);
        Assert.Equal(("20 20 20", "80 80 80"), shifted);
        Assert.Equal(("10 50 90", "50 50 50"), (shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void A_batch_that_is_refused_is_tried_again_and_the_others_are_not_written_twice()
    {
        using var shop = new CloudShop(100, 10, ignores: true);
        shop.Open();
        shop.Api.Fail(new(400, "InvalidBackend.Locked") { Action = "SetVServerGroupAttribute", Skip = 1, Times = 3 });

        shop.World.Submit("ot-1", CloudShop.Shift(80, 20));
        var phase = shop.Run("ot-1", Ends);

        Assert.True(phase == TicketPhase.Succeeded, shop.World.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal(110, shop.Writes.Sum());
        Assert.Equal(80, shop.Servers("GZ00A").Select(server => server.Weight).Distinct().Single());
    }

    [Fact]
    public void A_batch_that_is_never_taken_fails_the_ticket_and_what_was_written_is_put_back()
    {
        using var shop = new CloudShop(100, 10, ignores: true);
        shop.Open();
        var servers = shop.Servers("GZ00A").OrderBy(server => server.Address, Slipway.Workloads.NaturalOrder.Names).ToList();
        shop.Api.Fail(new(400, "InvalidBackend.Locked") { Message = "The backend is locked.", Backend = servers[50].Address });
        var least = int.MaxValue;
        shop.Cloud.Changed += () => least = Math.Min(least, shop.Cloud.Groups.SelectMany(group => group.Servers).Min(server => server.Weight));

        shop.World.Submit("ot-1", CloudShop.Shift(80, 20) with { Guard = new() { PodDeadlineSeconds = 60 } });
        shop.World.RunUntil(() => shop.Writes.Count > 0, TimeSpan.FromMinutes(1));
        var halfway = shop.Servers("GZ00A").Select(server => server.Weight).Distinct().Order().ToList();
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal([50, 80], halfway);
        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Matches(
            $@"^The weights were not in force within 60 s: 40 backends, {servers[40].Address} to {servers[79].Address} of server group rsp-\w+ did not take the weight: SetVServerGroupAttribute is refused: The backend is locked \(InvalidBackend.Locked\)$",
            shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.All(shop.Servers("GZ00A").Concat(shop.Servers("GZ00B")), server => Assert.Equal(50, server.Weight));
        Assert.Equal(50, least);
    }

    [Fact]
    public void A_second_writer_stops_the_shift_and_is_named()
    {
        using var shop = new CloudShop(2, 2, ignores: true);
        shop.Open();
        var server = shop.Servers("GZ00B")[1];
        shop.Interrupt = action =>
        {
            if (action == "SetVServerGroupAttribute" && shop.Writes.Count == 0) shop.Cloud.SetWeight(server.Pod, 33);
            return Interruption.None;
        };
        shop.Api.Fail(new(400, "InvalidBackend.Locked") { Action = "SetVServerGroupAttribute" });

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Equal($"Backend {server.Address} of Service cart-gz00b was given weight 33 at the load balancer by somebody else while this ticket shifts its weight; it is left as it is", shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.Equal(("50 50", "50 33"), (shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void What_somebody_else_wrote_right_before_is_not_written_over()
    {
        using var shop = new CloudShop(2, 2, ignores: true);
        shop.Open();
        var server = shop.Servers("GZ00B")[1];
        var written = false;
        shop.Interrupt = action =>
        {
            if (!written && action == "DescribeVServerGroupAttribute" && shop.World.Ticket("ot-1").Status?.Message?.Contains("raises", StringComparison.Ordinal) == true)
            {
                written = true;
                shop.Cloud.SetWeight(server.Pod, 33);
            }

            return Interruption.None;
        };

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal((true, TicketPhase.Failed, "50 50", "50 33"), (written, phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
        Assert.Empty(shop.Writes);
        Assert.StartsWith($"Backend {server.Address} of Service cart-gz00b was given weight 33 at the load balancer by somebody else", shop.World.Ticket("ot-1").Status!.FailureReason);
    }

    [Fact]
    public void On_the_way_back_the_weight_that_somebody_else_gave_stays_his()
    {
        using var shop = new CloudShop(2, 2, ignores: true);
        shop.Open();
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.Run("ot-1", Ends);
        shop.Cloud.SetWeight(shop.Servers("GZ00B")[1].Pod, 33);

        shop.World.Command("ot-1", CommandVerb.Undo);
        var phase = shop.Run("ot-1", TicketPhase.Undone);

        Assert.Equal((TicketPhase.Undone, "50 50", "50 33"), (phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void A_pod_that_comes_in_the_middle_is_given_its_units_weight()
    {
        using var shop = new CloudShop(2, 2, ignores: true, weight: null);
        shop.Open();
        shop.Api.Fail(new(400, "InvalidBackend.Locked") { Action = "SetVServerGroupAttribute" });
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.RunUntil(() => shop.Api.Calls.Any(call => call.Action == "SetVServerGroupAttribute"), TimeSpan.FromMinutes(1));

        var deployment = shop.World.Cluster.Objects.Get(Kinds.Deployments, new("shop", "cart"))!.Edit();
        deployment["spec"]!["replicas"] = 6;
        shop.World.Cluster.Objects.Update(Kinds.Deployments, deployment);
        shop.World.RunUntil(() => shop.World.Cluster.Objects.List(Kinds.Pods, "shop").Count(SimulatedWorld.IsReady) == 6, TimeSpan.FromMinutes(1));
        shop.LabelByUnit();
        shop.World.Run(TimeSpan.FromSeconds(5));
        shop.Api.Heal();
        var phase = shop.Run("ot-1", Ends);

        Assert.True(phase == TicketPhase.Succeeded, shop.World.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal(("20 20 20", "80 80 80"), (shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void A_crash_at_any_call_of_the_cloud_changes_nothing_in_the_end()
    {
        for (var at = 0; at < 12; at++)
        {
            foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter, Interruption.LoseAnswer })
            {
                using var shop = new CloudShop(2, 2, ignores: true);
                shop.Open();
                var (calls, place) = (0, at);
                shop.Interrupt = _ => calls++ == place ? crash : Interruption.None;

                shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
                var phase = shop.Run("ot-1", Ends);
                var shifted = (shop.Weights("GZ00A"), shop.Weights("GZ00B"));
                shop.World.Command("ot-1", CommandVerb.Undo);
                shop.Run("ot-1", TicketPhase.Undone);

                Assert.Equal((place, TicketPhase.Succeeded, ("20 20", "80 80")), (place, phase!.Value, shifted));
                Assert.Equal((place, ("50 50", "50 50")), (place, (shop.Weights("GZ00A"), shop.Weights("GZ00B"))));
            }
        }
    }

    [Fact]
    public void A_unit_that_has_weight_0_at_the_cloud_holds_a_new_revision_until_a_ticket_has_set_a_weight()
    {
        using var shop = new CloudShop(2, 2, ignores: true, cafe: true);
        shop.Open();
        var asked = shop.Api.Calls.Count;
        foreach (var server in shop.Servers("GZ00B")) shop.Cloud.SetWeight(server.Pod, 0);

        shop.World.SetImage("cart", "registry.example/cart:2");
        shop.World.Run(TimeSpan.FromMinutes(10));
        var (held, condition) = (Images(shop), shop.World.Cluster.Objects.Get(Kinds.CafeDeployments, new("shop", "cart"))!.Json.GetRawText());
        shop.World.Submit("ot-1", CloudShop.Shift(50, 50));
        shop.Run("ot-1", Ends);
        shop.World.Run(TimeSpan.FromMinutes(10));

        Assert.Equal(["1", "1", "1", "1"], held);
        Assert.Contains("unit GZ00B of service cart has weight 0 (Service cart-gz00b); nothing new is published until a ShiftTraffic ticket gives it 1 to 100", condition);
        Assert.Equal(["2", "2", "2", "2"], Images(shop));
        Assert.InRange(asked, 0, 10);
    }

    static List<string> Images(CloudShop shop) =>
        [.. shop.World.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Json.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()!.Split(':')[^1])];

    [Fact]
    public void Without_an_access_key_the_ticket_is_refused()
    {
        using var shop = new CloudShop(2, 2, ignores: true);
        shop.World.Alibaba = null;
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.InitializeFailed, phase);
        Assert.StartsWith("Service cart-gz00a has service.beta.kubernetes.io/alibaba-cloud-loadbalancer-ignore-weight-update, so its weights are set through Alibaba Cloud's API, for which the controller needs --alibaba-region and an access key", shop.World.Ticket("ot-1").Status!.FailureReason);
    }
}
