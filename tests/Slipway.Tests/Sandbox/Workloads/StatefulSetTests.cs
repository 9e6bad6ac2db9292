using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class StatefulSetTests
{
    [Fact]
    public async Task Pods_come_in_order_each_after_the_one_before_is_ready()
    {
        await using var world = new ClusterWorld();
        world.AfterStep = () => Assert.True(world.Pods.SkipLast(1).All(pod => pod.IsReady()));

        world.Create(Kinds.StatefulSets, Manifest.StatefulSet(3, """ "ordinals": { "start": 5 }, """));
        world.RunUntil(() => world.ReadyPods == 3);

        Assert.Equal(["web-5", "web-6", "web-7"], world.Pods.Select(pod => pod.Name()));
        var labels = world.Pods[0].At("metadata", "labels");
        Assert.Equal(("web-5", "5"), (labels.Text("statefulset.kubernetes.io/pod-name"), labels.Text("apps.kubernetes.io/pod-index")));
        Assert.Equal(world.Get(Kinds.StatefulSets, "web").Text("status", "updateRevision"), labels.Text("controller-revision-hash"));
    }

    [Fact]
    public async Task A_parallel_set_makes_all_its_pods_at_once()
    {
        await using var world = new ClusterWorld();

        world.Create(Kinds.StatefulSets, Manifest.StatefulSet(3, """ "podManagementPolicy": "Parallel", """));
        world.Run(seconds: 0);

        Assert.Equal(3, world.Pods.Length);
    }

    [Fact]
    public async Task A_pod_on_its_way_out_is_ready_and_available_until_it_has_stopped_and_no_current_one()
    {
        await using var world = Running(3, "");
        world.Annotate("web-2", "sandbox.slipway.dev/stop-seconds", "20");

        world.Delete(Kinds.Pods, "web-2");
        world.Run(seconds: 15);

        var status = world.Get(Kinds.StatefulSets, "web").At("status");
        Assert.Equal((3, 3, 2), (status.Number("readyReplicas"), status.Number("availableReplicas"), status.Number("currentReplicas")));
    }

    [Theory]
    [InlineData("OrderedReady")]
    [InlineData("Parallel")]
    public async Task An_update_goes_from_the_highest_ordinal_down_one_at_a_time(string podManagement)
    {
        await using var world = Running(3, $$""" "podManagementPolicy": "{{podManagement}}", """);
        List<string> order = [];
        world.AfterStep = () =>
        {
            Assert.True(world.ReadyPods >= 2);
            order.AddRange(world.Pods.Where(pod => pod.IsDeleting()).Select(pod => pod.Name()).Except(order));
        };

        world.SetImage(Kinds.StatefulSets, "web", "nginx:2");
        world.RunUntil(() => world.ReadyPods == 3 && world.Pods.All(pod => pod.Image() == "nginx:2"));
        world.Run(seconds: 1);

        Assert.Equal(["web-2", "web-1", "web-0"], order);
        var status = world.Get(Kinds.StatefulSets, "web").At("status");
        Assert.Equal(status.Text("updateRevision"), status.Text("currentRevision"));
        Assert.Equal((3, 3), (status.Number("currentReplicas"), status.Number("updatedReplicas")));
    }

    [Fact]
    public async Task A_partition_keeps_lower_ordinals_at_the_old_template_even_when_they_are_recreated()
    {
        await using var world = Running(3, """ "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 2 } }, """);

        world.SetImage(Kinds.StatefulSets, "web", "nginx:2");
        world.Run(seconds: 30);
        world.Delete(Kinds.Pods, "web-0");
        world.Run(seconds: 30);

        Assert.Equal(["nginx:1", "nginx:1", "nginx:2"], world.Pods.Select(pod => pod.Image()));
        Assert.Equal((2, 1), (world.Get(Kinds.StatefulSets, "web").Number("status", "currentReplicas"), world.Get(Kinds.StatefulSets, "web").Number("status", "updatedReplicas")));
    }

    [Fact]
    public async Task On_delete_only_deleted_pods_get_the_new_template()
    {
        await using var world = Running(2, """ "updateStrategy": { "type": "OnDelete" }, """);

        world.SetImage(Kinds.StatefulSets, "web", "nginx:2");
        world.Run(seconds: 30);
        Assert.All(world.Pods, pod => Assert.Equal("nginx:1", pod.Image()));

        world.Delete(Kinds.Pods, "web-0");
        world.Run(seconds: 30);
        Assert.Equal(["nginx:2", "nginx:1"], world.Pods.Select(pod => pod.Image()));
    }

    [Fact]
    public async Task A_deleted_pod_comes_back_under_its_name_only_after_the_old_one_is_gone()
    {
        await using var world = Running(2);
        var old = world.Get(Kinds.Pods, "web-0").Uid();

        world.Annotate("web-0", "sandbox.slipway.dev/stop-seconds", "20");
        world.Delete(Kinds.Pods, "web-0");
        world.Run(seconds: 19);
        Assert.Equal(old, world.Get(Kinds.Pods, "web-0").Uid());

        world.Run(seconds: 10);
        Assert.NotEqual(old, world.Get(Kinds.Pods, "web-0").Uid());
        Assert.Equal(2, world.ReadyPods);
    }

    [Fact]
    public async Task Scaling_in_takes_the_highest_ordinals_first()
    {
        await using var world = Running(4);
        List<string> order = [];
        world.AfterStep = () => order.AddRange(world.Pods.Where(pod => pod.IsDeleting()).Select(pod => pod.Name()).Except(order));

        world.Scale(Kinds.StatefulSets, "web", 1);
        world.Run(seconds: 20);

        Assert.Equal(["web-3", "web-2", "web-1"], order);
        Assert.Equal(["web-0"], world.Pods.Select(pod => pod.Name()));
    }

    [Fact]
    public async Task Going_back_to_an_old_template_takes_its_revision_again()
    {
        await using var world = Running(1);
        var first = world.Get(Kinds.StatefulSets, "web").Text("status", "currentRevision");
        world.SetImage(Kinds.StatefulSets, "web", "nginx:2");
        world.Run(seconds: 30);

        world.SetImage(Kinds.StatefulSets, "web", "nginx:1");
        world.Run(seconds: 30);

        Assert.Equal(first, world.Get(Kinds.StatefulSets, "web").Text("status", "currentRevision"));
        Assert.Equal("nginx:1", world.Pods[0].Image());
    }

    [Fact]
    public async Task A_set_that_waits_for_its_pods_to_be_deleted_makes_no_revisions_again()
    {
        await using var world = Running(1);
        world.Change(Kinds.Pods, "web-0", pod => pod["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray("example.com/hold"));
        var steps = 0;
        world.AfterStep = () => Assert.True(++steps < 10_000, "there is no end to it");

        world.Delete(Kinds.StatefulSets, "web", "Foreground");
        world.Run(seconds: 60);

        Assert.True(world.Get(Kinds.StatefulSets, "web").IsDeleting());
        Assert.Empty(world.Objects.List(new("apps", "v1", "controllerrevisions", "ControllerRevision", Namespaced: true)));
    }

    static ClusterWorld Running(int replicas, string spec = "")
    {
        var world = new ClusterWorld();
        world.Create(Kinds.StatefulSets, Manifest.StatefulSet(replicas, spec));
        world.RunUntil(() => world.ReadyPods == replicas);
        world.Run(seconds: 1);
        return world;
    }
}
