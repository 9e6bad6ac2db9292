using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class SchedulerTests
{
    [Fact]
    public async Task A_pod_that_finds_every_node_full_is_placed_once_there_is_room()
    {
        await using var world = new ClusterWorld(nodes: 1);
        world.Change(Kinds.Nodes, "node-1", node => node["status"]!["allocatable"]!["pods"] = "1", "status");
        world.Create(Kinds.Pods, Manifest.Pod("first"));
        world.Run(seconds: 5);
        world.Create(Kinds.Pods, Manifest.Pod("second"));
        world.Run(seconds: 5);
        var waiting = world.Get(Kinds.Pods, "second").Condition("PodScheduled").Text("message");

        world.Delete(Kinds.Pods, "first");
        world.Run(seconds: 10);

        Assert.StartsWith("0/1 nodes are available: 1 Too many pods.", waiting);
        Assert.Equal("node-1", world.Get(Kinds.Pods, "second").Text("spec", "nodeName"));
    }

    [Fact]
    public async Task Pods_spread_evenly_over_the_nodes()
    {
        await using var world = new ClusterWorld(nodes: 3);

        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(9));
        world.Run(seconds: 10);

        Assert.Equal([3, 3, 3], world.Pods.CountBy(pod => pod.Text("spec", "nodeName")!).Select(count => count.Value));
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_says_why()
    {
        await using var world = new ClusterWorld(nodes: 3);
        world.Change(Kinds.Nodes, "node-1", node => node["spec"]!["unschedulable"] = true);
        world.Change(Kinds.Nodes, "node-2", node => node["spec"]!["taints"] = new JsonArray(new JsonObject { ["key"] = "gpu", ["value"] = "yes", ["effect"] = "NoSchedule" }));

        world.Create(Kinds.Pods, Manifest.Pod("picky", spec: """ "nodeSelector": { "disk": "ssd" }, """));
        world.Run(seconds: 5);

        var condition = world.Get(Kinds.Pods, "picky").Condition("PodScheduled");
        Assert.Equal(("False", "Unschedulable"), (condition.Text("status"), condition.Text("reason")));
        Assert.Equal(
            "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable. "
            + "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            condition.Text("message"));
    }

    [Fact]
    public async Task A_waiting_pod_is_placed_when_a_node_comes_to_fit()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Manifest.Pod("picky", spec: """ "nodeSelector": { "disk": "ssd" }, """));
        world.Run(seconds: 5);

        world.Change(Kinds.Nodes, "node-2", node => node["metadata"]!["labels"]!["disk"] = "ssd");
        world.Run(seconds: 5);

        Assert.Equal("node-2", world.Get(Kinds.Pods, "picky").Text("spec", "nodeName"));
        Assert.True(world.Get(Kinds.Pods, "picky").IsReady());
        Assert.Equal("True", world.Get(Kinds.Pods, "picky").Condition("PodScheduled").Text("status"));
    }

    [Theory]
    [InlineData("In", "\"node-1\", \"node-3\"", new[] { "node-1", "node-3" })]
    [InlineData("NotIn", "\"node-1\", \"node-3\"", new[] { "node-2" })]
    public async Task Required_node_affinity_holds(string @operator, string values, string[] expected)
    {
        await using var world = new ClusterWorld();
        var affinity = $$"""
            "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": [
              { "matchExpressions": [ { "key": "kubernetes.io/hostname", "operator": "{{@operator}}", "values": [ {{values}} ] } ] } ] } } },
            """;

        for (var i = 0; i < 4; i++) world.Create(Kinds.Pods, Manifest.Pod($"pod-{i}", spec: affinity));
        world.Run(seconds: 5);

        Assert.Equal(expected, world.Pods.Select(pod => pod.Text("spec", "nodeName")!).Distinct().Order());
    }

    [Fact]
    public async Task A_toleration_opens_a_tainted_node()
    {
        await using var world = new ClusterWorld(nodes: 1);
        world.Change(Kinds.Nodes, "node-1", node => node["spec"]!["taints"] = new JsonArray(new JsonObject { ["key"] = "gpu", ["value"] = "yes", ["effect"] = "NoSchedule" }));

        world.Create(Kinds.Pods, Manifest.Pod("plain"));
        world.Create(Kinds.Pods, Manifest.Pod("tolerant", spec: """ "tolerations": [ { "key": "gpu", "operator": "Exists", "effect": "NoSchedule" } ], """));
        world.Run(seconds: 10);

        Assert.Equal(["tolerant"], world.Pods.Where(pod => pod.IsReady()).Select(pod => pod.Name()));
    }
}
