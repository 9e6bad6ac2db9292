using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tests.Sandbox.Workloads;
using Xunit;

namespace Slipway.Tests.Sandbox.Nodes;

public sealed class KubeletTests
{
    const string failAnnotation = "sandbox.slipway.dev/fail";

    [Fact]
    public async Task A_pod_runs_and_then_becomes_ready()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/start-seconds": "5", "sandbox.slipway.dev/ready-seconds": "10" }""");

        world.Run(seconds: 4);
        Assert.Equal(("Pending", "ContainerCreating"), (Pod(world).Text("status", "phase"), Waiting(world)));

        world.Run(seconds: 2);
        Assert.Equal(("Running", false), (Pod(world).Text("status", "phase"), Pod(world).IsReady()));
        Assert.Equal("containers with unready status: [app]", Pod(world).Condition("Ready").Text("message"));

        world.Run(seconds: 10);
        Assert.True(Pod(world).IsReady());
        Assert.Equal("BestEffort", Pod(world).Text("status", "qosClass"));
        Assert.StartsWith("10.244.", Pod(world).Text("status", "podIP"));
        Assert.Matches("^containerd://[0-9a-f]{64}$", Pod(world).Container().Text("containerID"));
    }

    [Fact]
    public async Task A_changed_image_restarts_its_container_in_place_and_no_other()
    {
        await using var world = WithPod(more: """ { "name": "sidecar", "image": "proxy:1" }, """);
        world.Run(seconds: 10);
        var before = Pod(world);

        SetImage(world, "nginx:2");
        world.Run(seconds: 0.5);
        Assert.True(Pod(world).IsReady(), "It is still running.");
        world.Run(seconds: 1);
        Assert.False(Pod(world).IsReady());
        world.Run(seconds: 10);

        var after = Pod(world);
        Assert.True(after.IsReady());
        Assert.Equal(before.Uid(), after.Uid());
        Assert.NotEqual(before.Container().Text("containerID"), after.Container().Text("containerID"));
        Assert.Equal(("nginx:2", 1), (after.Container().Text("image"), after.Container().Number("restartCount")));
        Assert.Equal(before.Container().Text("containerID"), after.Container().Text("lastState", "terminated", "containerID"));
        Assert.Equal(before.Container("sidecar").ToString(), after.Container("sidecar").ToString());
    }

    [Fact]
    public async Task The_same_image_written_with_its_digest_restarts_the_container_with_the_same_image_id()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);
        var imageId = Pod(world).Container().Text("imageID")!;
        Assert.StartsWith("docker.io/library/nginx@sha256:", imageId);

        SetImage(world, $"nginx:1@{imageId.Split('@')[1]}");
        world.Run(seconds: 10);

        Assert.Equal((imageId, 1), (Pod(world).Container().Text("imageID"), Pod(world).Container().Number("restartCount")));
    }

    [Fact]
    public async Task A_crashing_container_is_restarted_at_longer_and_longer_intervals()
    {
        await using var world = WithPod($$"""{ "{{failAnnotation}}": "CrashLoop" }""");

        // Starts at 1 s and crashes at 2, at 3 after a restart at once; then it waits 10, 20 and 40 s, running a second in between.
        world.Run(seconds: 5);
        Assert.Equal(("CrashLoopBackOff", 1), (Waiting(world), Pod(world).Container().Number("restartCount")));

        world.Run(seconds: 60);
        Assert.Equal(("CrashLoopBackOff", 3), (Waiting(world), Pod(world).Container().Number("restartCount")));
        Assert.Contains("back-off 40s", Pod(world).Container().Text("state", "waiting", "message"));

        world.Run(seconds: 1000);
        Assert.Contains("back-off 300s", Pod(world).Container().Text("state", "waiting", "message"));
        Assert.Equal("Running", Pod(world).Text("status", "phase"));
    }

    [Fact]
    public async Task A_failure_can_be_put_on_a_running_pod_and_taken_off_again()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);
        var container = Pod(world).Container().Text("containerID");

        world.Annotate("pod", failAnnotation, "NeverReady");
        world.Run(seconds: 1);
        Assert.False(Pod(world).IsReady());

        world.Annotate("pod", failAnnotation, null);
        world.Run(seconds: 1);
        Assert.True(Pod(world).IsReady());
        Assert.Equal(container, Pod(world).Container().Text("containerID"));
    }

    [Fact]
    public async Task An_image_that_is_missing_cannot_be_pulled_until_another_is_named()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);

        SetImage(world, "missing:1");
        world.Run(seconds: 2.5);
        Assert.Equal("ErrImagePull", Waiting(world));
        world.Run(seconds: 5);
        Assert.Equal(("ImagePullBackOff", false), (Waiting(world), Pod(world).IsReady()));

        SetImage(world, "nginx:3");
        world.Run(seconds: 5);
        Assert.True(Pod(world).IsReady());
    }

    [Fact]
    public async Task A_flapping_pod_is_ready_again_and_again()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/flap-after-seconds": "10" }""");
        List<bool> seen = [];

        world.AfterStep = () =>
        {
            var isReady = Pod(world).IsReady();
            if (seen.Count == 0 || seen[^1] != isReady) seen.Add(isReady);
        };
        world.Run(seconds: 30);

        Assert.Equal([false, true, false, true, false, true], seen.Take(6));
    }

    [Fact]
    public async Task A_deleted_pod_is_ready_until_it_has_stopped_and_is_gone_then()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/stop-seconds": "8" }""");
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 7);
        Assert.True(Pod(world).IsReady());

        world.Run(seconds: 2);
        Assert.Null(world.Find(Kinds.Pods, "pod"));
    }

    [Fact]
    public async Task What_a_container_sleeps_before_it_stops_counts_into_the_grace_period()
    {
        await using var world = WithPod(more: """ { "name": "sidecar", "image": "proxy:1", "lifecycle": { "preStop": { "sleep": { "seconds": 20 } } } }, """);
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 20);
        Assert.True(Pod(world).IsReady());

        world.Run(seconds: 2);
        Assert.Null(world.Find(Kinds.Pods, "pod"));
    }

    [Theory]
    [InlineData("sidecar", 600, 3)]
    [InlineData("app", 20, 23)]
    [InlineData("app", 600, 32)]
    public async Task A_container_that_is_restarted_sleeps_its_own_sleep_and_no_longer_than_the_grace_period(string sleeper, int sleep, int restartedWithin)
    {
        var hook = $$""", "lifecycle": { "preStop": { "sleep": { "seconds": {{sleep}} } } }""";
        await using var world = WithPod(more: $$""" { "name": "sidecar", "image": "proxy:1"{{(sleeper == "sidecar" ? hook : "")}} }, """, app: sleeper == "app" ? hook : "");
        world.Run(seconds: 10);

        SetImage(world, "nginx:2");
        world.Run(restartedWithin - 2);
        Assert.Equal(0, Pod(world).Container().Number("restartCount"));
        world.Run(seconds: 2);

        Assert.Equal(1, Pod(world).Container().Number("restartCount"));
    }

    [Fact]
    public async Task A_pod_on_its_way_out_turns_ready_and_unready_as_its_probe_finds_it()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/stop-seconds": "20", "sandbox.slipway.dev/flap-after-seconds": "5" }""");
        List<bool> seen = [];
        world.RunUntil(() => Pod(world).IsReady());
        world.AfterStep = () => { if (world.Find(Kinds.Pods, "pod") is { } pod && (seen.Count == 0 || seen[^1] != pod.IsReady())) seen.Add(pod.IsReady()); };

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 25);

        Assert.Null(world.Find(Kinds.Pods, "pod"));
        Assert.Equal([true, false, true, false, true, false], seen);
    }

    [Fact]
    public async Task The_grace_period_cuts_a_long_stop_short()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/stop-seconds": "500" }""");
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 31);

        Assert.Null(world.Find(Kinds.Pods, "pod"));
    }

    [Fact]
    public async Task A_finalizer_holds_a_pod_whose_containers_have_stopped()
    {
        await using var world = WithPod();
        world.Change(Kinds.Pods, "pod", body => body["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 60);
        Assert.Equal("Completed", Pod(world).Container().Text("state", "terminated", "reason"));

        world.Change(Kinds.Pods, "pod", body => body["metadata"]!["finalizers"] = new JsonArray());
        world.Run(seconds: 1);
        Assert.Null(world.Find(Kinds.Pods, "pod"));
    }

    [Fact]
    public async Task A_readiness_gate_keeps_a_pod_from_being_ready_until_it_opens()
    {
        await using var world = WithPod(spec: """ "readinessGates": [ { "conditionType": "example.com/open" } ], """);
        world.Run(seconds: 10);
        Assert.Equal(("False", "True"), (Pod(world).Condition("Ready").Text("status"), Pod(world).Condition("ContainersReady").Text("status")));
        Assert.Equal("ReadinessGatesNotReady", Pod(world).Condition("Ready").Text("reason"));

        world.Change(Kinds.Pods, "pod", body => ((JsonArray)body["status"]!["conditions"]!).Add(new JsonObject { ["type"] = "example.com/open", ["status"] = "True" }), "status");
        world.Run(seconds: 1);

        Assert.True(Pod(world).IsReady());
        Assert.Equal("True", Pod(world).Condition("example.com/open").Text("status"));
    }

    [Fact]
    public async Task A_crashed_container_that_is_never_restarted_fails_its_pod()
    {
        await using var world = WithPod($$"""{ "{{failAnnotation}}": "CrashLoop" }""", spec: """ "restartPolicy": "Never", """);

        world.Run(seconds: 60);

        Assert.Equal(("Failed", 1, 0), (Pod(world).Text("status", "phase"), Pod(world).Container().Number("state", "terminated", "exitCode"), Pod(world).Container().Number("restartCount")));
    }

    [Fact]
    public async Task Pods_of_a_node_that_is_not_ready_stay_as_they_are()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);
        var before = Pod(world).At("status").ToString();

        world.Change(Kinds.Nodes, "node-1", node =>
        {
            foreach (var condition in (JsonArray)node["status"]!["conditions"]!) condition!["status"] = "Unknown";
        }, "status");
        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 100);

        Assert.Equal(before, Pod(world).At("status").ToString());
    }

    static ClusterWorld WithPod(string annotations = "{}", string spec = "", string more = "", string app = "")
    {
        var world = new ClusterWorld(nodes: 1);
        var pod = Manifest.Pod("pod", annotations, spec).Replace("\"name\": \"app\"", $"\"name\": \"app\"{app}");
        world.Create(Kinds.Pods, more.Length == 0 ? pod : pod.Replace("\"containers\": [ ", $"\"containers\": [ {more}"));
        return world;
    }

    static JsonElement Pod(ClusterWorld world) => world.Get(Kinds.Pods, "pod");

    static string? Waiting(ClusterWorld world) => Pod(world).Container().Text("state", "waiting", "reason");

    static void SetImage(ClusterWorld world, string image) => world.Change(Kinds.Pods, "pod", body =>
        ((JsonArray)body["spec"]!["containers"]!).Single(container => (string?)container!["name"] == "app")!["image"] = image);
}
