using System.Net;
using System.Text;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Tests.Sandbox.Workloads;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer.Logs;

public sealed class LogTests
{
    const string Pod = """{ "metadata": { "name": "web", "annotations": { "sandbox.slipway.dev/ready-seconds": "10", "sandbox.slipway.dev/stop-seconds": "1" } }, "spec": { "containers": [{ "name": "app", "image": "web:1" }] } }""";

    [Fact]
    public async Task A_container_says_when_it_started_and_whether_it_serves()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Pod);

        world.Run(5);
        var early = await Read(world, "");
        world.Run(10);
        var late = await Read(world, "");

        Assert.Equal("web app started (restart 0)\nweb app is not ready\n", early);
        Assert.Equal("web app started (restart 0)\nweb app serves\n", late);
    }

    [Fact]
    public async Task Lines_are_chosen_by_number_and_age_and_carry_their_time_when_asked()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Pod);
        world.Run(30);

        Assert.Equal("web app serves\n", await Read(world, "?tailLines=1"));
        Assert.Equal("", await Read(world, "?tailLines=0"));
        Assert.Equal("web app serves\n", await Read(world, "?sinceSeconds=20"));
        Assert.StartsWith("2026-01-01T00:00:01.000000000Z web app started", await Read(world, "?timestamps=true"));
    }

    [Fact]
    public async Task A_reader_that_follows_gets_each_new_line_until_the_container_ends()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Pod);
        world.Run(5);
        using var answer = await Get(world, "?follow=true");
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        var first = await Next(body, world, 0);
        var second = await Next(body, world, 10);
        world.Delete(Kinds.Pods, "web");
        var rest = new StringBuilder();
        while (await Next(body, world, 40) is { Length: > 0 } more) rest.Append(more);

        Assert.Equal("web app started (restart 0)\nweb app is not ready\n", first);
        Assert.Equal("web app serves\n", second);
        Assert.DoesNotContain("started", rest.ToString());
    }

    [Theory]
    [InlineData("nope/log", HttpStatusCode.NotFound, "pods \"nope\" not found")]
    [InlineData("web/log?container=other", HttpStatusCode.BadRequest, "container other is not valid for pod web")]
    [InlineData("web/log?previous=true", HttpStatusCode.BadRequest, "previous terminated container \"app\" in pod \"web\" not found")]
    [InlineData("web/log?tailLines=some", HttpStatusCode.BadRequest, "tailLines is \"some\"; a whole number of at least 0 is allowed")]
    [InlineData("web/exec?command=env&stdout=true", HttpStatusCode.BadRequest, "exec needs a WebSocket, or SPDY/3.1, that speaks v5.channel.k8s.io or v4.channel.k8s.io")]
    [InlineData("web/exec?stdout=true", HttpStatusCode.BadRequest, "you must specify at least one command for the container")]
    public async Task What_cannot_be_answered_is_said(string path, HttpStatusCode code, string sentence)
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Pod);
        world.Run(30);

        using var answer = await Send(world, path);

        Assert.Equal(code, answer.StatusCode);
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(sentence, status.RootElement.GetProperty("message").GetString());
    }

    static async Task<string> Read(ClusterWorld world, string query)
    {
        using var answer = await Get(world, query);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    static Task<HttpResponseMessage> Get(ClusterWorld world, string query) => Send(world, $"web/log{query}");

    static async Task<HttpResponseMessage> Send(ClusterWorld world, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://sandbox/api/v1/namespaces/{ClusterWorld.Namespace}/pods/{path}");
        using var api = world.Api;
        return await api.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>What arrives after so many seconds; empty at the end.</summary>
    static async Task<string> Next(Stream body, ClusterWorld world, double seconds)
    {
        var buffer = new byte[4096];
        var reading = body.ReadAsync(buffer, TestContext.Current.CancellationToken);
        world.Run(seconds);
        return Encoding.UTF8.GetString(buffer, 0, await reading);
    }
}
