using Slipway.Resources;
using Slipway.Tests.Sandbox.Workloads;
using Slipway.Tests.Sandbox.Workloads.Events;
using Xunit;

namespace Slipway.Tests.Sandbox.Nodes;

/// <summary>What make-believe kubelets tell of containers.</summary>
public sealed class KubeletEventTests
{
    const string Fail = "sandbox.slipway.dev/fail";

    [Fact]
    public async Task A_start_is_told_step_by_step()
    {
        await using var world = WithPod();

        world.Run(seconds: 10);

        Assert.Equal(
            ["Scheduled", "Pulling: Pulling image \"nginx:1\"", "Pulled: Successfully pulled image \"nginx:1\" in 1s (1s including waiting). Image size: 51816675 bytes.", "Created: Created container: app", "Started: Started container app"],
            world.Events("pod").Select(told => told.Text("reason") == "Scheduled" ? "Scheduled" : $"{told.Text("reason")}: {told.Text("message")}"));
    }

    [Fact]
    public async Task A_kubelet_tells_of_a_container_and_names_its_node()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);
        var pod = world.Get(Kinds.Pods, "pod");

        var told = world.Events("pod", "Started").Single();

        Assert.Equal(("spec.containers{app}", pod.Uid(), "v1"), (told.Text("involvedObject", "fieldPath"), told.Text("involvedObject", "uid"), told.Text("involvedObject", "apiVersion")));
        Assert.Equal(("kubelet", "node-1", "kubelet", "node-1"), (told.Text("source", "component"), told.Text("source", "host"), told.Text("reportingComponent"), told.Text("reportingInstance")));
    }

    [Fact]
    public async Task An_image_that_is_on_the_node_is_not_pulled_unless_always()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);

        world.Create(Kinds.Pods, Manifest.Pod("second"));
        world.Create(Kinds.Pods, Manifest.Pod("third").Replace("\"image\": \"nginx:1\"", "\"image\": \"nginx:1\", \"imagePullPolicy\": \"Always\""));
        world.Run(seconds: 10);

        Assert.Empty(world.Events("second", "Pulling"));
        Assert.Equal(["Container image \"nginx:1\" already present on machine"], world.Told("second", "Pulled"));
        Assert.Single(world.Events("third", "Pulling"));
    }

    [Fact]
    public async Task Another_image_restarts_the_container()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);

        world.Change(Kinds.Pods, "pod", pod => pod["spec"]!["containers"]![0]!["image"] = "nginx:2");
        world.Run(seconds: 10);

        Assert.Equal(["Container app definition changed, will be restarted"], world.Told("pod", "Killing"));
        Assert.Equal(["Pulling image \"nginx:1\"", "Pulling image \"nginx:2\""], world.Told("pod", "Pulling"));
        var started = world.Events("pod", "Started").Single();
        Assert.Equal((2, "2026-01-01T00:00:01Z", "2026-01-01T00:00:12Z"), (started.Number("count"), started.Text("firstTimestamp"), started.Text("lastTimestamp")));
    }

    [Fact]
    public async Task A_deletion_stops_the_containers()
    {
        await using var world = WithPod();
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "pod");
        world.Run(seconds: 10);

        Assert.Null(world.Find(Kinds.Pods, "pod"));
        Assert.Equal(["Stopping container app"], world.Told("pod", "Killing"));
    }

    [Fact]
    public async Task A_container_that_crashes_is_backed_off()
    {
        await using var world = WithPod();
        world.Annotate("pod", Fail, "CrashLoop");

        world.Run(seconds: 60);

        var told = world.Events("pod", "BackOff").Single();
        Assert.Equal($"Back-off restarting failed container app in pod pod_shop({world.Get(Kinds.Pods, "pod").Uid()})", told.Text("message"));
        Assert.Equal("Warning", told.Text("type"));
        Assert.Equal(3, told.Number("count"));
        Assert.Equal(4, world.Events("pod", "Started").Single().Number("count"));
        Assert.Empty(world.Events("pod", "Killing"));
    }

    [Fact]
    public async Task An_image_that_is_missing_fails_and_is_backed_off()
    {
        await using var world = new ClusterWorld(nodes: 1, recordsEvents: true);
        world.Create(Kinds.Pods, Manifest.Pod("pod").Replace("nginx:1", "missing:1"));

        world.Run(seconds: 20);

        Assert.Equal(
            ["Pulling image \"missing:1\" x2",
             "Failed to pull image \"missing:1\": rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/missing:1\": failed to resolve reference \"docker.io/library/missing:1\": docker.io/library/missing:1: not found x2",
             "Error: ErrImagePull x2",
             "Back-off pulling image \"missing:1\" x2",
             "Error: ImagePullBackOff x2"],
            world.Events("pod").Where(told => told.Text("source", "component") == "kubelet").Select(told => $"{told.Text("message")} x{told.Number("count")}"));
        Assert.Equal(("Normal", "Warning"), (world.Events("pod", "BackOff").Single().Text("type"), world.Events("pod", "Failed")[0].Text("type")));
    }

    [Fact]
    public async Task A_container_that_turns_unready_is_unhealthy()
    {
        await using var world = WithPod("""{ "sandbox.slipway.dev/flap-after-seconds": "5" }""");

        world.Run(seconds: 9);

        Assert.Equal(["Readiness probe failed: HTTP probe failed with statuscode: 503"], world.Told("pod", "Unhealthy"));
        Assert.Equal(1, world.Events("pod", "Unhealthy").Single().Number("count"));
    }

    [Fact]
    public async Task Init_containers_are_told_of_first()
    {
        await using var world = new ClusterWorld(nodes: 1, recordsEvents: true);
        world.Create(Kinds.Pods, Manifest.Pod("pod", spec: """ "initContainers": [ { "name": "first", "image": "setup:1" } ], """));

        world.Run(seconds: 10);

        Assert.Equal(["spec.initContainers{first}", "spec.containers{app}"], world.Events("pod", "Started").Select(told => told.Text("involvedObject", "fieldPath")));
    }

    static ClusterWorld WithPod(string annotations = "{}")
    {
        var world = new ClusterWorld(nodes: 1, recordsEvents: true);
        world.Create(Kinds.Pods, Manifest.Pod("pod", annotations));
        return world;
    }
}
