using System.Text.Json;
using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>What tickets rely on of the built-in controllers ("Deployments", "ReplicaSet", "StatefulSets", "EndpointSlices").</summary>
[Needs(ClusterPart.Nodes)]
public sealed class WorkloadChecks : Checks
{
    [Check]
    public async Task A_deployment_makes_a_replica_set_that_makes_pods(Cluster cluster)
    {
        var name = await Ready(cluster, 2);

        var set = Assert.Single((await cluster.Get($"{cluster.ReplicaSets}?labelSelector=app={name}")).Items);
        var pods = (await cluster.Get(PodsOf(cluster, name))).Items;

        Assert.Equal(("Deployment", name), (set.Find("metadata.ownerReferences.0.kind").Word(), set.Find("metadata.ownerReferences.0.name").Word()));
        Assert.Equal("1", set.Find("metadata.annotations.deployment~1kubernetes~1io/revision").Word());
        Assert.All(pods, pod => Assert.Equal(set.Find("metadata.uid").Word(), pod.Find("metadata.ownerReferences.0.uid").Word()));
        Assert.All(pods, pod => Assert.Equal(set.Find("metadata.labels.pod-template-hash").Word(), pod.Find("metadata.labels.pod-template-hash").Word()));
        Assert.All(pods, pod => Assert.StartsWith($"{set.Find("metadata.name").Word()}-", pod.Find("metadata.name").Word()));
    }

    [Check]
    public async Task A_deployment_reports_its_replicas_and_that_it_is_available(Cluster cluster)
    {
        var name = await Ready(cluster, 2);

        var made = await cluster.Get($"{cluster.Deployments}/{name}");

        Assert.Equal((2, 2, 2, 2), (made.Number("status.replicas"), made.Number("status.readyReplicas"), made.Number("status.updatedReplicas"), made.Number("status.availableReplicas")));
        Assert.Equal(("True", "True"), (made.Json.Condition("Available"), made.Json.Condition("Progressing")));
    }

    [Check]
    public async Task A_pod_that_is_deleted_is_replaced(Cluster cluster)
    {
        var name = await Ready(cluster, 2);
        var before = (await cluster.Get(PodsOf(cluster, name))).Items.Select(pod => pod.Find("metadata.uid").Word()!).ToList();
        var victim = (await cluster.Get(PodsOf(cluster, name))).Names[0];

        await cluster.Delete($"{cluster.Pods}/{victim}").Is(200);

        var after = await cluster.Until("two pods are ready and one of them is new", PodsOf(cluster, name), list => list.Items.Count == 2 && list.Items.All(pod => pod.IsReady()) && list.Items.Any(pod => !before.Contains(pod.Find("metadata.uid").Word()!)));
        Assert.Equal(1, after.Items.Count(pod => before.Contains(pod.Find("metadata.uid").Word()!)));
    }

    [Check]
    public async Task A_new_template_rolls_out_as_a_new_replica_set(Cluster cluster)
    {
        var name = await Ready(cluster, 2);

        await SetImage(cluster, name, OtherImage);
        await cluster.Until("the new template is rolled out", $"{cluster.Deployments}/{name}", answer => answer.Number("status.observedGeneration") == answer.Number("metadata.generation") && answer.Number("status.updatedReplicas") == 2 && answer.Number("status.replicas") == 2 && answer.Number("status.availableReplicas") == 2);

        var sets = (await cluster.Get($"{cluster.ReplicaSets}?labelSelector=app={name}")).Items;
        Assert.Equal(["1=0", "2=2"], sets.Select(set => $"{set.Find("metadata.annotations.deployment~1kubernetes~1io/revision").Word()}={set.Find("spec.replicas").GetInt32()}").Order());
        Assert.Equal("2", (await cluster.Get($"{cluster.Deployments}/{name}")).Word("metadata.annotations.deployment~1kubernetes~1io/revision"));
    }

