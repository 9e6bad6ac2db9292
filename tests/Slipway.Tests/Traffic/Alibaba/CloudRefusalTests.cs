using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>A cloud that throttles, fails, refuses the key or knows nothing of a Service: one sentence each.</summary>
public sealed class CloudRefusalTests
{
    static readonly TicketPhase[] Ends = [TicketPhase.Succeeded, TicketPhase.Failed, TicketPhase.InitializeFailed];

    [Fact]
    public void Throttling_and_failures_of_the_cloud_are_waited_out()
    {
        using var shop = new CloudShop();
        shop.Open();
        shop.Api.Fail(new(400, "Throttling.User") { Times = 2 });
        shop.Api.Fail(new(503, "ServiceUnavailable") { Times = 1 });

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Succeeded, phase);
        var first = shop.Api.Calls.Take(4).ToList();
        Assert.Equal([400, 400, 503, 200], first.Select(call => call.Status));
        Assert.Equal([250, 500, 1000], first.Zip(first.Skip(1), (one, next) => (next.At - one.At).TotalMilliseconds));
    }

    [Theory]
    [InlineData("LTAI-other", "s3cr3t", null, "access key LTAI-other is not known to the cloud (InvalidAccessKeyId.NotFound)")]
    [InlineData("LTAI-shop", "an0ther-s3cr3t", null, "the secret does not belong to access key LTAI-shop (SignatureDoesNotMatch)")]
    [InlineData("LTAI-shop", "s3cr3t", "Forbidden.RAM", "access key LTAI-shop may not call slb:DescribeVServerGroups; its RAM policy must allow it (Forbidden.RAM)")]
    [InlineData("LTAI-shop", "s3cr3t", "Throttling.User", "DescribeVServerGroups is throttled (Throttling.User)")]
    public void What_the_cloud_refuses_is_one_sentence_and_shows_no_secret(string id, string secret, string? fault, string reason)
    {
        using var shop = new CloudShop { KeyId = id, Secret = secret };
        if (fault is not null) shop.Api.Fail(new(403, fault));
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.InitializeFailed, phase);
        Assert.Equal($"Alibaba Cloud in cn-hangzhou cannot be asked: {reason}", shop.World.Ticket("ot-1").Status!.FailureReason);
        Assert.DoesNotContain(shop.World.Calls, call => call.Body.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_access_key_weights_are_set_and_not_confirmed()
    {
        using var shop = new CloudShop();
        shop.World.Alibaba = null;
        shop.Open();

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal(TicketPhase.Succeeded, phase);
        Assert.Equal("set, not confirmed: nothing says what the balancer has", shop.World.Ticket("ot-1").Status!.Traffic![0].Message);
        Assert.Empty(shop.Api.Calls);
    }

    [Fact]
    public void A_Service_without_a_server_group_is_refused()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;
        var service = shop.World.Cluster.Objects.Get(Kinds.Services, new("shop", "cart-gz00a"))!.Edit();
        service["metadata"]!["annotations"]!["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id"] = "lb-other";
        shop.World.Cluster.Objects.Update(Kinds.Services, service);

        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.Run("ot-1", Ends);

        Assert.Equal("Load balancer lb-other has no server group of Service cart-gz00a", shop.World.Ticket("ot-1").Status!.FailureReason);
    }

    [Fact]
    public void A_cloud_that_cannot_be_asked_any_more_holds_the_shift_and_it_goes_on_afterwards()
    {
        using var shop = new CloudShop();
        shop.Open();
        _ = shop.Cloud.Groups;
        shop.Cloud.IsPaused = true;
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80));
        shop.World.RunUntil(() => shop.Annotated("GZ00B") == "80", TimeSpan.FromMinutes(1));

        shop.Interrupt = _ => Interruption.Fail;
        shop.World.Run(TimeSpan.FromMinutes(1));
        var held = shop.World.Ticket("ot-1").Status!.Message;
        shop.Interrupt = null;
        shop.Cloud.IsPaused = false;
        var phase = shop.Run("ot-1", Ends);

        Assert.Equal("Alibaba Cloud in cn-hangzhou cannot be asked: DescribeVServerGroups is not answered: injected", held);
        Assert.Equal((TicketPhase.Succeeded, "20 20", "80 80"), (phase!.Value, shop.Weights("GZ00A"), shop.Weights("GZ00B")));
    }

    [Fact]
    public void Initialized_again_at_once_the_cloud_is_asked_anew()
    {
        using var shop = new CloudShop { Secret = "an0ther-s3cr3t" };
        shop.Open();
        shop.World.Submit("ot-1", CloudShop.Shift(20, 80), publish: false);
        shop.Run("ot-1", Ends);

        shop.Secret = "s3cr3t";
        shop.World.Command("ot-1", CommandVerb.Reinitialize);
        var phase = shop.Run("ot-1", TicketPhase.Initialized);

        Assert.Equal(TicketPhase.Initialized, phase);
    }
}
