using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

/// <summary>What the sandbox's own controllers write of statuses.</summary>
public sealed class StatusWriteTests
{
    static readonly ResourceType CloneSets = new("apps.kruise.io", "v1alpha1", "clonesets", "CloneSet", Namespaced: true);

    static void Define(ClusterWorld world, ResourceType type, string required) => world.Create(Kinds.CustomResourceDefinitions, $$"""
        {
          "metadata": { "name": "{{type.Plural}}.{{type.Group}}" },
          "spec": {
            "group": "{{type.Group}}", "scope": "Namespaced", "names": { "plural": "{{type.Plural}}", "kind": "{{type.Kind}}" },
            "versions": [ { "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} }, "schema": { "openAPIV3Schema": {
              "type": "object", "properties": { "spec": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
              "status": { "type": "object", "x-kubernetes-preserve-unknown-fields": true, "required": [ {{required}} ] } } } } } ]
          }
        }
        """);

    [Theory]
    [InlineData("clonesets", "CloneSet", """ "availableReplicas", "readyReplicas", "replicas", "updatedReadyReplicas", "updatedReplicas" """, "updatedReadyReplicas")]
    [InlineData("statefulsets", "StatefulSet", """ "availableReplicas", "currentReplicas", "readyReplicas", "replicas", "updatedReplicas" """, "currentReplicas")]
    public async Task A_set_of_Kruise_has_the_counts_that_its_official_definition_requires(string plural, string kind, string required, string count)
    {
        await using var world = new ClusterWorld();
        var type = CloneSets with { Plural = plural, Kind = kind };
        Define(world, type, required);

        world.Create(type, kind == "CloneSet" ? Manifest.ReplicaSet(2) : Manifest.StatefulSet(2));
        world.Run(seconds: 20);

        Assert.Equal((2, 2), (world.Get(type, "web").Number("status", count), world.Get(type, "web").Number("status", "readyReplicas")));
    }

    [Fact]
    public async Task A_status_that_its_definition_does_not_allow_is_not_stored()
    {
        await using var world = new ClusterWorld();
        Define(world, CloneSets, "\"phase\"");
        var made = world.Create(CloneSets, Manifest.ReplicaSet(0));

        var refused = Assert.Throws<StatusException>(() => world.Objects.UpdateStatus(made, new JsonObject { ["replicas"] = 0 }));
        world.Objects.UpdateStatus(made, new JsonObject { ["phase"] = "Known" });

        Assert.Equal(422, refused.Code);
        Assert.Equal("Known", world.Get(CloneSets, "web").Text("status", "phase"));
    }

    [Fact]
    public async Task A_status_is_written_only_of_the_version_that_was_seen()
    {
        await using var world = new ClusterWorld();
        var seen = world.Create(Kinds.Pods, Manifest.Pod("pod"));
        world.Annotate("pod", "a", "b");

        var refused = Assert.Throws<StatusException>(() => world.Objects.UpdateStatus(seen, new JsonObject { ["phase"] = "Failed" }));

        Assert.Equal((409, "b"), (refused.Code, world.Get(Kinds.Pods, "pod").Text("metadata", "annotations", "a")));
    }
}
