using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class EndpointSliceTests
{
    [Fact]
    public async Task A_ready_pod_is_an_endpoint_with_its_address_and_identity()
    {
        await using var world = WithService("");

        world.Run(seconds: 20);

        var slice = Assert.Single(Slices(world));
        Assert.Equal("web", slice.Text("metadata", "labels", "kubernetes.io/service-name"));
        Assert.Equal(8080, slice.At("ports")[0].Number("port"));
        var endpoints = Endpoints(world);
        Assert.Equal(world.Pods.Select(pod => (pod.Text("status", "podIP"), pod.Text("metadata", "uid"), true, true, false)).Order(), endpoints.Order());
    }

    [Fact]
    public async Task A_pod_that_leaves_is_at_once_terminating_and_not_ready_and_serves_until_it_stops()
    {
        await using var world = WithService("");
        world.Run(seconds: 20);
        var leaving = world.Pods[0];

        world.Delete(Kinds.Pods, leaving.Name());
        world.Run(seconds: 0.5);

        Assert.Contains((leaving.Text("status", "podIP"), leaving.Uid(), false, true, true), Endpoints(world));

        world.Run(seconds: 10);
        Assert.DoesNotContain(leaving.Uid(), Endpoints(world).Select(endpoint => endpoint.Uid));
        Assert.Equal(3, Endpoints(world).Count(endpoint => endpoint.Ready));
    }

    [Fact]
    public async Task A_service_that_publishes_unready_addresses_calls_them_ready()
    {
        await using var world = WithService(""" "publishNotReadyAddresses": true, """);
        world.Run(seconds: 20);

        world.Annotate(world.Pods[0].Name(), "sandbox.slipway.dev/fail", "NeverReady");
        world.Run(seconds: 1);

        Assert.Equal([(true, false), (true, true), (true, true)], Endpoints(world).Select(endpoint => (endpoint.Ready, endpoint.Serving)).Order());
    }

    [Fact]
    public async Task A_slice_holds_at_most_a_hundred_endpoints()
    {
        await using var world = WithService("");

        world.Scale(Kinds.Deployments, "web", 250);
        world.Run(seconds: 20);

        Assert.Equal(250, Endpoints(world).Count(endpoint => endpoint.Ready));
        Assert.All(Slices(world), slice => Assert.InRange(slice.At("endpoints").GetArrayLength(), 1, 100));
    }

    [Fact]
    public async Task Slices_go_with_their_service()
    {
        await using var world = WithService("");
        world.Run(seconds: 20);

        world.Delete(Kinds.Services, "web");
        world.Run(seconds: 5);

        Assert.Empty(Slices(world));
    }

    static ClusterWorld WithService(string spec)
    {
        var world = new ClusterWorld();
        world.Create(Kinds.Services, $$"""
            { "metadata": { "name": "web" }, "spec": { {{spec}} "selector": { "app": "web" }, "ports": [ { "port": 80, "targetPort": "http", "protocol": "TCP" } ] } }
            """);
        var template = JsonNode.Parse(Manifest.Template())!;
        template["spec"]!["containers"]![0]!["ports"] = new JsonArray(new JsonObject { ["name"] = "http", ["containerPort"] = 8080 });
        world.Create(Kinds.Deployments, Manifest.Deployment(3, template: template.ToJsonString()));
        return world;
    }

    static JsonElement[] Slices(ClusterWorld world) => [.. world.Objects.List(Kinds.EndpointSlices, ClusterWorld.Namespace).Select(slice => slice.Json)];

    static (string? Address, string? Uid, bool Ready, bool Serving, bool Terminating)[] Endpoints(ClusterWorld world) =>
    [
        .. Slices(world).SelectMany(slice => slice.At("endpoints").EnumerateArray()).Select(endpoint => (
            endpoint.At("addresses")[0].GetString(),
            endpoint.Text("targetRef", "uid"),
            endpoint.At("conditions", "ready").GetBoolean(),
            endpoint.At("conditions", "serving").GetBoolean(),
            endpoint.At("conditions", "terminating").GetBoolean())),
    ];
}
