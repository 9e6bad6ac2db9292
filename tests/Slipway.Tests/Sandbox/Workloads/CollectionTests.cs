using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class CollectionTests
{
    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task With_its_deployment_go_its_sets_and_pods(string policy)
    {
        await using var world = Running();

        world.Delete(Kinds.Deployments, "web", policy);
        world.Run(seconds: 20);

        Assert.Null(world.Find(Kinds.Deployments, "web"));
        Assert.Empty(world.Objects.List(Kinds.ReplicaSets));
        Assert.Empty(world.Pods);
    }

    [Fact]
    public async Task In_the_foreground_the_owner_goes_last()
    {
        await using var world = Running();
        var ownerWentFirst = false;
        world.AfterStep = () => ownerWentFirst |= world.Find(Kinds.Deployments, "web") is null && world.Objects.List(Kinds.ReplicaSets).Count > 0;

        world.Delete(Kinds.Deployments, "web", "Foreground");
        world.Run(seconds: 20);

        Assert.False(ownerWentFirst);
        Assert.Null(world.Find(Kinds.Deployments, "web"));
    }

    [Fact]
    public async Task An_orphaning_deletion_leaves_the_pods_and_a_new_owner_adopts_them()
    {
        await using var world = Running();
        var pods = world.Pods.Select(pod => pod.Uid()).ToArray();

        world.Delete(Kinds.Deployments, "web", "Orphan");
        world.Run(seconds: 20);
        Assert.Null(world.Find(Kinds.Deployments, "web"));
        Assert.Equal(pods, world.Pods.Select(pod => pod.Uid()));

        world.Create(Kinds.Deployments, Manifest.Deployment(2));
        world.Run(seconds: 20);
        Assert.Equal(pods, world.Pods.Select(pod => pod.Uid()));
    }

    [Fact]
    public async Task An_object_goes_with_its_last_owner_only()
    {
        await using var world = new ClusterWorld();
        var (one, other) = (world.Create(Kinds.ConfigMaps, """{ "metadata": { "name": "one" } }"""), world.Create(Kinds.ConfigMaps, """{ "metadata": { "name": "other" } }"""));
        var owned = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "owned",
                ["ownerReferences"] = new JsonArray([.. new[] { one, other }.Select(owner => new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = owner.Key.Name, ["uid"] = owner.Uid })]),
            },
        };
        world.Create(Kinds.ConfigMaps, owned.ToJsonString());

        world.Delete(Kinds.ConfigMaps, "one");
        world.Run(seconds: 5);
        Assert.Equal([other.Uid], world.Get(Kinds.ConfigMaps, "owned").At("metadata", "ownerReferences").EnumerateArray().Select(owner => owner.Text("uid")));

        world.Delete(Kinds.ConfigMaps, "other");
        world.Run(seconds: 5);
        Assert.Null(world.Find(Kinds.ConfigMaps, "owned"));
    }

    [Fact]
    public async Task An_object_whose_owner_was_replaced_under_the_same_name_goes()
    {
        await using var world = new ClusterWorld();

        world.Create(Kinds.ConfigMaps, """{ "metadata": { "name": "owner" } }""");
        world.Create(Kinds.ConfigMaps, """
            { "metadata": { "name": "owned", "ownerReferences": [ { "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "4f0c2a34-1111-4222-8333-444455556666" } ] } }
            """);
        world.Run(seconds: 5);

        Assert.Null(world.Find(Kinds.ConfigMaps, "owned"));
    }

    [Fact]
    public async Task A_deleted_namespace_is_emptied_and_goes()
    {
        await using var world = Running();
        world.Create(Kinds.ConfigMaps, """{ "metadata": { "name": "settings" } }""");

        world.Delete(Kinds.Namespaces, ClusterWorld.Namespace);
        world.Run(seconds: 0);
        Assert.NotNull(world.Find(Kinds.Namespaces, ClusterWorld.Namespace));

        world.Run(seconds: 20);
        Assert.Empty(world.Pods);
        Assert.Null(world.Find(Kinds.Namespaces, ClusterWorld.Namespace));
    }

    static ClusterWorld Running()
    {
        var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(2));
        world.RunUntil(() => world.ReadyPods == 2);
        return world;
    }
}
