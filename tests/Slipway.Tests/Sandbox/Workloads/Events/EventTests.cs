using System.Globalization;
using System.Text.Json;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads.Events;

/// <summary>What controllers and scheduler tell of what they do.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Nothing_is_told_where_events_are_not_recorded()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(2));

        world.Run(seconds: 10);

        Assert.Equal(2, world.ReadyPods);
        Assert.Empty(world.Objects.List(Kinds.Events));
    }

    [Fact]
    public async Task A_deployment_tells_how_it_sizes_its_replica_sets()
    {
        await using var world = Recording();
        world.Create(Kinds.Deployments, Manifest.Deployment(3));
        world.Run(seconds: 10);
        var first = ReplicaSets(world).Single().Name();

        world.Scale(Kinds.Deployments, "web", 1);
        world.Run(seconds: 10);
        world.SetImage(Kinds.Deployments, "web", "nginx:2");
        world.Run(seconds: 20);

        var second = ReplicaSets(world).Single(set => set.Name() != first).Name();
        Assert.Equal(
            [$"Scaled up replica set {first} from 0 to 3", $"Scaled down replica set {first} from 3 to 1", $"Scaled up replica set {second} from 0 to 1", $"Scaled down replica set {first} from 1 to 0"],
            world.Told("web", "ScalingReplicaSet"));
    }

    [Fact]
    public async Task An_event_says_what_it_is_about_and_who_tells_it()
    {
        await using var world = Recording();
        var deployment = world.Create(Kinds.Deployments, Manifest.Deployment(1));
        world.Run(seconds: 10);

        var told = world.Events("web", "ScalingReplicaSet").Single();

        Assert.Equal(
            ("Deployment", "shop", "web", deployment.Uid, "apps/v1"),
            (told.Text("involvedObject", "kind"), told.Text("involvedObject", "namespace"), told.Text("involvedObject", "name"), told.Text("involvedObject", "uid"), told.Text("involvedObject", "apiVersion")));
        Assert.Equal(("Normal", "deployment-controller", "deployment-controller", ""), (told.Text("type"), told.Text("source", "component"), told.Text("reportingComponent"), told.Text("reportingInstance")));
        Assert.Equal((1, told.Text("firstTimestamp")), (told.Number("count"), told.Text("lastTimestamp")));
        Assert.Matches("^web\\.[0-9a-f]{16}$", told.Name());
    }

    [Fact]
    public async Task A_replica_set_tells_of_the_pods_it_makes_and_deletes()
    {
        await using var world = Recording();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(2));
        world.Run(seconds: 10);
        var pods = world.Pods.Select(pod => pod.Name()).ToList();

        world.Scale(Kinds.ReplicaSets, "web", 1);
        world.Run(seconds: 10);

        var deleted = pods.Except(world.Pods.Select(pod => pod.Name())).Single();
        Assert.Equal(pods.Select(pod => $"Created pod: {pod}"), world.Told("web", "SuccessfulCreate").Order());
        Assert.Equal([$"Deleted pod: {deleted}"], world.Told("web", "SuccessfulDelete"));
        Assert.Equal("replicaset-controller", world.Events("web", "SuccessfulDelete").Single().Text("source", "component"));
    }

    [Fact]
    public async Task A_stateful_set_tells_of_the_pods_it_makes_and_deletes()
    {
        await using var world = Recording();
        world.Create(Kinds.StatefulSets, Manifest.StatefulSet(2));
        world.Run(seconds: 15);

        world.Scale(Kinds.StatefulSets, "web", 1);
        world.Run(seconds: 10);

        Assert.Equal(["create Pod web-0 in StatefulSet web successful", "create Pod web-1 in StatefulSet web successful"], world.Told("web", "SuccessfulCreate"));
        Assert.Equal(["delete Pod web-1 in StatefulSet web successful"], world.Told("web", "SuccessfulDelete"));
    }

    [Theory]
    [InlineData("CloneSet", "cloneset-controller", "succeed to create pod {0}", "succeed to delete pod {0}")]
    [InlineData("StatefulSet", "statefulset-controller", "create Pod {0} in StatefulSet web successful", "delete Pod {0} in StatefulSet web successful")]
    public async Task Sets_of_Kruise_tell_of_their_pods_in_words_of_their_own(string kind, string component, string creation, string deletion)
    {
        await using var world = Recording();
        var type = new ResourceType("apps.kruise.io", "v1alpha1", $"{kind.ToLowerInvariant()}s", kind, Namespaced: true);
        world.Create(Kinds.CustomResourceDefinitions, $$"""
            {
              "metadata": { "name": "{{type.Plural}}.{{type.Group}}" },
              "spec": {
                "group": "{{type.Group}}", "scope": "Namespaced", "names": { "plural": "{{type.Plural}}", "kind": "{{kind}}" },
                "versions": [ { "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} },
                                "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } } ]
              }
            }
            """);
        world.Create(type, Manifest.ReplicaSet(1));
        world.Run(seconds: 10);
        var pod = world.Pods.Single().Name();

        world.Scale(type, "web", 0);
        world.Run(seconds: 10);

        Assert.Equal([string.Format(CultureInfo.InvariantCulture, creation, pod)], world.Told("web", "SuccessfulCreate"));
        Assert.Equal([string.Format(CultureInfo.InvariantCulture, deletion, pod)], world.Told("web", "SuccessfulDelete"));
        Assert.Equal((component, kind), (world.Events("web", "SuccessfulCreate").Single().Text("source", "component"), world.Events("web", "SuccessfulCreate").Single().Text("involvedObject", "kind")));
    }

    [Fact]
    public async Task The_scheduler_tells_where_a_pod_goes()
    {
        await using var world = Recording();
        world.Create(Kinds.Pods, Manifest.Pod("pod"));
        world.Run(seconds: 1);

        var told = world.Events("pod", "Scheduled").Single();

        Assert.Equal($"Successfully assigned shop/pod to {world.Get(Kinds.Pods, "pod").Text("spec", "nodeName")}", told.Text("message"));
        Assert.Equal(("Normal", "Binding", "default-scheduler", "2026-01-01T00:00:00.000000Z"), (told.Text("type"), told.Text("action"), told.Text("reportingComponent"), told.Text("eventTime")));
        Assert.Equal((null, null, false), (told.Text("source", "component"), told.Text("lastTimestamp"), told.TryGetProperty("count", out _)));
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_is_told_of_again_as_a_series()
    {
        await using var world = Recording();
        world.Create(Kinds.Pods, Manifest.Pod("pod", spec: """ "nodeSelector": { "disk": "none" }, """));
        world.Run(seconds: 30);
        Assert.False(world.Events("pod", "FailedScheduling").Single().TryGetProperty("series", out _));

        world.Change(Kinds.Nodes, "node-1", node => node["metadata"]!["labels"]!["disk"] = "some");
        world.Run(seconds: 1);

        var told = world.Events("pod", "FailedScheduling").Single();
        Assert.Equal("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.", told.Text("message"));
        Assert.Equal(("Warning", "Scheduling"), (told.Text("type"), told.Text("action")));
        Assert.Equal((2, "2026-01-01T00:00:30.000000Z"), (told.Number("series", "count"), told.Text("series", "lastObservedTime")));
    }

    [Fact]
    public async Task A_pod_that_goes_makes_room_and_no_more()
    {
        await using var world = Recording();
        world.Create(Kinds.Pods, Manifest.Pod("homeless", spec: """ "nodeSelector": { "disk": "none" }, """));
        world.Create(Kinds.Pods, Manifest.Pod("other"));
        world.Run(seconds: 10);

        world.Delete(Kinds.Pods, "other");
        world.Run(seconds: 10);

        Assert.False(world.Events("homeless", "FailedScheduling").Single().TryGetProperty("series", out _));
    }

    [Fact]
    public async Task A_namespace_that_is_deleted_takes_its_events_and_no_more()
    {
        await using var world = Recording();
        world.Create(Kinds.Deployments, Manifest.Deployment(2));
        world.Run(seconds: 10);

        world.Delete(Kinds.Namespaces, ClusterWorld.Namespace);
        world.Run(seconds: 30);

        Assert.Null(world.Find(Kinds.Namespaces, ClusterWorld.Namespace));
        Assert.Empty(world.Objects.List(Kinds.Events, ClusterWorld.Namespace));
    }

    [Fact]
    public async Task An_event_goes_an_hour_after_it_was_last_told()
    {
        await using var world = Recording();
        world.Create(Kinds.ReplicaSets, Manifest.ReplicaSet(1));
        world.Run(seconds: 10);
        var own = world.Create(Kinds.Events, """{ "metadata": { "name": "mine" }, "involvedObject": { "namespace": "shop" }, "message": "first" }""").Name;
        world.Run(seconds: 1800);
        world.Change(Kinds.Events, own, told => told["message"] = "second");

        world.Run(seconds: 1700);
        var before = world.Objects.List(Kinds.Events).Count;
        world.Run(seconds: 200);
        var between = world.Objects.List(Kinds.Events).Select(told => told.Name).ToList();
        world.Run(seconds: 1800);

        Assert.True(before > 1);
        Assert.Equal(["mine"], between);
        Assert.Empty(world.Objects.List(Kinds.Events));
    }

    static ClusterWorld Recording() => new(recordsEvents: true);

    static IEnumerable<JsonElement> ReplicaSets(ClusterWorld world) => world.Objects.List(Kinds.ReplicaSets, ClusterWorld.Namespace).Select(set => set.Json);
}

/// <summary>The Events of a world.</summary>
static class ToldEvents
{
    extension(ClusterWorld world)
    {
        /// <summary>What is told of an object for a reason, in the order in which it was first told.</summary>
        public IReadOnlyList<JsonElement> Events(string about, string? reason = null) =>
            [.. world.Objects.List(Kinds.Events).Select(stored => stored.Json)
                .Where(told => told.Text("involvedObject", "name") == about && (reason is null || told.Text("reason") == reason))
                .OrderBy(told => told.Name(), StringComparer.Ordinal)];

        public IEnumerable<string?> Told(string about, string reason) => world.Events(about, reason).Select(told => told.Text("message"));
    }
}
