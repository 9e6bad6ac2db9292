using System.Text.Json.Nodes;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class DisruptionTests
{
    [Theory]
    [InlineData("\"maxUnavailable\": 2", 7, 5, 2)]
    [InlineData("\"maxUnavailable\": \"30%\"", 7, 4, 3)]
    [InlineData("\"minAvailable\": \"50%\"", 7, 4, 3)]
    [InlineData("\"minAvailable\": 7", 7, 7, 0)]
    [InlineData("\"maxUnavailable\": \"100%\"", 7, 0, 7)]
    public async Task A_budget_counts_from_the_scale_of_the_pods_owners_and_rounds_up(string demand, int expected, int desired, int allowed)
    {
        await using var world = WithBudget(demand, replicas: 7);

        world.Run(seconds: 20);

        Assert.Equal((expected, desired, 7, allowed), Numbers(world));
        Assert.Equal(allowed > 0 ? "True" : "False", world.Get(Kinds.PodDisruptionBudgets, "pdb").Condition("DisruptionAllowed").Text("status"));
    }

    [Fact]
    public async Task Pods_that_are_not_ready_or_leave_are_not_healthy()
    {
        await using var world = WithBudget("\"maxUnavailable\": 3", replicas: 7);
        world.Run(seconds: 20);

        world.Annotate(world.Pods[0].Name(), "sandbox.slipway.dev/fail", "NeverReady");
        world.Delete(Kinds.Pods, world.Pods[1].Name());
        world.Run(seconds: 0.1);

        Assert.Equal((7, 4, 5, 1), Numbers(world));
    }

    [Fact]
    public async Task An_evicted_pod_counts_as_disrupted_until_it_leaves_or_two_minutes_have_passed()
    {
        await using var world = WithBudget("\"maxUnavailable\": 3", replicas: 7);
        world.Run(seconds: 20);
        var evicted = world.Pods[0].Name();

        world.Change(Kinds.PodDisruptionBudgets, "pdb", body => body["status"]!["disruptedPods"] = new JsonObject { [evicted] = "2026-01-01T00:00:20Z" }, "status");
        world.Run(seconds: 100);
        Assert.Equal((7, 4, 6, 2), Numbers(world));

        world.Run(seconds: 30);
        Assert.Equal((7, 4, 7, 3), Numbers(world));
    }

    [Fact]
    public async Task A_budget_of_pods_whose_owner_is_unknown_allows_nothing()
    {
        await using var world = WithBudget("\"maxUnavailable\": 3", replicas: 0);
        var pod = JsonNode.Parse(Manifest.Pod("stray"))!;
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "example.com/v1", ["kind"] = "Unheard", ["name"] = "x", ["uid"] = "4f0c2a34-1111-4222-8333-444455556666", ["controller"] = true,
        });
        world.Create(Kinds.Pods, pod.ToJsonString());

        world.Run(seconds: 20);

        var budget = world.Get(Kinds.PodDisruptionBudgets, "pdb");
        Assert.Equal((0, "SyncFailed"), (budget.Number("status", "disruptionsAllowed"), budget.Condition("DisruptionAllowed").Text("reason")));
    }

    [Fact]
    public async Task Owners_of_custom_kinds_tell_their_scale_by_the_path_of_their_definition()
    {
        await using var world = WithBudget("\"maxUnavailable\": 1", replicas: 0);
        world.Create(Kinds.CustomResourceDefinitions, """
            {
              "metadata": { "name": "widgets.example.com" },
              "spec": {
                "group": "example.com", "scope": "Namespaced", "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
                "versions": [ {
                  "name": "v1", "served": true, "storage": true,
                  "subresources": { "status": {}, "scale": { "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size" } },
                  "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } }
                } ]
              }
            }
            """);
        var widget = world.Create(new("example.com", "v1", "widgets", "Widget", Namespaced: true), """{ "metadata": { "name": "big" }, "spec": { "size": 5 } }""");
        var pod = JsonNode.Parse(Manifest.Pod("part"))!;
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "example.com/v1", ["kind"] = "Widget", ["name"] = "big", ["uid"] = widget.Uid, ["controller"] = true,
        });
        world.Create(Kinds.Pods, pod.ToJsonString());

        world.Run(seconds: 20);

        Assert.Equal((5, 4, 1, 0), Numbers(world));
    }

    static ClusterWorld WithBudget(string demand, int replicas)
    {
        var world = new ClusterWorld();
        world.Create(Kinds.PodDisruptionBudgets, $$"""{ "metadata": { "name": "pdb" }, "spec": { "selector": { "matchLabels": { "app": "web" } }, {{demand}} } }""");
        world.Create(Kinds.Deployments, Manifest.Deployment(replicas));
        return world;
    }

    static (int Expected, int Desired, int Healthy, int Allowed) Numbers(ClusterWorld world)
    {
        var status = world.Get(Kinds.PodDisruptionBudgets, "pdb").At("status");
        return (status.Number("expectedPods"), status.Number("desiredHealthy"), status.Number("currentHealthy"), status.Number("disruptionsAllowed"));
    }
}