    [Check]
    public async Task An_old_template_takes_its_replica_set_up_again(Cluster cluster)
    {
        var name = await Ready(cluster, 1);
        await SetImage(cluster, name, OtherImage);
        await cluster.Until("there are two replica sets", $"{cluster.ReplicaSets}?labelSelector=app={name}", list => list.Items.Count == 2);

        await SetImage(cluster, name, Image);

        var sets = await cluster.Until("the first replica set is the third revision", $"{cluster.ReplicaSets}?labelSelector=app={name}", list => list.Items.Any(set => set.Find("metadata.annotations.deployment~1kubernetes~1io/revision").Word() == "3" && set.Find("spec.replicas").GetInt32() == 1));
        Assert.Equal(2, sets.Items.Count);
    }

    [Check]
    public async Task A_paused_deployment_does_not_roll_out_but_scales(Cluster cluster)
    {
        var name = await Ready(cluster, 1);
        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"paused":true}}""").Is(200);
        await SetImage(cluster, name, OtherImage);
        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"replicas":2}}""").Is(200);

        await cluster.Until("two pods are ready", $"{cluster.Deployments}/{name}", answer => answer.Number("status.readyReplicas") == 2 && answer.Number("status.observedGeneration") == answer.Number("metadata.generation"));

        Assert.Single((await cluster.Get($"{cluster.ReplicaSets}?labelSelector=app={name}")).Items);
        Assert.All((await cluster.Get(PodsOf(cluster, name))).Items, pod => Assert.Equal(Image, pod.Find("spec.containers.0.image").Word()));
    }

    [Check]
    public async Task Recreate_stops_all_old_pods_before_the_first_new_one(Cluster cluster)
    {
        var name = await Ready(cluster, 2, ",\"strategy\":{\"type\":\"Recreate\"}");
        using var watch = await cluster.Watch($"{PodsOf(cluster, name)}&resourceVersion={(await cluster.Get(cluster.Pods)).Version}");

        await SetImage(cluster, name, OtherImage);

        var (stopped, told) = (new HashSet<string>(), await watch.Next());
        for (; told.Type != "ADDED"; told = await watch.Next())
        {
            // The controller waits for the phase in which nothing of a pod runs, which a kubelet reports before it lets go of the pod.
            if (told.Type == "DELETED" || told.Object.Find("status.phase").Word() is "Succeeded" or "Failed") stopped.Add(told.Name);
        }

        Assert.Equal(2, stopped.Count);
    }

    [Check]
    public async Task MinReadySeconds_delays_being_available_beyond_being_ready(Cluster cluster)
    {
        var name = cluster.Name("minready");
        await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, 1, ",\"minReadySeconds\":3600,\"progressDeadlineSeconds\":7200")).Is(201);

        var ready = await cluster.Until("the pod is ready", $"{cluster.Deployments}/{name}", answer => answer.Number("status.readyReplicas") == 1);
        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"minReadySeconds":0}}""").Is(200);
        await cluster.Until("the pod is available", $"{cluster.Deployments}/{name}", answer => answer.Number("status.availableReplicas") == 1);

        Assert.True(ready.Number("status.availableReplicas") is null or 0);
    }

    [Check]
    public async Task The_cheapest_pod_goes_first_when_a_replica_set_shrinks(Cluster cluster)
    {
        var name = cluster.Name("cost");
        await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 4)).Is(201);
        var pods = (await cluster.Until("all pods are ready", PodsOf(cluster, name), list => list.Items.Count == 4 && list.Items.All(pod => pod.IsReady()))).Names;
        await Cost(cluster, pods[2], -10);
        await Cost(cluster, pods[3], -1);
        // The controller hears of pods and of sets by two watches: what is written last decides nothing.
        await Cost(cluster, pods[0], 5);

        await Shrink(cluster, name, 2);

        await cluster.Until("two pods are left", PodsOf(cluster, name), list => list.Items.Count == 2);
        Assert.Equal([.. new[] { pods[0], pods[1] }.Order()], (await cluster.Get(PodsOf(cluster, name))).Names);
    }

    [Check]
    public async Task A_pod_that_is_not_ready_goes_before_a_cheap_one(Cluster cluster)
    {
        var name = cluster.Name("unready");
        await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 3).Replace("\"containers\"", $"{Readiness.Spec[1..]},\"containers\"")).Is(201);
        var pods = await Readiness.All(cluster, name, 3);
        await Cost(cluster, pods[0], -100);
        await Readiness.Set(cluster, pods[1], ready: false);
        await cluster.Until("the replica set has seen it", $"{cluster.ReplicaSets}/{name}", answer => answer.Number("status.readyReplicas") == 2);

        await Shrink(cluster, name, 2);

        await cluster.Until("two pods are left", PodsOf(cluster, name), list => list.Items.Count == 2);
        Assert.Equal([.. new[] { pods[0], pods[2] }.Order()], (await cluster.Get(PodsOf(cluster, name))).Names);
    }

    [Check]
    public async Task A_pod_without_a_node_goes_first_of_all(Cluster cluster)
    {
        var name = cluster.Name("homeless");
        await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 2)).Is(201);
        var pods = (await cluster.Until("the pods are ready", PodsOf(cluster, name), list => list.Items.Count == 2 && list.Items.All(pod => pod.IsReady()))).Names;
        await Cost(cluster, pods[0], -100);
        await cluster.Merge($"{cluster.ReplicaSets}/{name}", """{"spec":{"replicas":3,"template":{"spec":{"nodeSelector":{"conformance.slipway.dev/none":"here"}}}}}""").Is(200);
        await cluster.Until("a third pod waits", PodsOf(cluster, name), list => list.Items.Count == 3);

        await Shrink(cluster, name, 2);

        await cluster.Until("the waiting pod is gone", PodsOf(cluster, name), list => list.Items.Count == 2);
        Assert.Equal(pods, (await cluster.Get(PodsOf(cluster, name))).Names);
    }

    [Check]
    public async Task A_pod_whose_labels_match_no_more_is_released_and_replaced(Cluster cluster)
    {
        var name = cluster.Name("release");
        await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 1)).Is(201);
        var pod = (await cluster.Until("the pod is there", PodsOf(cluster, name), list => list.Items.Count == 1)).Names[0];

        await cluster.Merge($"{cluster.Pods}/{pod}", """{"metadata":{"labels":{"app":"released"}}}""").Is(200);

        await cluster.Until("there is another pod", PodsOf(cluster, name), list => list.Items.Count == 1 && list.Names[0] != pod);
        await cluster.Until("the pod has no owner", $"{cluster.Pods}/{pod}", answer => !answer.Has("metadata.ownerReferences.0"));
        await cluster.Delete($"{cluster.Pods}/{pod}");
    }

    [Check]
    public async Task A_stateful_set_makes_its_pods_one_after_the_other(Cluster cluster)
    {
        var name = cluster.Name("ordered");
        using var watch = await cluster.Watch($"{cluster.Pods}?resourceVersion={(await cluster.Get(cluster.Pods)).Version}&labelSelector=app={name}");
        await cluster.PostUntilEnd(cluster.StatefulSets, StatefulSet(name, 3)).Is(201);

        var (ready, added) = (new HashSet<string>(), new List<string>());
        while (added.Count < 3)
        {
            var told = await watch.Next();
            if (told.Object.IsReady()) ready.Add(told.Name);
            if (told.Type != "ADDED") continue;
            Assert.Equal(added, ready.Order());
            added.Add(told.Name);
        }

        Assert.Equal([$"{name}-0", $"{name}-1", $"{name}-2"], added);
    }

    [Check]
    public async Task A_stateful_set_shrinks_from_the_highest_ordinal(Cluster cluster)
    {
        var name = await ReadySet(cluster, 3, "");

        await cluster.Merge($"{cluster.StatefulSets}/{name}", """{"spec":{"replicas":1}}""").Is(200);

        var left = await cluster.Until("one pod is left", PodsOf(cluster, name), list => list.Items.Count == 1);
        Assert.Equal([$"{name}-0"], left.Names);
    }

    [Check]
    public async Task Ordinals_may_start_elsewhere(Cluster cluster)
    {
        var name = await ReadySet(cluster, 2, ",\"ordinals\":{\"start\":5},\"podManagementPolicy\":\"Parallel\"");

        var pods = await cluster.Get(PodsOf(cluster, name));

        Assert.Equal([$"{name}-5", $"{name}-6"], pods.Names);
        Assert.Equal("5", pods.Word("items.0.metadata.labels.apps~1kubernetes~1io/pod-index"));
        Assert.Equal($"{name}-5", pods.Word("items.0.metadata.labels.statefulset~1kubernetes~1io/pod-name"));
    }

    [Check]
    public async Task A_pod_of_a_stateful_set_comes_back_under_its_name(Cluster cluster)
    {
        var name = await ReadySet(cluster, 1, "");
        var before = await cluster.Get($"{cluster.Pods}/{name}-0");

        await cluster.Delete($"{cluster.Pods}/{name}-0").Is(200);

        await cluster.Until("another pod has the name", $"{cluster.Pods}/{name}-0", answer => answer.Code == 200 && answer.Uid != before.Uid && answer.Json.IsReady());
    }

    [Check]
    public async Task An_update_of_a_stateful_set_goes_down_to_the_partition(Cluster cluster)
    {
        var name = await ReadySet(cluster, 3, ",\"podManagementPolicy\":\"Parallel\",\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":1}}");

        await cluster.Strategic($"{cluster.StatefulSets}/{name}", $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"{{{OtherImage}}}"}]} } } }""").Is(200);

        var pods = await cluster.Until("two pods are updated", PodsOf(cluster, name), list => list.Items.Count == 3 && list.Items.All(pod => pod.IsReady()) && list.Items.Count(pod => pod.Find("spec.containers.0.image").Word() != Image) == 2);
        Assert.Equal(Image, pods.Word("items.0.spec.containers.0.image"));
        var set = await cluster.Until("the set has counted them", $"{cluster.StatefulSets}/{name}", answer => answer.Number("status.updatedReplicas") == 2);
        Assert.NotEqual(set.Word("status.currentRevision"), set.Word("status.updateRevision"));
    }

    [Check]
    public async Task The_end_points_of_a_service_are_its_ready_pods(Cluster cluster)
    {
        var name = await ReadyGated(cluster, 2);
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);

        var slice = await Slice(cluster, name, "both end points are ready", endpoints => endpoints.Count(endpoint => endpoint.Find("conditions.ready").ValueKind == JsonValueKind.True) == 2);

        var addresses = (await cluster.Get(PodsOf(cluster, name))).Items.Select(pod => pod.Find("status.podIP").Word()!).Order().ToList();
        var family = addresses[0].Contains(':') ? "IPv6" : "IPv4";
        Assert.Equal((family, 80, "TCP", "Service"), (slice.Word("items.0.addressType"), slice.Number("items.0.ports.0.port"), slice.Word("items.0.ports.0.protocol"), slice.Word("items.0.metadata.ownerReferences.0.kind")));
        Assert.Equal(addresses, slice.At("items.0.endpoints").EnumerateArray().Select(endpoint => endpoint.Find("addresses.0").Word()).Order());
    }

    [Check]
    public async Task A_pod_whose_readiness_gate_is_shut_is_no_ready_end_point(Cluster cluster)
    {
        var name = await ReadyGated(cluster, 2);
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);
        await Slice(cluster, name, "both are ready", endpoints => endpoints.Count(IsReadyEndpoint) == 2);
        var pod = (await cluster.Get(PodsOf(cluster, name))).Names[0];

        await Readiness.Set(cluster, pod, ready: false);

        var slice = await Slice(cluster, name, "one is ready", endpoints => endpoints.Count(IsReadyEndpoint) == 1);
        var shut = slice.At("items.0.endpoints").EnumerateArray().Single(endpoint => endpoint.Find("targetRef.name").Word() == pod);
        Assert.Equal((JsonValueKind.False, JsonValueKind.False), (shut.Find("conditions.ready").ValueKind, shut.Find("conditions.serving").ValueKind));
    }

    [Check]
    public async Task PublishNotReadyAddresses_calls_every_end_point_ready(Cluster cluster)
    {
        var name = await ReadyGated(cluster, 1);
        var pod = (await cluster.Get(PodsOf(cluster, name))).Names[0];
        await Readiness.Set(cluster, pod, ready: false);

        await cluster.Post(cluster.Services, Service(name, name, ",\"publishNotReadyAddresses\":true")).Is(201);

        await Slice(cluster, name, "the end point counts as ready", endpoints => endpoints.Count(IsReadyEndpoint) == 1);
    }

    [Check]
    public async Task A_pod_on_its_way_out_is_Ready_until_it_stops_and_its_end_point_serves_without_being_ready(Cluster cluster)
    {
        var name = cluster.Name("leaving");
        await cluster.Post(cluster.Pods, Pod(name, $"\"app\":\"{name}\"", container: ""","lifecycle":{"preStop":{"sleep":{"seconds":25} } }""").Replace("Seconds\":5", "Seconds\":30")).Is(201);
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);
        await Slice(cluster, name, "the end point is ready", endpoints => endpoints.Count(IsReadyEndpoint) == 1);

        await cluster.Delete($"{cluster.Pods}/{name}").Is(200);
        var slice = await Slice(cluster, name, "the end point is on its way out", endpoints => endpoints.Count == 1 && endpoints[0].Find("conditions.terminating").ValueKind == JsonValueKind.True);
        var pod = await cluster.Get($"{cluster.Pods}/{name}").Is(200);

        Assert.Equal((JsonValueKind.False, JsonValueKind.True), (slice.At("items.0.endpoints.0.conditions.ready").ValueKind, slice.At("items.0.endpoints.0.conditions.serving").ValueKind));
        Assert.Equal(("True", "Running"), (pod.Json.Condition("Ready"), pod.Word("status.phase")));
        await cluster.Delete($"{cluster.Pods}/{name}?gracePeriodSeconds=0").Is(200);
    }

    [Check]
    public async Task A_pod_that_the_selector_drops_is_no_end_point(Cluster cluster)
    {
        var name = await ReadyGated(cluster, 2);
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);
        await Slice(cluster, name, "both are there", endpoints => endpoints.Count == 2);
        var pod = (await cluster.Get(PodsOf(cluster, name))).Names[0];

        await cluster.Merge($"{cluster.Services}/{name}", """{"spec":{"selector":{"extra":"x"}}}""").Is(200);
        await Slice(cluster, name, "nobody is there", endpoints => endpoints.Count == 0);
        await cluster.Merge($"{cluster.Pods}/{pod}", """{"metadata":{"labels":{"extra":"x"}}}""").Is(200);

        var slice = await Slice(cluster, name, "the labelled pod is there", endpoints => endpoints.Count == 1);
        Assert.Equal(pod, slice.Word("items.0.endpoints.0.targetRef.name"));
    }

    [Check]
    public async Task A_container_port_is_found_by_its_name(Cluster cluster)
    {
        var name = cluster.Name("named");
        await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, 1).Replace("\"name\":\"app\"", "\"name\":\"app\",\"ports\":[{\"name\":\"web\",\"containerPort\":8081}]")).Is(201);

        await cluster.Post(cluster.Services, Service(name, name).Replace("{\"port\":80}", "{\"port\":80,\"targetPort\":\"web\"}")).Is(201);

        await cluster.Until("the slice has the container's port", $"{cluster.EndpointSlices}?labelSelector=kubernetes.io/service-name={name}", list => list.Number("items.0.ports.0.port") == 8081);
    }

    [Check]
    public async Task The_slices_of_a_service_go_with_it(Cluster cluster)
    {
        var name = cluster.Name("gone");
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);
        await cluster.Until("there is a slice", $"{cluster.EndpointSlices}?labelSelector=kubernetes.io/service-name={name}", list => list.Items.Count == 1);

        await cluster.Delete($"{cluster.Services}/{name}").Is(200);

        await cluster.Until("there is no slice", $"{cluster.EndpointSlices}?labelSelector=kubernetes.io/service-name={name}", list => list.Items.Count == 0);
    }

    [Check]
    public async Task A_pod_no_node_fits_says_so(Cluster cluster)
    {
        var name = cluster.Name("homeless");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        var pod = await cluster.Until("the scheduler has looked", $"{cluster.Pods}/{name}", answer => answer.Json.Condition("PodScheduled") == "False");

        Assert.Equal("Unschedulable", pod.At("status.conditions").EnumerateArray().Single(condition => condition.Find("type").Word() == "PodScheduled").Find("reason").Word());
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task A_running_pod_has_node_address_and_conditions(Cluster cluster)
    {
        var name = await Ready(cluster, 1);

        var pod = (await cluster.Get(PodsOf(cluster, name))).Items[0];

        Assert.All((string[])["PodScheduled", "Initialized", "ContainersReady", "Ready"], type => Assert.Equal("True", pod.Condition(type)));
        Assert.NotNull(pod.Find("spec.nodeName").Word());
        Assert.NotNull(pod.Find("status.podIP").Word());
        Assert.Equal("Running", pod.Find("status.phase").Word());
    }

    static string PodsOf(Cluster cluster, string app) => $"{cluster.Pods}?labelSelector=app={app}";

    static async Task<string> Ready(Cluster cluster, int replicas, string spec = "")
    {
        var name = cluster.Name("web");
        await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, replicas, spec)).Is(201);
        await cluster.Until("the pods are available", $"{cluster.Deployments}/{name}", answer => answer.Number("status.availableReplicas") == replicas && answer.Number("status.readyReplicas") == replicas && answer.Json.Condition("Available") == "True");
        return name;
    }

    static async Task<string> ReadyGated(Cluster cluster, int replicas)
    {
        var name = cluster.Name("gated");
        await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, replicas, podSpec: Readiness.Spec)).Is(201);
        await Readiness.All(cluster, name, replicas);
        return name;
    }

    static async Task<string> ReadySet(Cluster cluster, int replicas, string spec)
    {
        var name = cluster.Name("set");
        await cluster.PostUntilEnd(cluster.StatefulSets, StatefulSet(name, replicas, spec)).Is(201);
        await cluster.Until("the pods are ready", $"{cluster.StatefulSets}/{name}", answer => answer.Number("status.readyReplicas") == replicas && answer.Number("status.currentReplicas") == replicas);
        return name;
    }

    static bool IsReadyEndpoint(JsonElement endpoint) => endpoint.Find("conditions.ready").ValueKind == JsonValueKind.True;

    static Task<Answer> Slice(Cluster cluster, string service, string what, Func<IReadOnlyList<JsonElement>, bool> wished) =>
        cluster.Until(what, $"{cluster.EndpointSlices}?labelSelector=kubernetes.io/service-name={service}", list => list.Items.Count == 1 && wished(list.At("items.0.endpoints") is { ValueKind: JsonValueKind.Array } endpoints ? [.. endpoints.EnumerateArray()] : []));

    static Task<Answer> Cost(Cluster cluster, string pod, int cost) =>
        cluster.Merge($"{cluster.Pods}/{pod}", $$$"""{"metadata":{"annotations":{"controller.kubernetes.io/pod-deletion-cost":"{{{cost}}}"} } }""").Is(200);

    static Task<Answer> Shrink(Cluster cluster, string set, int replicas) => cluster.Merge($"{cluster.ReplicaSets}/{set}", $$$"""{"spec":{"replicas":{{{replicas}}} } }""").Is(200);

    static Task<Answer> SetImage(Cluster cluster, string name, string image) =>
        cluster.Strategic($"{cluster.Deployments}/{name}", $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"{{{image}}}"}]} } } }""").Is(200);
}
