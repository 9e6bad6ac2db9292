using System.Text.Json;
using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>What controllers, scheduler and kubelets tell of what they do: what <c>kubectl describe</c> and <c>kubectl events</c> show.</summary>
[Needs(ClusterPart.Nodes)]
public sealed class EventChecks : Checks
{
    const string Homeless = ",\"nodeSelector\":{\"conformance.slipway.dev/none\":\"here\"}";

    [Check]
    [Needs(ClusterPart.Controllers)]
    public async Task A_deployment_tells_how_it_scales_its_replica_sets(Cluster cluster)
    {
        var name = cluster.Name("scaled");
        var made = await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, 3, podSpec: Homeless)).Is(201);
        var up = await Told(cluster, name, "ScalingReplicaSet");

        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"replicas":1}}""").Is(200);

        var set = Assert.Single((await cluster.Get($"{cluster.ReplicaSets}?labelSelector=app={name}")).Names);
        var both = await cluster.Until("the second scaling is told", Events(cluster, name, "ScalingReplicaSet"), list => list.Items.Count == 2);
        var down = both.Items.Single(told => told.Find("metadata.name").Word() != up.Find("metadata.name").Word());
        Assert.Equal(("Deployment", "apps/v1", made.Uid), (up.Find("involvedObject.kind").Word(), up.Find("involvedObject.apiVersion").Word(), up.Find("involvedObject.uid").Word()));
        Assert.Equal(("Normal", "deployment-controller"), (up.Find("type").Word(), Component(up)));
        // Of a set that is made, older releases did not say where it came from.
        Assert.Contains(up.Find("message").Word(), (string[])[$"Scaled up replica set {set} from 0 to 3", $"Scaled up replica set {set} to 3"]);
        Assert.Equal($"Scaled down replica set {set} from 3 to 1", down.Find("message").Word());
    }

    [Check]
    [Needs(ClusterPart.Controllers)]
    public async Task A_replica_set_tells_of_every_pod_it_makes_and_deletes(Cluster cluster)
    {
        var name = cluster.Name("told");
        await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 2).Replace("\"terminationGracePeriodSeconds\"", $"{Homeless[1..]},\"terminationGracePeriodSeconds\"")).Is(201);
        var made = await cluster.Until("both pods are told of", Events(cluster, name, "SuccessfulCreate"), list => list.Items.Count == 2);
        var pods = (await cluster.Get($"{cluster.Pods}?labelSelector=app={name}")).Names;

        await cluster.Merge($"{cluster.ReplicaSets}/{name}", """{"spec":{"replicas":1}}""").Is(200);

        var deletion = await Told(cluster, name, "SuccessfulDelete");
        Assert.Equal(pods.Select(pod => $"Created pod: {pod}").Order(), made.Items.Select(told => told.Find("message").Word()).Order());
        Assert.Contains(deletion.Find("message").Word(), pods.Select(pod => $"Deleted pod: {pod}"));
        Assert.Equal(("ReplicaSet", "replicaset-controller"), (deletion.Find("involvedObject.kind").Word(), Component(deletion)));
    }

    [Check]
    [Needs(ClusterPart.Controllers)]
    public async Task A_stateful_set_tells_of_every_pod_it_makes_and_deletes(Cluster cluster)
    {
        var name = cluster.Name("told");
        await cluster.PostUntilEnd(cluster.StatefulSets, StatefulSet(name, 1)).Is(201);
        var creation = await Told(cluster, name, "SuccessfulCreate");

        await cluster.Merge($"{cluster.StatefulSets}/{name}", """{"spec":{"replicas":0}}""").Is(200);

        var deletion = await Told(cluster, name, "SuccessfulDelete");
        Assert.Equal(($"create Pod {name}-0 in StatefulSet {name} successful", $"delete Pod {name}-0 in StatefulSet {name} successful"), (creation.Find("message").Word(), deletion.Find("message").Word()));
        Assert.Equal(("StatefulSet", "statefulset-controller"), (creation.Find("involvedObject.kind").Word(), Component(creation)));
    }

    [Check]
    public async Task The_scheduler_tells_where_a_pod_goes(Cluster cluster)
    {
        var name = cluster.Name("placed");
        var made = await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);

        var told = await Told(cluster, name, "Scheduled");

        var node = (await cluster.Get($"{cluster.Pods}/{name}")).Word("spec.nodeName");
        Assert.Equal($"Successfully assigned {cluster.Namespace}/{name} to {node}", told.Find("message").Word());
        Assert.Equal(("Normal", "default-scheduler", "Pod", made.Uid), (told.Find("type").Word(), Component(told), told.Find("involvedObject.kind").Word(), told.Find("involvedObject.uid").Word()));
    }

    [Check]
    public async Task The_scheduler_warns_of_a_pod_that_fits_nowhere(Cluster cluster)
    {
        var name = cluster.Name("homeless");
        await cluster.PostUntilEnd(cluster.Pods, HomelessPod(name)).Is(201);

        var told = await Told(cluster, name, "FailedScheduling");

        Assert.Equal(("Warning", "default-scheduler"), (told.Find("type").Word(), Component(told)));
        Assert.Matches("^0/[0-9]+ nodes are available: ", told.Find("message").Word());
    }

    [Check]
    public async Task A_kubelet_tells_that_a_container_is_pulled_created_and_started(Cluster cluster)
    {
        var name = cluster.Name("started");
        var made = await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);

        var started = await Told(cluster, name, "Started");

        var (pulled, created) = (await Told(cluster, name, "Pulled"), await Told(cluster, name, "Created"));
        var node = (await cluster.Get($"{cluster.Pods}/{name}")).Word("spec.nodeName");
        Assert.All((JsonElement[])[pulled, created, started], told =>
        {
            Assert.Equal(("Pod", "v1", made.Uid, "spec.containers{app}"), (told.Find("involvedObject.kind").Word(), told.Find("involvedObject.apiVersion").Word(), told.Find("involvedObject.uid").Word(), told.Find("involvedObject.fieldPath").Word()));
            Assert.Equal(("Normal", "kubelet", node, 1), (told.Find("type").Word(), told.Find("source.component").Word(), told.Find("source.host").Word(), told.Find("count").GetInt32()));
            Assert.Equal(told.Find("firstTimestamp").Word(), told.Find("lastTimestamp").Word());
        });
        Assert.Contains(Image, pulled.Find("message").Word());
        // Releases from 1.35 on no longer repeat the container's name, which the field path says.
        Assert.Contains(started.Find("message").Word(), (string[])["Started container app", "Container started"]);
    }

    [Check]
    public async Task A_kubelet_tells_that_a_deletion_stops_the_containers(Cluster cluster)
    {
        var name = cluster.Name("stopped");
        await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);
        await cluster.Until("the pod is ready", $"{cluster.Pods}/{name}", answer => answer.Json.IsReady());

        await cluster.Delete($"{cluster.Pods}/{name}").Is(200);

        var told = await Told(cluster, name, "Killing");
        Assert.Equal(("Stopping container app", "spec.containers{app}"), (told.Find("message").Word(), told.Find("involvedObject.fieldPath").Word()));
    }

    [Check]
    public async Task What_is_told_again_of_a_container_is_counted(Cluster cluster)
    {
        var name = cluster.Name("restarted");
        await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);
        await cluster.Until("the pod is ready", $"{cluster.Pods}/{name}", answer => answer.Json.IsReady());
        var first = await Told(cluster, name, "Started");

        await cluster.Strategic($"{cluster.Pods}/{name}", $$$"""{"spec":{"containers":[{"name":"app","image":"{{{OtherImage}}}"}]} }""").Is(200);

        var again = await cluster.Until("the second start is told", Events(cluster, name, "Started"), list => list.Items.Any(told => told.Find("count").GetInt32() == 2));
        Assert.Equal(first.Find("metadata.uid").Word(), Assert.Single(again.Items).Find("metadata.uid").Word());
        Assert.Equal(first.Find("firstTimestamp").Word(), again.Word("items.0.firstTimestamp"));
        Assert.Equal("Container app definition changed, will be restarted", (await Told(cluster, name, "Killing")).Find("message").Word());
    }

    [Check]
    public async Task Events_are_selected_by_object_reason_type_and_who_tells_them(Cluster cluster)
    {
        var name = cluster.Name("selected");
        await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);
        await Told(cluster, name, "Started");

        var kubelet = await cluster.Get($"{cluster.Events}?fieldSelector=involvedObject.kind=Pod,involvedObject.name={name},reason=Started,type=Normal,source=kubelet,reportingComponent=kubelet").Is(200);
        var scheduler = await cluster.Get($"{cluster.Events}?fieldSelector=involvedObject.name={name},source=default-scheduler").Is(200);
        var container = await cluster.Get($"{cluster.Events}?fieldSelector=involvedObject.name={name},involvedObject.fieldPath=spec.containers{{app}}").Is(200);
        var warnings = await cluster.Get($"{cluster.Events}?fieldSelector=involvedObject.name={name},reason=Started,type=Warning").Is(200);

        Assert.Single(kubelet.Items);
        Assert.Contains("Scheduled", scheduler.Items.Select(told => told.Find("reason").Word()));
        Assert.All(container.Items, told => Assert.Equal("kubelet", Component(told)));
        Assert.Contains("Started", container.Items.Select(told => told.Find("reason").Word()));
        Assert.Empty(warnings.Items);
    }

    [Check]
    public async Task A_table_of_events_says_when_they_were_told_and_by_whom(Cluster cluster)
    {
        var name = cluster.Name("listed");
        await cluster.PostUntilEnd(cluster.Pods, Pod(name)).Is(201);
        await Told(cluster, name, "Started");

        var table = await cluster.Get($"{Events(cluster, name, "Scheduled")}&includeObject=None", "application/json;as=Table;v=v1;g=meta.k8s.io").Is(200);
        var started = await cluster.Get($"{Events(cluster, name, "Started")}&includeObject=None", "application/json;as=Table;v=v1;g=meta.k8s.io").Is(200);

        Assert.Equal(("Normal", "Scheduled", $"pod/{name}"), (table.Word("rows.0.cells.1"), table.Word("rows.0.cells.2"), table.Word("rows.0.cells.3")));
        Assert.StartsWith("default-scheduler", table.Word("rows.0.cells.5"));
        Assert.Matches("^[0-9]+[sm]", table.Word("rows.0.cells.0"));
        Assert.Equal("1", table.At("rows.0.cells.8").ToString());
        Assert.Equal("spec.containers{app}", started.Word("rows.0.cells.4"));
        Assert.StartsWith("kubelet, ", started.Word("rows.0.cells.5"));
    }

    static string Events(Cluster cluster, string about, string reason) => $"{cluster.Events}?fieldSelector=involvedObject.name={about},reason={reason}";

    static async Task<JsonElement> Told(Cluster cluster, string about, string reason) =>
        (await cluster.Until($"{reason} is told of {about}", Events(cluster, about, reason), list => list.Items.Count > 0)).Items[0];

    /// <summary>The component, wherever the Event's form has it: the scheduler writes the newer one where <c>events.k8s.io</c> was served when it started, else the older.</summary>
    static string? Component(JsonElement told) => told.Find("source.component").Word() is { Length: > 0 } named ? named : told.Find("reportingComponent").Word();
}
