using Slipway.Policies;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Policies;

/// <summary>Freezes and the kill switch.</summary>
public sealed class HoldsTests
{
    static readonly Freeze Festival = new() { Name = "double-eleven", TimeZone = "Asia/Shanghai", From = "2026-11-10T20:00", To = "2026-11-12T08:00" };

    static Fleet Shop(params Freeze[] freezes) => new Fleet().Deployment("cart", ("GZ00A", 4)).With(Specs.Of(Operation.Restart, "cart")).Policy("house", new() { Freezes = freezes });

    static PolicyHold? Hold(Freeze freeze, string at)
    {
        var fleet = Shop(freeze);
        return Holds.Of(fleet.Policies, [.. fleet.Seen().Services.Values], DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2026-11-10T11:59Z", false)]
    [InlineData("2026-11-10T12:00Z", true)]
    [InlineData("2026-11-11T23:59Z", true)]
    [InlineData("2026-11-12T00:00Z", false)]
    public void A_freeze_holds_between_its_times_in_its_own_time_zone(string at, bool holds) => Assert.Equal(holds, Hold(Festival, at) is not null);

    [Fact]
    public void It_says_until_when_and_in_whose_time() => Assert.Equal(
        new PolicyHold("OpsPolicy house: freeze double-eleven holds service cart until 2026-11-12 08:00 Asia/Shanghai", new(2026, 11, 12, 0, 0, 0, TimeSpan.Zero)),
        Hold(Festival, "2026-11-11T03:00Z"));

    [Theory]
    [InlineData("2026-01-09T21:59Z", null)]
    [InlineData("2026-01-09T22:00Z", "2026-01-10T06:00Z")]
    [InlineData("2026-01-10T05:59Z", "2026-01-10T06:00Z")]
    [InlineData("2026-01-10T06:00Z", null)]
    [InlineData("2026-01-10T22:00Z", null)]
    public void A_window_that_crosses_midnight_belongs_to_the_day_it_begins_on(string at, string? until)
    {
        var hold = Hold(new() { Name = "friday-night", Weekdays = ["Friday"], Window = "22:00-06:00" }, at);

        Assert.Equal(until is null ? null : DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture), hold?.Until);
    }

    [Fact]
    public void Weekdays_alone_hold_whole_days() =>
        Assert.Equal(
            [null, new DateTimeOffset(2026, 1, 11, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 12, 0, 0, 0, TimeSpan.Zero), null],
            new[] { "2026-01-09T23:59Z", "2026-01-10T00:00Z", "2026-01-11T12:00Z", "2026-01-12T00:00Z" }.Select(at => Hold(new() { Name = "weekend", Weekdays = ["Saturday", "Sunday"] }, at)?.Until));

    [Fact]
    public void A_freeze_of_other_services_holds_nothing() => Assert.Null(Hold(Festival with { Match = new() { Services = ["payment"] } }, "2026-11-11T03:00Z"));

    [Theory]
    [InlineData("Mars/Olympus", null, null, null, "timeZone is Mars/Olympus, which is no time zone known here; one is like Asia/Shanghai")]
    [InlineData(null, "2026-11-10T20:00", "2026-11-10T20:00", null, "to is 2026-11-10T20:00, which is not after from 2026-11-10T20:00")]
    [InlineData(null, "tomorrow", null, null, "from is tomorrow; a time like 2026-11-10T20:00 is needed")]
    [InlineData(null, null, null, "8-9", "window is 8-9; HH:mm-HH:mm with two different times is needed")]
    public void A_freeze_that_cannot_be_read_holds_and_says_what_is_wrong(string? zone, string? from, string? to, string? window, string mistake)
    {
        var freeze = new Freeze { Name = "odd", TimeZone = zone, From = from, To = to, Window = window };

        Assert.Equal(new PolicyHold($"OpsPolicy house: freeze odd holds service cart, for its {mistake}", null), Hold(freeze, "2026-11-11T03:00Z"));
        Assert.Equal([$"spec.freezes[0].{mistake}"], PolicyRules.Check(new() { Freezes = [freeze] }));
    }

    [Fact]
    public void A_weekday_that_is_none_is_named() =>
        Assert.Equal(["spec.freezes[0].weekdays names Sat; Monday to Sunday are allowed"], PolicyRules.Check(new() { Freezes = [new() { Name = "odd", Weekdays = ["Sat"] }] }));

    [Fact]
    public void A_ticket_waits_for_the_end_of_a_freeze_and_looks_again_then()
    {
        var fleet = Shop(new Freeze { Name = "noon", Window = "12:00-13:00" });

        Assert.Empty(fleet.Publish());
        Assert.EndsWith("OpsPolicy house: freeze noon holds service cart until 2026-01-05 13:00 UTC", fleet.Ticket.Status!.Message, StringComparison.Ordinal);
        Assert.Equal(Slipway.Resources.Requeue.After(TimeSpan.FromHours(1)), TicketDecision.Decide(fleet.Seen()).Requeue);

        fleet.Now += TimeSpan.FromHours(1);
        fleet.Step();
        Assert.NotEmpty(fleet.Step());
    }

    [Fact]
    public void The_kill_switch_starts_nothing_more_and_lets_what_is_in_flight_finish()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 4)).With(Specs.Of(Operation.Restart, "cart"));
        var acts = fleet.Publish();
        Assert.NotEmpty(acts);

        fleet.Policy("house", new() { Halt = new() { Reason = "incident 4711" } });
        var started = (TicketChange.RestartInPlace)acts[0];
        fleet[started.Pod.Name] = fleet[started.Pod.Name] with { Containers = [Fleet.Container("app", 99)], ReadyTransition = fleet.Now };
        fleet.Step();
        fleet.Now += TimeSpan.FromSeconds(31);

        Assert.Empty(fleet.Step());
        Assert.Equal(PodState.UpdateSuccessful, fleet.Result(started.Pod.Name).State);
        Assert.EndsWith("OpsPolicy house halts all tickets: incident 4711", fleet.Ticket.Status!.Message, StringComparison.Ordinal);

        fleet.Policies.Clear();
        Assert.NotEmpty(fleet.Step());
    }

    [Fact]
    public void The_plan_says_what_would_wait()
    {
        var plan = TicketPlan.Of(Shop(new Freeze { Name = "noon", Window = "12:00-13:00" }).Seen());

        Assert.Equal(["OpsPolicy house: freeze noon holds service cart until 2026-01-05 13:00 UTC"], plan.Blocks);
    }
}
