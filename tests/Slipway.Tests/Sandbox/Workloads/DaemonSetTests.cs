using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class DaemonSetTests
{
    [Fact]
    public async Task Every_node_gets_one_pod_and_the_status_says_so()
    {
        await using var world = new ClusterWorld(nodes: 3);
        world.Change(Kinds.Nodes, "node-3", node => node["spec"]!["taints"] = new JsonArray(new JsonObject { ["key"] = "gpu", ["effect"] = "NoSchedule" }));

        Create(world);
        world.Run(seconds: 10);

        Assert.Equal(["node-1", "node-2"], world.Pods.Select(pod => pod.Text("spec", "nodeName")).Order());
        var status = world.Get(Kinds.DaemonSets, "web").At("status");
        Assert.Equal((2, 2, 2, 2), (status.Number("desiredNumberScheduled"), status.Number("currentNumberScheduled"), status.Number("numberReady"), status.Number("updatedNumberScheduled")));
    }

    [Fact]
    public async Task An_update_replaces_one_pod_at_a_time()
    {
        await using var world = new ClusterWorld(nodes: 3);
        Create(world);
        world.Run(seconds: 10);
        var fewestReady = 3;
        world.AfterStep = () => fewestReady = Math.Min(fewestReady, world.ReadyPods);

        world.SetImage(Kinds.DaemonSets, "web", "nginx:2");
        world.Run(seconds: 60);

        Assert.Equal((3, 2), (world.ReadyPods, fewestReady));
        Assert.All(world.Pods, pod => Assert.Equal("nginx:2", pod.Image()));
    }

    [Fact]
    public async Task A_pod_on_its_way_out_counts_until_it_has_stopped()
    {
        await using var world = new ClusterWorld(nodes: 2);
        Create(world);
        world.Run(seconds: 10);
        world.Annotate(world.Pods[0].Name(), "sandbox.slipway.dev/stop-seconds", "20");

        world.Delete(Kinds.Pods, world.Pods[0].Name());
        world.Run(seconds: 15);

        var status = world.Get(Kinds.DaemonSets, "web").At("status");
        Assert.Equal((2, 2, 2), (status.Number("currentNumberScheduled"), status.Number("numberReady"), status.Number("numberAvailable")));
    }

    static void Create(ClusterWorld world) => world.Create(Kinds.DaemonSets, $$"""
        { "metadata": { "name": "web" }, "spec": { "selector": { "matchLabels": { "app": "web" } }, "template": {{Manifest.Template()}} } }
        """);
}
