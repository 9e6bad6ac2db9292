using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Traffic as it is measured: real requests through a real proxy, counted by the pod that answered.</summary>
[Collection(MeasuredShop.PodAddresses)]
public sealed class MeasuredTrafficTests
{
    static OpsTicketSpec Shift(int a, int b) => new()
    {
        Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = a }, new() { Unit = "GZ00B", Weight = b }],
    };

    [Fact]
    public async Task Weight_50_on_one_pod_and_50_on_two_is_measured_as_one_to_two()
    {
        await using var shop = await MeasuredShop.OpenAsync(podsOfA: 1, podsOfB: 2);

        var answers = await shop.LoadAsync(3000);

        Assert.Empty(answers.Failures);
        Assert.True(answers.IsShare(1 / 3.0, shop.PodsOf("GZ00A")), $"{answers.Of(shop.PodsOf("GZ00A"))} of {answers.Total}");
        Assert.True(answers.IsShare(2 / 3.0, shop.PodsOf("GZ00B")), $"{answers.Of(shop.PodsOf("GZ00B"))} of {answers.Total}");
    }

    [Fact]
    public async Task A_shift_from_50_50_to_20_80_fails_no_request_of_20_000_and_is_measured_afterwards()
    {
        await using var shop = await MeasuredShop.OpenAsync(podsOfA: 2, podsOfB: 2);

        var shifting = shop.CarryOutAsync("shift", Shift(20, 80));
        var during = await shop.LoadAsync(10_000);
        var ticket = await shifting;
        var after = await shop.LoadAsync(10_000);

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.FailureReason);
        Assert.Empty(during.Failures);
        Assert.Empty(after.Failures);
        Assert.Equal(20_000, during.Total + after.Total);
        Assert.True(after.IsShare(0.2, shop.PodsOf("GZ00A")), $"{after.Of(shop.PodsOf("GZ00A"))} of {after.Total}");
        Assert.Equal(["20.0 %", "80.0 %"], ticket.Status!.Traffic![0].Units.Select(unit => unit.ActualShare));
    }

    [Fact]
    public async Task A_pod_removed_under_load_answers_nothing_afterwards_and_no_request_fails()
    {
        await using var shop = await MeasuredShop.OpenAsync(podsOfA: 2, podsOfB: 2);
        var removed = shop.PodsOf("GZ00A")[0];

        var removing = shop.CarryOutAsync("remove", Specs.OnPods(Operation.RemoveTraffic, "cart", removed));
        var during = await shop.LoadAsync(int.MaxValue, () => removing.IsCompleted);
        var ticket = await removing;
        var after = await shop.LoadAsync(2000);

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.FailureReason);
        Assert.Empty(during.Failures);
        Assert.Empty(after.Failures);
        Assert.Equal(0, after.Of([removed]));
    }

    [Fact]
    public async Task A_restart_with_drain_of_every_pod_fails_no_request()
    {
        await using var shop = await MeasuredShop.OpenAsync(podsOfA: 2, podsOfB: 2);

        var restarting = shop.CarryOutAsync("restart", Specs.Of(Operation.Restart, "cart") with { Drain = new() { Enabled = true, Seconds = 10 }, Guard = new() { MaxUnavailable = IntOrPercent.Percent(25), ReadySeconds = 10 } });
        var during = await shop.LoadAsync(int.MaxValue, () => restarting.IsCompleted);
        var ticket = await restarting;

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, ticket.Status?.Message);
        Assert.Empty(during.Failures);
        Assert.True(during.Total > 1000, $"{during.Total} requests");
    }

    [Fact]
    public async Task Without_drain_a_restart_does_fail_requests_so_the_measurement_can_tell()
    {
        await using var shop = await MeasuredShop.OpenAsync(podsOfA: 2, podsOfB: 2);

        var restarting = shop.CarryOutAsync("restart", Specs.Of(Operation.Restart, "cart") with { Guard = new() { ReadySeconds = 2 } });
        var during = await shop.LoadAsync(int.MaxValue, () => restarting.IsCompleted);
        await restarting;

        Assert.NotEmpty(during.Failures);
    }
}
