using System.Net;
using Slipway.Sandbox.Faults;
using Xunit;

namespace Slipway.Tests.Sandbox.Faults;

public sealed class FaultyCallTests
{
    [Fact]
    public async Task Matching_calls_are_refused_as_often_as_the_rule_says_and_not_applied()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Fault("verb=patch kind=cm name=set* answer=409 skip=1 times=2");

        List<HttpStatusCode> codes = [];
        foreach (var colour in (string[])["red", "green", "white", "black"]) codes.Add((await world.PatchAsync("settings", colour)).StatusCode);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.OK], codes);
        Assert.Equal("black", await world.ColourAsync());
        Assert.Empty(world.Faults.InForce);
    }

    [Theory]
    [InlineData("verb=delete drop=before")]
    [InlineData("kind=secrets drop=before")]
    [InlineData("namespace=other drop=before")]
    [InlineData("name=other drop=before")]
    [InlineData("user=nobody drop=before")]
    [InlineData("agent=kubectl* drop=before")]
    [InlineData("kind=configmaps/status drop=before")]
    public async Task Other_calls_are_left_alone(string rule)
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Fault(rule);

        Assert.Equal(HttpStatusCode.OK, (await world.PatchAsync("settings", "red")).StatusCode);
    }

    [Theory]
    [InlineData("agent=tester* namespace=default kind=ConfigMap drop=before", "blue")]
    [InlineData("agent=*1.0 verb=patch drop=after", "red")]
    public async Task A_connection_breaks_before_or_after_the_call_is_applied(string rule, string left)
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Fault($"{rule} times=1");

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PatchAsync("settings", "red"));

        Assert.Equal(left, await world.ColourAsync());
    }

    [Fact]
    public async Task A_client_that_is_turned_away_is_told_when_to_come_back()
    {
        await using var world = new FaultWorld();
        world.Fault("verb=list answer=429 retry-after=7");

        using var answer = await world.AnswerAsync(HttpMethod.Get, "/api/v1/configmaps");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
        Assert.Contains("\"retryAfterSeconds\":7", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_delayed_call_is_applied_and_answered_after_the_delay()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Fault("verb=patch delay=2s");

        var patching = world.PatchAsync("settings", "red");
        world.Advance(1);
        Assert.Equal("blue", await world.ColourAsync());
        Assert.False(patching.IsCompleted);
        world.Advance(1.5);

        Assert.Equal(HttpStatusCode.OK, (await patching).StatusCode);
        Assert.Equal("red", await world.ColourAsync());
    }

    [Fact]
    public async Task A_lagging_server_shows_the_state_as_it_was()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Write("old", "grey");
        var then = (await world.SendAsync(HttpMethod.Get, "/api/v1/configmaps")).Body.GetRawText();
        world.Fault("kind=configmaps stale for=10s");
        world.Write("settings", "red");
        world.Write("settings", "green");
        world.Write("new", "white");
        world.Remove("old");

        Assert.Equal(then, (await world.SendAsync(HttpMethod.Get, "/api/v1/configmaps")).Body.GetRawText());
        Assert.Equal("blue", await world.ColourAsync());
        Assert.Equal("grey", await world.ColourAsync("old"));
        Assert.Equal(HttpStatusCode.NotFound, (await world.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/configmaps/new")).Code);
        world.Advance(11);

        Assert.Equal("green", await world.ColourAsync());
        Assert.Equal("white", await world.ColourAsync("new"));
    }

    [Fact]
    public async Task A_server_that_is_down_breaks_every_connection_until_it_is_back()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Fault("verb=patch restart=5s times=1");

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PatchAsync("settings", "red"));
        await Assert.ThrowsAsync<HttpRequestException>(() => world.ColourAsync());
        world.Advance(6);

        Assert.Equal("blue", await world.ColourAsync());
    }

    [Fact]
    public async Task A_rule_in_code_may_decide_by_the_call_itself()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");
        world.Faults.Rule = call => call is { Verb: "patch", Name: "settings", IsWrite: true } ? new Fault.Refuse(500, "InternalError") : null;

        Assert.Equal(HttpStatusCode.InternalServerError, (await world.PatchAsync("settings", "red")).StatusCode);
    }

    [Fact]
    public async Task Rules_come_and_go_over_HTTP()
    {
        await using var world = new FaultWorld();
        world.Write("settings", "blue");

        var (created, rule) = await world.SendAsync(HttpMethod.Post, "/sandbox/faults", "verb=patch answer=503");
        using var refused = await world.PatchAsync("settings", "red");
        var (_, listed) = await world.SendAsync(HttpMethod.Get, "/sandbox/faults");
        var (_, mistaken) = await world.SendAsync(HttpMethod.Post, "/sandbox/faults", "verb=patch");
        var (removed, _) = await world.SendAsync(HttpMethod.Delete, $"/sandbox/faults/{rule.GetProperty("id").GetInt32()}");
        var (missing, _) = await world.SendAsync(HttpMethod.Delete, "/sandbox/faults/99");
        using var accepted = await world.PatchAsync("settings", "red");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable), (created, refused.StatusCode));
        Assert.Equal("""{"faults":[{"id":1,"rule":"verb=patch answer=503","befallen":1}]}""", listed.GetRawText());
        Assert.Contains("says nothing that goes wrong", mistaken.GetProperty("message").GetString());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK), (removed, missing, accepted.StatusCode));
    }
}
