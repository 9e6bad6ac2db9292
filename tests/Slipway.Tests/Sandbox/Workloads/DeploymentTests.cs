using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class DeploymentTests
{
    [Theory]
    [InlineData(4, "\"25%\"", "\"25%\"", 1, 1)]
    [InlineData(10, "0", "3", 0, 3)]
    [InlineData(6, "2", "0", 2, 0)]
    [InlineData(3, "0", "\"10%\"", 0, 1)]
    public async Task A_rolling_update_keeps_within_surge_and_unavailability(int replicas, string maxSurge, string maxUnavailable, int surge, int unavailable)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            await using var world = new ClusterWorld(seed: seed);
            world.Create(Kinds.Deployments, Manifest.Deployment(replicas, $$"""
                "progressDeadlineSeconds": 600, "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": {{maxSurge}}, "maxUnavailable": {{maxUnavailable}} } },
                """));
            world.RunUntil(() => world.ReadyPods == replicas);
            var (fewestReady, mostWanted) = (replicas, 0);
            world.AfterStep = () =>
            {
                fewestReady = Math.Min(fewestReady, world.ReadyPods);
                mostWanted = Math.Max(mostWanted, world.Objects.List(Kinds.ReplicaSets).Sum(set => set.Json.Number("spec", "replicas")));
            };

            world.SetImage(Kinds.Deployments, "web", "nginx:2");
            world.RunUntil(() => IsDone(world, replicas));

            Assert.All(world.Pods.Where(pod => !pod.IsDeleting()), pod => Assert.Equal("nginx:2", pod.Image()));
            Assert.InRange(fewestReady, replicas - unavailable, replicas);
            // Kubernetes bounds what the sets ask for; an old set may still have to follow with its pods.
            Assert.InRange(mostWanted, replicas, replicas + surge);
        }
    }

    [Fact]
    public async Task A_finished_rollout_says_so()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(3, "\"progressDeadlineSeconds\": 600,"));

        world.Run(seconds: 30);

        var deployment = world.Get(Kinds.Deployments, "web");
        Assert.Equal((3, 3, 3, 3), (deployment.Number("status", "replicas"), deployment.Number("status", "updatedReplicas"), deployment.Number("status", "readyReplicas"), deployment.Number("status", "availableReplicas")));
        Assert.Equal(deployment.Number("metadata", "generation"), deployment.Number("status", "observedGeneration"));
        Assert.Equal("MinimumReplicasAvailable", deployment.Condition("Available").Text("reason"));
        Assert.Equal("NewReplicaSetAvailable", deployment.Condition("Progressing").Text("reason"));
        Assert.Equal("1", deployment.Text("metadata", "annotations", "deployment.kubernetes.io/revision"));
    }

    [Fact]
    public async Task Going_back_to_an_old_template_takes_its_set_again_under_a_new_revision()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(2));
        world.RunUntil(() => IsDone(world, 2));
        world.SetImage(Kinds.Deployments, "web", "nginx:2");
        world.RunUntil(() => IsDone(world, 2));

        world.SetImage(Kinds.Deployments, "web", "nginx:1");
        world.RunUntil(() => IsDone(world, 2));

        Assert.Equal(2, world.Objects.List(Kinds.ReplicaSets).Count);
        Assert.Equal("3", world.Get(Kinds.Deployments, "web").Text("metadata", "annotations", "deployment.kubernetes.io/revision"));
        Assert.All(world.Pods.Where(pod => !pod.IsDeleting()), pod => Assert.Equal("nginx:1", pod.Image()));
    }

    [Fact]
    public async Task Recreate_never_runs_two_templates_at_once()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(3, """ "strategy": { "type": "Recreate" }, """));
        world.RunUntil(() => world.ReadyPods == 3);
        var mostTemplates = 0;
        world.AfterStep = () => mostTemplates = Math.Max(mostTemplates, world.Pods.Select(pod => pod.Image()).Distinct().Count());

        world.SetImage(Kinds.Deployments, "web", "nginx:2");
        world.RunUntil(() => IsDone(world, 3));

        Assert.Equal(1, mostTemplates);
        Assert.All(world.Pods, pod => Assert.Equal("nginx:2", pod.Image()));
    }

    [Fact]
    public async Task A_paused_deployment_scales_but_does_not_roll()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(2));
        world.RunUntil(() => world.ReadyPods == 2);

        world.Change(Kinds.Deployments, "web", body => body["spec"]!["paused"] = true);
        world.SetImage(Kinds.Deployments, "web", "nginx:2");
        world.Scale(Kinds.Deployments, "web", 4);
        world.Run(seconds: 30);

        Assert.Equal(4, world.ReadyPods);
        Assert.All(world.Pods, pod => Assert.Equal("nginx:1", pod.Image()));

        world.Change(Kinds.Deployments, "web", body => body["spec"]!["paused"] = false);
        world.RunUntil(() => IsDone(world, 4));

        Assert.All(world.Pods.Where(pod => !pod.IsDeleting()), pod => Assert.Equal("nginx:2", pod.Image()));
    }

    [Fact]
    public async Task A_rollout_that_stands_still_exceeds_its_deadline_and_keeps_the_old_pods()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(4, "\"progressDeadlineSeconds\": 60,"));
        world.RunUntil(() => world.ReadyPods == 4);

        world.SetImage(Kinds.Deployments, "web", "missing:2");
        world.Run(seconds: 120);

        Assert.Equal("ProgressDeadlineExceeded", world.Get(Kinds.Deployments, "web").Condition("Progressing").Text("reason"));
        Assert.Equal(3, world.ReadyPods);
    }

    [Fact]
    public async Task A_deployment_resized_in_the_middle_of_a_rollout_resizes_its_sets_in_proportion()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(10, """ "strategy": { "rollingUpdate": { "maxSurge": 3, "maxUnavailable": 2 } }, """));
        world.RunUntil(() => world.ReadyPods == 10);
        world.SetImage(Kinds.Deployments, "web", "missing:2");
        world.Run(seconds: 30);

        world.Scale(Kinds.Deployments, "web", 15);
        world.Run(seconds: 30);

        // The example of kubernetes.io, "Proportional scaling": 8 old and 5 new become 11 and 7.
        Assert.Equal([11, 7], world.Pods.CountBy(pod => pod.Image()).OrderByDescending(count => count.Value).Select(count => count.Value));
    }

    [Fact]
    public async Task A_pod_counts_as_available_only_after_its_minimum_time()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(1, "\"minReadySeconds\": 20,"));
        world.RunUntil(() => world.ReadyPods == 1);

        world.Run(seconds: 15);
        Assert.Equal(0, world.Get(Kinds.Deployments, "web").Number("status", "availableReplicas"));

        world.Run(seconds: 10);
        Assert.Equal(1, world.Get(Kinds.Deployments, "web").Number("status", "availableReplicas"));
    }

    [Fact]
    public async Task Empty_sets_beyond_the_history_limit_are_forgotten()
    {
        await using var world = new ClusterWorld();
        world.Create(Kinds.Deployments, Manifest.Deployment(1, "\"revisionHistoryLimit\": 2,"));
        world.RunUntil(() => IsDone(world, 1));

        for (var version = 2; version <= 6; version++)
        {
            world.SetImage(Kinds.Deployments, "web", $"nginx:{version}");
            world.RunUntil(() => IsDone(world, 1));
        }
        world.Run(seconds: 10);

        Assert.Equal(3, world.Objects.List(Kinds.ReplicaSets).Count);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_names()
    {
        async Task<string[]> Names()
        {
            await using var world = new ClusterWorld(seed: 7);
            world.Create(Kinds.Deployments, Manifest.Deployment(5));
            world.Run(seconds: 20);
            return [.. world.Pods.Select(pod => pod.Container().Text("containerID")!)];
        }

        Assert.Equal(await Names(), await Names());
    }

    static bool IsDone(ClusterWorld world, int replicas)
    {
        var deployment = world.Get(Kinds.Deployments, "web");
        return deployment.Number("status", "observedGeneration") == deployment.Number("metadata", "generation")
            && deployment.Number("status", "updatedReplicas") == replicas
            && deployment.Number("status", "replicas") == replicas
            && deployment.Number("status", "availableReplicas") == replicas
            && !world.Pods.Any(pod => pod.IsDeleting());
    }
}
