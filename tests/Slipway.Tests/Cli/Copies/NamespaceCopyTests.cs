using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Commands;
using Slipway.Cli.Copies;
using Slipway.Operator.Schemas;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.Imports;
using Slipway.Tests.Sandbox.Workloads;
using Xunit;

namespace Slipway.Tests.Cli.Copies;

public sealed class NamespaceCopyTests
{
    static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", Namespaced: true);

    const string Template = """{ "metadata": { "labels": { "app": "APP" } }, "spec": { "containers": [{ "name": "app", "image": "app:1" }] } }""";

    [Fact]
    public async Task The_copy_goes_on_where_the_namespace_is_with_the_same_pods()
    {
        await using var source = Shop();
        var copy = await ReadAsync(source);

        await using var sandbox = TakenUp(copy, source.Now);
        sandbox.Run(120);

        Assert.Equal(source.Pods.Select(Identity), sandbox.Pods.Select(Identity));
        Assert.Equal(6, sandbox.ReadyPods);
        Assert.Equal(Uids(source, Kinds.ReplicaSets), Uids(sandbox, Kinds.ReplicaSets));
        Assert.Equal(Uids(source, Kinds.ControllerRevisions), Uids(sandbox, Kinds.ControllerRevisions));
        Assert.Equal(1, sandbox.Get(Kinds.PodDisruptionBudgets, "cart").GetProperty("status").GetProperty("disruptionsAllowed").GetInt32());
    }

    [Fact]
    public async Task Controllers_take_the_copied_objects_for_their_own()
    {
        await using var source = Shop();
        await using var sandbox = TakenUp(await ReadAsync(source), source.Now);
        sandbox.Run(60);
        var before = sandbox.Pods.Select(Identity).ToHashSet();

        sandbox.Delete(Kinds.Pods, "db-1");
        sandbox.Scale(Kinds.Deployments, "cart", 3);
        sandbox.Run(60);

        Assert.Equal(5, sandbox.ReadyPods);
        Assert.Equal(["db-1"], sandbox.Pods.Where(pod => !before.Contains(Identity(pod))).Select(pod => pod.Name()));
        Assert.Equal(6, source.ReadyPods);
    }

    [Fact]
    public async Task A_new_image_rolls_out_over_copied_pods()
    {
        await using var source = Shop();
        await using var sandbox = TakenUp(await ReadAsync(source), source.Now);

        sandbox.SetImage(Kinds.Deployments, "cart", "app:2");
        sandbox.SetImage(Kinds.StatefulSets, "db", "app:2");
        sandbox.Run(300);

        Assert.All(sandbox.Pods, pod => Assert.Equal("app:2", pod.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()));
        Assert.Equal(6, sandbox.ReadyPods);
    }

