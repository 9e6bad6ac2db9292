using System.Text.Json;
using Slipway.Resources;
using Slipway.Tests.Sandbox.Workloads;
using Xunit;

namespace Slipway.Tests.Sandbox.Nodes;

public sealed class RecreateDaemonTests
{
    [Fact]
    public async Task A_request_restarts_its_container_and_says_it_succeeded()
    {
        await using var world = WithPod();
        var before = world.Get(Kinds.Pods, "pod").Container();

        Request(world, "app");
        world.Run(seconds: 15);

        var after = world.Get(Kinds.Pods, "pod").Container();
        Assert.NotEqual(before.Text("containerID"), after.Text("containerID"));
        Assert.Equal(1, after.Number("restartCount"));
        Assert.Equal(("Completed", "Succeeded"), Outcome(world));
        Assert.True(world.Get(Kinds.Pods, "pod").IsReady());
    }

    [Fact]
    public async Task A_request_for_a_container_that_is_not_there_is_completed_but_failed()
    {
        await using var world = WithPod();

        Request(world, "nobody");
        world.Run(seconds: 15);

        Assert.Equal(("Completed", "Failed"), Outcome(world));
        Assert.Equal(0, world.Get(Kinds.Pods, "pod").Container().Number("restartCount"));
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_completed_while_its_container_still_recreates()
    {
        await using var world = WithPod();
        world.Annotate("pod", "sandbox.slipway.dev/start-seconds", "100");

        Request(world, "app", """ "activeDeadlineSeconds": 20, """);
        world.Run(seconds: 30);

        Assert.Equal(("Completed", "Recreating"), Outcome(world));
    }

    [Fact]
    public async Task A_finished_request_goes_after_its_time()
    {
        await using var world = WithPod();

        Request(world, "app", """ "ttlSecondsAfterFinished": 60, """);
        world.Run(seconds: 50);
        Assert.Equal(("Completed", "Succeeded"), Outcome(world));

        world.Run(seconds: 30);
        Assert.Null(world.Find(Kinds.ContainerRecreateRequests, "restart"));
    }

    [Theory]
    [InlineData("false", 1)]
    [InlineData("true", 2)]
    public async Task A_restart_satisfies_a_request_that_waited_meanwhile_unless_it_is_forced(string isForced, int restarts)
    {
        await using var world = WithPod();
        world.Annotate("pod", "sandbox.slipway.dev/start-seconds", "20");

        Request(world, "app");
        world.Run(seconds: 1);
        Request(world, "app", $$""" "strategy": { "forceRecreate": {{isForced}} }, """, "again");
        world.Run(seconds: 15);
        Assert.Equal("", world.Get(Kinds.ContainerRecreateRequests, "again").At("status").ToString());

        world.Run(seconds: 60);
        Assert.Equal("Completed", world.Get(Kinds.ContainerRecreateRequests, "again").Text("status", "phase"));
        Assert.Equal(restarts, world.Get(Kinds.Pods, "pod").Container().Number("restartCount"));
    }

    static ClusterWorld WithPod()
    {
        var world = new ClusterWorld();
        world.Create(Kinds.CustomResourceDefinitions, """
            {
              "metadata": { "name": "containerrecreaterequests.apps.kruise.io" },
              "spec": {
                "group": "apps.kruise.io", "scope": "Namespaced",
                "names": { "plural": "containerrecreaterequests", "singular": "containerrecreaterequest", "kind": "ContainerRecreateRequest", "listKind": "ContainerRecreateRequestList", "shortNames": [ "crr" ] },
                "versions": [ {
                  "name": "v1alpha1", "served": true, "storage": true, "subresources": { "status": {} },
                  "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } }
                } ]
              }
            }
            """);
        world.Create(Kinds.Pods, Manifest.Pod("pod"));
        world.Run(seconds: 10);
        return world;
    }

    static void Request(ClusterWorld world, string container, string spec = "", string name = "restart") => world.Create(Kinds.ContainerRecreateRequests, $$"""
        { "metadata": { "name": "{{name}}" }, "spec": { {{spec}} "podName": "pod", "containers": [ { "name": "{{container}}" } ] } }
        """);

    static (string? Phase, string? Container) Outcome(ClusterWorld world)
    {
        JsonElement request = world.Get(Kinds.ContainerRecreateRequests, "restart");
        return (request.Text("status", "phase"), request.At("status", "containerRecreateStates")[0].Text("phase"));
    }
}
