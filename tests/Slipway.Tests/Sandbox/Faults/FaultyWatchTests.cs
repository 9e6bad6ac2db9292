using System.Net;
using Xunit;

namespace Slipway.Tests.Sandbox.Faults;

public sealed class FaultyWatchTests
{
    [Fact]
    public async Task A_frozen_watch_brings_what_happened_when_it_thaws()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Write("settings", "blue");
        world.Fault("kind=configmaps watch=freeze for=10s");

        world.Write("settings", "red");
        world.Write("settings", "green");
        var frozen = watch.Events;
        world.Advance(11);
        world.Write("settings", "white");

        Assert.Equal(["ADDED blue"], frozen);
        Assert.Equal(["ADDED blue", "MODIFIED red", "MODIFIED green", "MODIFIED white"], watch.Events);
    }

    [Fact]
    public async Task A_freeze_that_is_taken_back_ends_at_once()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Fault("watch=freeze");
        world.Write("settings", "blue");
        Assert.Empty(watch.Events);

        world.Faults.Clear();

        Assert.Equal(["ADDED blue"], watch.Events);
    }

    [Fact]
    public async Task Events_may_arrive_twice()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Fault("watch=duplicate times=1");

        world.Write("settings", "blue");
        world.Write("settings", "red");

        Assert.Equal(["ADDED blue", "ADDED blue", "MODIFIED red"], watch.Events);
    }

    [Fact]
    public async Task Two_events_may_change_places_and_none_is_lost()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Fault("watch=reorder skip=1 times=1");
        world.Write("settings", "blue");
        world.Write("settings", "red");
        world.Write("settings", "green");
        Assert.Equal(["ADDED blue", "MODIFIED green", "MODIFIED red"], watch.Events);

        world.Fault("watch=reorder times=1");
        world.Write("settings", "white");
        Assert.Equal(3, watch.Events.Count);
        world.Advance(2);

        Assert.Equal("MODIFIED white", watch.Events[^1]);
    }

    [Fact]
    public async Task Events_may_lag_and_keep_their_order()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Fault("lag=5s times=1");

        world.Write("settings", "blue");
        world.Advance(2);
        world.Write("settings", "red");
        var early = watch.Events;
        world.Advance(4);

        Assert.Empty(early);
        Assert.Equal(["ADDED blue", "MODIFIED red"], watch.Events);
    }

    [Fact]
    public async Task A_watch_may_be_cut_in_place_of_an_event()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();
        world.Fault("watch=cut skip=1 times=1");

        world.Write("settings", "blue");
        world.Write("settings", "red");

        Assert.Equal(["ADDED blue"], watch.Events);
        Assert.True(watch.HasEnded);
    }

    [Fact]
    public async Task A_restart_ends_every_watch_and_new_ones_go_on()
    {
        await using var world = new FaultWorld();
        using var watch = await world.WatchAsync();

        var (code, _) = await world.SendAsync(HttpMethod.Post, "/sandbox/restart");
        Assert.Empty(watch.Events);
        using var next = await world.WatchAsync();
        world.Write("settings", "blue");

        Assert.Equal(HttpStatusCode.OK, code);
        Assert.True(watch.HasEnded);
        Assert.Equal(["ADDED blue"], next.Events);
    }

    [Fact]
    public async Task A_watch_may_be_refused_as_too_old()
    {
        await using var world = new FaultWorld();
        world.Fault("verb=watch answer=410 times=1");

        using var refused = await world.AnswerAsync(HttpMethod.Get, "/api/v1/configmaps?watch=true");
        using var accepted = await world.AnswerAsync(HttpMethod.Get, "/api/v1/configmaps?watch=true");

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.OK), (refused.StatusCode, accepted.StatusCode));
    }
}
