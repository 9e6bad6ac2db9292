using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Tickets carried out through a real HAProxy under load. Without one on the machine these are skipped.</summary>
[Collection(MeasuredShop.PodAddresses)]
public sealed class HAProxyTests
{
    static async Task<(RealHAProxy Proxy, MeasuredShop Shop)> OpenAsync()
    {
        Assert.SkipUnless(RealHAProxy.Executable is not null, "haproxy is not installed");
        var proxy = new RealHAProxy();
        var shop = await MeasuredShop.OpenAsync(2, 2, proxy.Socket);
        await proxy.StartAsync(
        [
            .. shop.BackendsOf("GZ00A").Index().Select(pod => ($"gz00a-{pod.Index + 1}", $"{pod.Item.Address}:{pod.Item.Port}")),
            .. shop.BackendsOf("GZ00B").Index().Select(pod => ($"gz00b-{pod.Index + 1}", $"{pod.Item.Address}:{pod.Item.Port}")),
        ]);
        shop.Entrance = proxy.Url;
        return (proxy, shop);
    }

    [Fact]
    public async Task A_shift_from_50_50_to_20_80_fails_no_request_of_20_000_is_in_force_and_can_be_undone()
    {
        var (proxy, shop) = await OpenAsync();
        await using var _ = proxy;
        await using var __ = shop;

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
    }

    [Fact]
    public async Task A_pod_removed_under_load_is_confirmed_gone_by_haproxy_and_no_request_fails()
    {
        var (proxy, shop) = await OpenAsync();
        await using var _ = proxy;
        await using var __ = shop;
        var removed = shop.PodsOf("GZ00A")[0];

        var removing = shop.CarryOutAsync("remove", Specs.OnPods(Operation.RemoveTraffic, "cart", removed));
        var during = await shop.LoadAsync(int.MaxValue, () => removing.IsCompleted);
        var ticket = await removing;
        var after = await shop.LoadAsync(2000);
        await shop.UndoAsync("remove");
        var undone = await shop.LoadAsync(2000);

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.Message);
        Assert.Empty(during.Failures);
        Assert.Empty(after.Failures);
        Assert.Empty(undone.Failures);
        Assert.Equal(0, after.Of([removed]));
        Assert.True(undone.IsShare(0.25, removed), $"{undone.Of([removed])} of {undone.Total}");
    }

    [Fact]
    public async Task A_place_that_somebody_had_closed_before_stays_closed_after_undo()
    {
        var (proxy, shop) = await OpenAsync();
        await using var _ = proxy;
        await using var __ = shop;
        var removed = shop.PodsOf("GZ00A")[0];
        var at = shop.BackendsOf("GZ00A").Select(backend => backend.Pod).ToList().IndexOf(removed) + 1;
        await proxy.SayAsync($"set server cart/gz00a-{at} state drain");

        var ticket = await shop.CarryOutAsync("remove", Specs.OnPods(Operation.RemoveTraffic, "cart", removed));
        await shop.UndoAsync("remove");
        var closed = await shop.LoadAsync(1000);
        await proxy.SayAsync($"set server cart/gz00a-{at} state ready");
        var open = await shop.LoadAsync(1000);

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.Message);
        Assert.Equal(0, closed.Of([removed]));
        Assert.InRange(open.Of([removed]), 1, 1000);
    }

    [Fact]
    public async Task Pods_that_are_drained_and_scaled_in_under_load_fail_no_request()
    {
        var (proxy, shop) = await OpenAsync();
        await using var _ = proxy;
        await using var __ = shop;
        var chosen = shop.PodsOf("GZ00B")[0];

        var going = shop.CarryOutAsync("scale-in", Specs.OnPods(Operation.ScaleIn, "cart", chosen) with { Drain = new() { Enabled = true, Seconds = 10 } });
        var during = await shop.LoadAsync(int.MaxValue, () => going.IsCompleted);
        var ticket = await going;

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.Message);
        Assert.Empty(during.Failures);
        Assert.DoesNotContain(chosen, shop.PodsOf("GZ00B"));
    }

    [Fact]
    public async Task A_restart_with_drain_of_every_pod_fails_no_request()
    {
        var (proxy, shop) = await OpenAsync();
        await using var _ = proxy;
        await using var __ = shop;

        var restarting = shop.CarryOutAsync("restart", Specs.Of(Operation.Restart, "cart") with { Drain = new() { Enabled = true, Seconds = 10 }, Guard = new() { MaxUnavailable = IntOrPercent.Percent(25), ReadySeconds = 10 } });
        var during = await shop.LoadAsync(int.MaxValue, () => restarting.IsCompleted);
        var ticket = await restarting;

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.Message);
        Assert.Empty(during.Failures);
    }

    [Fact]
    public async Task An_haproxy_that_is_not_there_fails_initialization_in_one_sentence()
    {
        await using var shop = await MeasuredShop.OpenAsync(1, 1, "/nowhere/haproxy.sock");

        var ticket = await shop.CarryOutAsync("shift", new()
        {
            Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 20 }, new() { Unit = "GZ00B", Weight = 80 }],
        });

        Assert.Equal(TicketPhase.InitializeFailed, ticket.Status?.Phase);
        Assert.StartsWith("haproxy edge cannot be asked: ", ticket.Status!.FailureReason);
    }
}
