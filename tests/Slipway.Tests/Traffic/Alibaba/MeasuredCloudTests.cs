using Slipway.Sandbox.Edge.CloudApi;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>Weights set through the cloud's API over HTTP, measured with real requests through the edge that goes by them.</summary>
[Collection(MeasuredShop.PodAddresses)]
public sealed class MeasuredCloudTests
{
    [Fact]
    public async Task A_shift_through_the_clouds_API_fails_no_request_of_20_000_and_is_measured_and_undone()
    {
        SandboxCloudApi? api = null;
        var nonces = 0;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        await using var shop = await MeasuredShop.OpenAsync(2, 2, cloud: async opened =>
        {
            api = new(opened.Edge.Cloud, [new("LTAI-shop", "s3cr3t")], opened.Time);
            await api.ServeAsync(0, TestContext.Current.CancellationToken);
            return new() { Region = "cn-test", Key = () => new("LTAI-shop", "s3cr3t"), Nonce = () => $"{Interlocked.Increment(ref nonces)}", Http = http, Endpoint = api.Url };
        });
        await using var _ = api;

        var shifting = shop.CarryOutAsync("shift", new()
        {
            Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 20 }, new() { Unit = "GZ00B", Weight = 80 }],
        });
        var during = await shop.LoadAsync(10_000);
        var ticket = await shifting;
        var after = await shop.LoadAsync(10_000);
        await shop.UndoAsync("shift");
        var undone = await shop.LoadAsync(4000);

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.FailureReason);
        Assert.Equal("in force", ticket.Status!.Traffic![0].Message);
        Assert.Empty(during.Failures);
        Assert.Empty(after.Failures);
        Assert.True(after.IsShare(0.2, shop.PodsOf("GZ00A")), $"{after.Of(shop.PodsOf("GZ00A"))} of {after.Total}");
        Assert.True(undone.IsShare(0.5, shop.PodsOf("GZ00A")), $"{undone.Of(shop.PodsOf("GZ00A"))} of {undone.Total}");
        Assert.Equal([2, 2, 2, 2], api!.Calls.Where(call => call is { Action: "SetVServerGroupAttribute", Status: 200 }).Select(call => call.Backends));
    }
}
