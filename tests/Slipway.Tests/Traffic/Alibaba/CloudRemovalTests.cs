using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>A pod taken out of traffic has left once the cloud's own API says so.</summary>
public sealed class CloudRemovalTests
{
    static readonly TicketPhase[] Ends = [TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed];

    static OpsTicketSpec Removal(CloudShop shop) => Specs.OnPods(Operation.RemoveTraffic, "cart", shop.Servers("GZ00A")[0].Pod) with { Drain = new() { Seconds = 5 } };

    static PodResult Pod(CloudShop shop) => shop.World.Groups("ot-1")[0].Status!.Pods![0];

    [Fact]
    public void The_third_step_waits_until_the_cloud_controller_has_dropped_the_backend()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;

        shop.World.Submit("ot-1", Removal(shop));
        shop.World.Run(TimeSpan.FromMinutes(3));
        var waiting = Pod(shop);
        shop.Cloud.IsPaused = false;
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal("marked, endpoints converged; Alibaba Cloud still sends to it", waiting.Reason);
        Assert.Null(waiting.Traffic!.ConfirmedAt);
        Assert.Equal(TicketPhase.Succeeded, phase);
        Assert.StartsWith("Alibaba Cloud has no server at ", Pod(shop).Traffic!.ConfirmedBy);
        Assert.Empty(shop.Writes);
    }

    [Fact]
    public void A_cloud_controller_that_skips_removals_for_an_unknown_interface_keeps_the_ticket_waiting_until_it_goes_on()
    {
        using var shop = new CloudShop(3, 1);
        shop.Open();
        _ = shop.Cloud.Groups;
        var (removed, unknown) = (shop.Servers("GZ00A")[0].Pod, shop.Servers("GZ00A")[1].Pod);
        Annotate(shop, unknown, "true");

        shop.World.Submit("ot-1", Removal(shop));
        shop.World.Run(TimeSpan.FromMinutes(3));
        var (waiting, servers) = (Pod(shop), shop.Servers("GZ00A").Select(server => server.Pod).ToList());
        var told = shop.World.Cluster.Objects.List(Kinds.Events, "shop").Count(told => told.Json.GetRawText().Contains("\"SkipSyncBackends\"", StringComparison.Ordinal));
        Annotate(shop, unknown, null);
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal("marked, endpoints converged; Alibaba Cloud still sends to it", waiting.Reason);
        Assert.Contains(removed, servers);
        Assert.Equal(1, told);
        Assert.Equal(TicketPhase.Succeeded, phase);
        Assert.DoesNotContain(removed, shop.Servers("GZ00A").Select(server => server.Pod));
    }

    static void Annotate(CloudShop shop, string pod, string? value)
    {
        var edited = shop.World.Cluster.Objects.Get(Kinds.Pods, new("shop", pod))!.Edit();
        if (edited["metadata"]!["annotations"] is not JsonObject annotations) edited["metadata"]!["annotations"] = annotations = [];
        if (value is null) annotations.Remove("sandbox.slipway.dev/no-interface");
        else annotations["sandbox.slipway.dev/no-interface"] = value;
        shop.World.Cluster.Objects.Update(Kinds.Pods, edited);
    }

    [Fact]
    public void Undo_brings_the_backend_back_and_asks_no_more_afterwards()
    {
        using var shop = new CloudShop();
        shop.Open();
        shop.World.Submit("ot-1", Removal(shop));
        shop.Run("ot-1", Ends);
        var without = shop.Servers("GZ00A").Count;

        shop.World.Command("ot-1", CommandVerb.Undo);
        var phase = shop.Run("ot-1", TicketPhase.Undone);
        shop.World.Run(TimeSpan.FromMinutes(1));
        var calls = shop.Api.Calls.Count;
        shop.World.Run(TimeSpan.FromHours(1));

        Assert.Equal((TicketPhase.Undone, 1, 2, calls), (phase!.Value, without, shop.Servers("GZ00A").Count, shop.Api.Calls.Count));
    }

    [Fact]
    public void A_cloud_that_cannot_be_asked_confirms_nothing_and_is_named()
    {
        using var shop = new CloudShop();
        shop.Open();
        shop.Secret = "wrong";

        shop.World.Submit("ot-1", Removal(shop) with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(50), PodDeadlineSeconds = 60 } });
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Contains("marked, endpoints converged; Alibaba Cloud in cn-hangzhou cannot be asked: ", shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.Empty(shop.World.HeldOut());
    }
}
