using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class ReplicaSetTests
{
    const string costAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    [Fact]
    public async Task It_never_makes_more_pods_than_asked_for()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            await using var world = new ClusterWorld(seed: seed);
            var most = 0;
            world.AfterStep = () => most = Math.Max(most, world.Pods.Length);

            world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(120));
            world.Run(seconds: 20);

            Assert.Equal((120, 120), (most, world.ReadyPods));
        }
    }

    [Fact]
    public async Task The_cheapest_ready_pods_go_first()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(5));
        world.RunUntil(() => world.ReadyPods == 5);
        var names = world.Pods.Select(pod => pod.Name()).ToArray();
        world.Annotate(names[1], costAnnotation, "-5");
        world.Annotate(names[3], costAnnotation, "-10");

        world.Scale(Kinds.ReplicaSets, "web", 3);
        world.Run(seconds: 10);

        Assert.Equal([names[0], names[2], names[4]], world.Pods.Select(pod => pod.Name()));
    }

    [Fact]
    public async Task A_pod_that_is_not_ready_goes_before_the_cheapest()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(3));
        world.RunUntil(() => world.ReadyPods == 3);
        var names = world.Pods.Select(pod => pod.Name()).ToArray();
        world.Annotate(names[0], costAnnotation, "-100");
        world.Annotate(names[2], "sandbox.slipway.dev/fail", "NeverReady");
        world.Run(seconds: 1);

        world.Scale(Kinds.ReplicaSets, "web", 2);
        world.Run(seconds: 10);

        Assert.Equal([names[0], names[1]], world.Pods.Select(pod => pod.Name()));
    }

    [Fact]
    public async Task Pods_on_the_fullest_node_go_before_younger_ones_elsewhere()
    {
        await using var world = new ClusterWorld(nodes: 2);
        world.Change(Kinds.Nodes, "node-2", node => node["spec"]!["unschedulable"] = true);
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(5));
        world.Run(seconds: 100);
        world.Change(Kinds.Nodes, "node-2", node => node["spec"]!["unschedulable"] = false);
        world.Scale(Kinds.ReplicaSets, "web", 6);
        world.RunUntil(() => world.ReadyPods == 6);

        world.Scale(Kinds.ReplicaSets, "web", 3);
        world.Run(seconds: 10);

        Assert.Equal(["node-1", "node-1", "node-2"], world.Pods.Select(pod => pod.Text("spec", "nodeName")).Order());
    }

    [Fact]
    public async Task A_matching_orphan_is_adopted()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Pods, Manifest.Pod("lonely"));
        var set = world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(2));

        world.Run(seconds: 10);

        Assert.Equal(2, world.Pods.Length);
        Assert.Equal(set.Uid, world.Get(Kinds.Pods, "lonely").At("metadata", "ownerReferences")[0].Text("uid"));
    }

    [Fact]
    public async Task A_pod_that_no_longer_matches_is_released_and_replaced()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(2));
        world.RunUntil(() => world.ReadyPods == 2);
        var released = world.Pods[0].Name();

        world.Change(Kinds.Pods, released, body => body["metadata"]!["labels"] = new JsonObject { ["app"] = "elsewhere" });
        world.Run(seconds: 10);

        Assert.Equal(3, world.Pods.Length);
        Assert.DoesNotContain("ReplicaSet", world.Get(Kinds.Pods, released).At("metadata", "ownerReferences").ToString());
    }

    [Fact]
    public async Task A_deleted_pod_is_replaced_while_it_still_stops()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(2));
        world.RunUntil(() => world.ReadyPods == 2);

        world.Delete(Kinds.Pods, world.Pods[0].Name());
        world.Run(seconds: 0.5);

        Assert.Equal((3, 1), (world.Pods.Length, world.Pods.Count(pod => pod.IsDeleting())));
    }

    [Fact]
    public async Task A_thousand_pods_become_ready()
    {
        await using var world = new ClusterWorld(nodes: 20);
        for (var i = 0; i < 10; i++) world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(100).Replace("\"web\"", $"\"web-{i}\""));

        world.Run(seconds: 20);

        Assert.Equal(1000, world.ReadyPods);
        Assert.Equal(1000, world.Pods.Select(pod => pod.Text("status", "podIP")).Distinct().Count());
    }
}
