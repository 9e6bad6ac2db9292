using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>Tickets that shift weights on Alibaba Cloud where the cloud controller carries them over and the cloud's own API confirms them.</summary>
public sealed class CloudShiftTests
{
    static readonly TicketPhase[] Ends = [TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed];

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "rsp-shared")]
    [InlineData(true, null)]
    [InlineData(true, "sgp-shared")]
    public void What_the_cloud_controller_carries_over_is_confirmed_by_the_cloud(bool network, string? group)
    {
        using var shop = new CloudShop(4, 2, network: network, group: group);
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.True(phase == TicketPhase.Succeeded, shop.World.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal("in force", shop.World.Ticket("ot-1").Status!.Traffic![0].Message);
        Assert.Equal("GZ00A set 20 actual 20 33.3 %; GZ00B set 80 actual 80 66.7 %", shop.Units("ot-1"));
        Assert.Equal(("20 20 20 20", "80 80"), (shop.Weights("GZ00A"), shop.Weights("GZ00B")));
        Assert.Empty(shop.Writes);
    }

    [Fact]
    public void Donors_are_not_lowered_before_the_cloud_has_the_receivers_weight()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.Run(TimeSpan.FromMinutes(2));
        var waiting = (shop.World.Ticket("ot-1").Status!.Message, shop.Annotated("GZ00A"), shop.Annotated("GZ00B"), shop.Units("ot-1"));
        shop.Cloud.IsPaused = false;
        var phase = shop.Run("ot-1", Ends);

        Assert.Matches(@"^cart: Service cart-gz00b is set and not in force: 2 of 2 backends have another weight \([0-9.]+:8080 has 50\)$", waiting.Message);
        Assert.Equal(("50", "80", "GZ00A set 20 actual 50 50.0 %; GZ00B set 80 actual 50 50.0 %"), (waiting.Item2, waiting.Item3, waiting.Item4));
        Assert.Equal((TicketPhase.Succeeded, "20 20", "80 80"), (phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void The_cloud_is_asked_at_most_once_a_second_and_only_while_a_shift_is_under_way()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;
        shop.World.Run(TimeSpan.FromMinutes(5));
        var before = shop.Api.Calls.Count;

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.Run(TimeSpan.FromMinutes(3));
        shop.Cloud.IsPaused = false;
        shop.Run("ot-1", Ends);
        var group = shop.Api.Calls.Where(call => call.Action == "DescribeVServerGroupAttribute").Select(call => call.At).Distinct().Order().ToList();
        var during = shop.Api.Calls.Count;
        shop.World.Run(TimeSpan.FromMinutes(5));

        Assert.Equal(0, before);
        Assert.InRange(group.Count, 150, 200);
        // What was read in the moment the ticket was published may be from before it: it is read once more.
        Assert.All(group.Skip(1).Zip(group.Skip(2)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1), $"{pair}"));
        Assert.Equal(during, shop.Api.Calls.Count);
        Assert.InRange(shop.Api.Calls.Count(call => call.Action == "DescribeVServerGroups"), 1, 2);
    }

    [Fact]
    public void A_cloud_that_never_takes_the_weights_over_fails_the_ticket_with_receivers_put_back()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80) with { Guard = new() { PodDeadlineSeconds = 60 } });
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Matches(@"^The weights were not in force within 60 s: Service cart-gz00b is set and not in force: 2 of 2 backends have another weight \([0-9.]+:8080 has 50\)$", shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.Equal(("50", "50"), (shop.Annotated("GZ00A"), shop.Annotated("GZ00B")));
    }

    [Fact]
    public void A_second_writer_at_the_cloud_stops_the_shift_and_is_named()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.RunUntil(() => shop.Annotated("GZ00B") == "80", TimeSpan.FromMinutes(1));
        var server = shop.Servers("GZ00B")[0];
        shop.Cloud.SetWeight(server.Pod, 55);
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Failed, phase);
        Assert.Equal($"Backend {server.Address} of Service cart-gz00b was given weight 55 at the load balancer by somebody else while this ticket shifts its weight; it is left as it is", shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.Equal("50", shop.Annotated("GZ00A"));
    }

    [Fact]
    public void Tried_again_the_shift_takes_somebody_elses_weight_as_given_and_has_its_time_again()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80) with { Guard = new() { PodDeadlineSeconds = 60 } });
        shop.World.RunUntil(() => shop.Annotated("GZ00B") == "80", TimeSpan.FromMinutes(1));
        shop.Cloud.SetWeight(shop.Servers("GZ00B")[0].Pod, 55);
        shop.Run("ot-1", Ends);
        shop.World.Run(TimeSpan.FromMinutes(5));

        shop.World.Command("ot-1", CommandVerb.Retry);
        shop.World.Run(TimeSpan.FromSeconds(30));
        var waiting = shop.World.Ticket("ot-1").Status!;
        shop.Cloud.IsPaused = false;
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Executing, waiting.Phase);
        Assert.Contains("Service cart-gz00b is set and not in force: 2 of 2 backends have another weight", waiting.Message);
        Assert.Equal((TicketPhase.Succeeded, "20 20", "80 80"), (phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
        Assert.Equal(["50", "50"], shop.World.Ticket("ot-1").Status!.Traffic![0].Units.Select(unit => unit.Found));
    }

    [Fact]
    public void A_unit_that_was_set_already_is_seen_in_force_before_donors_are_lowered()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;
        var service = shop.World.Cluster.Objects.Get(Kinds.Services, new("shop", "cart-gz00b"))!.Edit();
        service["metadata"]!["annotations"]!["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight"] = "80";
        shop.World.Cluster.Objects.Update(Kinds.Services, service);

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.Run(TimeSpan.FromMinutes(1));
        var waiting = (shop.Annotated("GZ00A"), shop.World.Ticket("ot-1").Status!.Message);
        shop.Cloud.IsPaused = false;
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal("50", waiting.Item1);
        Assert.Contains("Service cart-gz00b is set and not in force: 2 of 2 backends have another weight", waiting.Message);
        Assert.Equal((TicketPhase.Succeeded, "20 20", "80 80"), (phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void Published_long_after_it_was_initialized_the_ticket_records_what_is_there_then()
    {
        using var shop = new CloudShop(ignores: true);
        shop.Open();
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80), publish: false);
        shop.Run("ot-1", TicketPhase.Initialized);
        foreach (var server in shop.Servers("GZ00A")) shop.Cloud.SetWeight(server.Pod, 70);

        shop.World.Command("ot-1", CommandVerb.Publish);
        var phase = shop.Run("ot-1", Ends);

        Assert.True(phase == TicketPhase.Succeeded, shop.World.Ticket("ot-1").Status?.FailureReason);
        Assert.Equal(["70", "50"], shop.World.Ticket("ot-1").Status!.Traffic![0].Units.Select(unit => unit.Found));
    }

    [Fact]
    public void Undo_restores_exactly_what_was_found_and_sees_it_in_force()
    {
        using var shop = new CloudShop(weight: null);
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.Run("ot-1", Ends);
        var shifted = (shop.Weights("GZ00A"), shop.Weights("GZ00B"));
        shop.World.Command("ot-1", CommandVerb.Undo);
        var phase = shop.Run("ot-1", TicketPhase.Undone);

        Assert.Equal(TicketPhase.Undone, phase);
        Assert.Equal(("20 20", "80 80"), shifted);
        Assert.Equal(("100 100", "100 100"), (shop.Weights("GZ00A"), shop.Weights("GZ00B")));
        Assert.Equal((null, null), (shop.Annotated("GZ00A"), shop.Annotated("GZ00B")));
    }

    [Fact]
    public void A_crash_at_any_write_changes_nothing_in_the_end()
    {
        for (var at = 0; at < 10; at++)
        {
            foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
            {
                using var shop = new CloudShop();
                shop.Open();
                var (writes, place) = (0, at);
                shop.World.Interrupt = (_, _) => writes++ == place ? crash : Interruption.None;

                shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
                var phase = shop.Run("ot-1", Ends);

                Assert.Equal((place, TicketPhase.Succeeded, "20 20", "80 80"), (place, phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
                Assert.Equal(["50", "50"], shop.World.Ticket("ot-1").Status!.Traffic![0].Units.Select(unit => unit.Found));
            }
        }
    }
}