    [Fact]
    public async Task Secrets_stay_where_they_are_and_other_namespaces_too()
    {
        await using var source = Shop();
        source.Create(Secrets, """{ "metadata": { "name": "key" }, "data": { "word": "c3dvcmRmaXNo" } }""");
        source.Objects.Create(Kinds.Namespaces, Manifest.Parse("""{ "metadata": { "name": "other" } }"""));
        source.Objects.Create(Kinds.Services, Manifest.Parse("""{ "metadata": { "name": "web", "namespace": "other" }, "spec": { "selector": { "app": "web" }, "ports": [{ "port": 80 }] } }"""));

        var copy = await ReadAsync(source);

        Assert.DoesNotContain(copy.Objects, copied => copied.Type == Secrets || copied.Key.Namespace == "other");
        Assert.Equal(["node-1", "node-2", "node-3"], copy.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task Tickets_units_and_policies_come_along()
    {
        await using var source = Shop();
        source.Create(Kinds.OpsTickets, """{ "metadata": { "name": "t1" }, "spec": { "title": "Restart", "operation": "Restart", "targets": [{ "service": "cart", "all": true }] } }""");

        await using var sandbox = TakenUp(await ReadAsync(source), source.Now);

        Assert.Equal(source.Get(Kinds.OpsTickets, "t1").GetProperty("metadata").GetProperty("uid").GetString(), sandbox.Get(Kinds.OpsTickets, "t1").GetProperty("metadata").GetProperty("uid").GetString());
    }

    [Fact]
    public void Owners_and_finalizers_that_are_not_copied_are_left_out_and_what_is_going_too()
    {
        var pod = Body("""{ "metadata": { "name": "p", "uid": "p1", "ownerReferences": [{ "uid": "job1", "kind": "Job" }, { "uid": "s1" }], "finalizers": ["elsewhere.example/keep", "slipway.dev/ticket"], "managedFields": [{}] } }""");
        var service = Body("""{ "metadata": { "name": "s", "uid": "s1" } }""");
        var going = Body("""{ "metadata": { "name": "g", "uid": "g1", "deletionTimestamp": "2026-01-01T00:00:00Z" } }""");

        var cleaned = new ClusterCopy([], [new(Kinds.Pods, pod), new(Kinds.Services, service), new(Kinds.Pods, going)]).Cleaned();

        Assert.Equal(["p", "s"], cleaned.Select(copied => copied.Key.Name));
        Assert.Equal("""{"name":"p","uid":"p1","ownerReferences":[{"uid":"s1"}],"finalizers":["slipway.dev/ticket"]}""", cleaned[0].Body["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task A_pod_that_is_not_ready_stays_so_and_its_replacement_is_ready()
    {
        await using var source = Shop();
        source.Annotate("db-0", "sandbox.slipway.dev/fail", "NeverReady");
        source.Run(30);
        source.Annotate("db-0", "sandbox.slipway.dev/fail", null);
        var copy = await ReadAsync(source);

        await using var sandbox = TakenUp(copy, source.Now);
        sandbox.Run(120);
        var stuck = sandbox.ReadyPods;
        sandbox.Delete(Kinds.Pods, "db-0");
        sandbox.Run(120);

        Assert.Equal((5, 6), (stuck, sandbox.ReadyPods));
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_said_in_one_sentence()
    {
        await using var source = Shop();
        using var transport = source.Api;
        var api = new KubernetesApi(transport, new("http://sandbox"));

        var refusal = await Assert.ThrowsAsync<CommandException>(() => NamespaceReader.ReadAsync(api, "nowhere", TestContext.Current.CancellationToken));

        Assert.Equal("namespace nowhere does not exist at http://sandbox/", refusal.Message);
    }

    static ClusterWorld Shop()
    {
        var world = new ClusterWorld(before: Define);
        world.Create(Kinds.Deployments, $$"""{ "metadata": { "name": "cart" }, "spec": { "replicas": 4, "selector": { "matchLabels": { "app": "cart" } }, "template": {{Template.Replace("APP", "cart")}} } }""");
        world.Create(Kinds.StatefulSets, $$"""{ "metadata": { "name": "db" }, "spec": { "replicas": 2, "serviceName": "db", "selector": { "matchLabels": { "app": "db" } }, "template": {{Template.Replace("APP", "db")}} } }""");
        world.Create(Kinds.Services, """{ "metadata": { "name": "cart" }, "spec": { "selector": { "app": "cart" }, "ports": [{ "port": 80 }] } }""");
        world.Create(Kinds.PodDisruptionBudgets, """{ "metadata": { "name": "cart" }, "spec": { "minAvailable": 3, "selector": { "matchLabels": { "app": "cart" } } } }""");
        world.Run(60);
        Assert.Equal(6, world.ReadyPods);
        return world;
    }

    static async Task<ClusterCopy> ReadAsync(ClusterWorld source)
    {
        using var transport = source.Api;
        return await NamespaceReader.ReadAsync(new(transport, new("http://sandbox")), ClusterWorld.Namespace, TestContext.Current.CancellationToken);
    }

    static ClusterWorld TakenUp(ClusterCopy copy, DateTimeOffset now) => new(seed: 2, start: now, before: cluster =>
    {
        Define(cluster);
        cluster.TakeUp(copy);
    });

    static void Define(SandboxCluster cluster)
    {
        foreach (var kind in ShippedKinds.All) cluster.Objects.Create(Kinds.CustomResourceDefinitions, kind.Definition());
    }

    static string Identity(JsonElement pod) => $"{pod.Name()} {pod.GetProperty("metadata").GetProperty("uid").GetString()} {pod.GetProperty("spec").GetProperty("nodeName").GetString()} {pod.GetProperty("status").GetProperty("podIP").GetString()}";

    static IEnumerable<string> Uids(ClusterWorld world, ResourceType type) => world.Objects.List(type, ClusterWorld.Namespace).Select(found => found.Uid);

    static JsonObject Body(string json) => JsonNode.Parse(json)!.AsObject();
}
