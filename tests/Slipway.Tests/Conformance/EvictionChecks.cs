using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Evictions and budgets ("API-initiated Eviction", "Specifying a Disruption Budget for your Application").</summary>
[Needs(ClusterPart.Nodes)]
public sealed class EvictionChecks : Checks
{
    [Check]
    public async Task A_pod_no_budget_covers_is_evicted(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 1);

        var answer = await Evict(cluster, pods[0]).Is(201);

        Assert.Equal("Success", answer.Word("status"));
        await cluster.Until("the pod has been replaced", Listed(cluster, name), list => !list.Names.Contains(pods[0]));
    }

    [Check]
    public async Task A_budget_without_room_answers_429_and_says_why(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"minAvailable\":2", allowed: 0);

        var answer = await Evict(cluster, pods[0]).Is(429, "TooManyRequests");

        Assert.Equal("DisruptionBudget", answer.Word("details.causes.0.reason"));
        Assert.Contains($"The disruption budget {name} needs 2 healthy pods and has 2 currently", answer.Word("details.causes.0.message"));
        await cluster.Get($"{cluster.Pods}/{pods[0]}").Is(200);
    }

    [Check]
    public async Task A_budget_spends_its_room_at_once(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 3);
        await Guard(cluster, name, "\"minAvailable\":2", allowed: 1);

        await Evict(cluster, pods[0]).Is(201);
        var second = await Evict(cluster, pods[1]).Is(429, "TooManyRequests");

        Assert.Equal("DisruptionBudget", second.Word("details.causes.0.reason"));
        await Readiness.All(cluster, name, 3);
        await cluster.Until("the budget has room again", $"{cluster.Budgets}/{name}", answer => answer.Number("status.disruptionsAllowed") == 1);
    }

    [Check]
    public async Task A_pod_of_two_budgets_cannot_be_evicted(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"maxUnavailable\":1", allowed: 1);
        await Guard(cluster, name, "\"maxUnavailable\":1", allowed: 1, budget: $"{name}-b");

        var answer = await Evict(cluster, pods[0]);

        Assert.Equal((500, "Failure"), (answer.Number("code"), answer.Word("status")));
        Assert.Contains("more than one PodDisruptionBudget", answer.Message);
        await cluster.Get($"{cluster.Pods}/{pods[0]}").Is(200);
    }

    [Check]
    public async Task A_dry_run_evicts_nobody_and_spends_nothing(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"maxUnavailable\":1", allowed: 1);

        await Evict(cluster, pods[0], """{"dryRun":["All"]}""").Is(201);
        await Evict(cluster, pods[1], query: "?dryRun=All").Is(201);

        var budget = await cluster.Get($"{cluster.Budgets}/{name}");
        Assert.Equal(1, budget.Number("status.disruptionsAllowed"));
        Assert.False((await cluster.Get($"{cluster.Pods}/{pods[0]}").Is(200)).Has("metadata.deletionTimestamp"));
    }

    [Check]
    public async Task A_dry_run_is_refused_where_the_eviction_would_be(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 1);
        await Guard(cluster, name, "\"maxUnavailable\":0", allowed: 0);

        await Evict(cluster, pods[0], """{"dryRun":["All"]}""").Is(429, "TooManyRequests");
    }

    [Check]
    public async Task An_eviction_with_another_uid_is_409(Cluster cluster)
    {
        var (_, pods) = await Service(cluster, 1);

        await Evict(cluster, pods[0], """{"preconditions":{"uid":"33333333-3333-3333-3333-333333333333"}}""").Is(409, "Conflict");

        await cluster.Get($"{cluster.Pods}/{pods[0]}").Is(200);
    }

    [Check]
    public async Task An_eviction_carries_its_grace_period(Cluster cluster)
    {
        var name = cluster.Name("grace");
        await cluster.Post(cluster.Pods, Pod(name, metadata: ""","finalizers":["conformance.slipway.dev/hold"]""")).Is(201);
        await cluster.Until("the pod runs", $"{cluster.Pods}/{name}", answer => answer.Word("status.phase") == "Running");

        await Evict(cluster, name, """{"gracePeriodSeconds":4}""").Is(201);
        var evicted = await cluster.Get($"{cluster.Pods}/{name}").Is(200);

        Assert.True(evicted.Number("metadata.deletionGracePeriodSeconds") is 4 or 0);
        Assert.NotNull(evicted.Word("metadata.deletionTimestamp"));
        await cluster.Free($"{cluster.Pods}/{name}").Is(200);
    }

    [Check]
    public async Task A_pending_pod_is_evicted_whatever_the_budget_says(Cluster cluster)
    {
        var name = cluster.Name("pending");
        await cluster.Post(cluster.Pods, HomelessPod(name, $"\"app\":\"{name}\"")).Is(201);
        await cluster.Post(cluster.Budgets, Budget(name, name, "\"maxUnavailable\":0")).Is(201);

        await Evict(cluster, name).Is(201);

        await cluster.Gone($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task An_unready_pod_may_go_while_enough_others_are_healthy(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"minAvailable\":1", allowed: 1);
        await MakeUnready(cluster, pods[0]);
        await cluster.Until("the budget has no room", $"{cluster.Budgets}/{name}", answer => answer.Number("status.disruptionsAllowed") == 0 && answer.Number("status.currentHealthy") == 1);

        await Evict(cluster, pods[1]).Is(429, "TooManyRequests");
        await EvictUnready(cluster, pods[0]);
    }

    [Check]
    public async Task An_unready_pod_is_held_by_IfHealthyBudget_while_too_few_are_healthy(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"minAvailable\":2", allowed: 0);
        await MakeUnready(cluster, pods[0]);
        await cluster.Until("one is healthy", $"{cluster.Budgets}/{name}", answer => answer.Number("status.currentHealthy") == 1);

        await Evict(cluster, pods[0]).Is(429, "TooManyRequests");
    }

    [Check]
    public async Task An_unready_pod_always_goes_under_AlwaysAllow(Cluster cluster)
    {
        var (name, pods) = await Service(cluster, 2);
        await Guard(cluster, name, "\"minAvailable\":2,\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"", allowed: 0);
        await MakeUnready(cluster, pods[0]);
        await cluster.Until("one is healthy", $"{cluster.Budgets}/{name}", answer => answer.Number("status.currentHealthy") == 1);

        await Evict(cluster, pods[1]).Is(429, "TooManyRequests");
        await EvictUnready(cluster, pods[0]);
    }

    [Check, Needs(ClusterPart.ApiServer)]
    public async Task An_eviction_of_nobody_is_404(Cluster cluster) => await Evict(cluster, cluster.Name("nobody")).Is(404, "NotFound");

    [Check]
    public async Task An_eviction_that_names_another_pod_is_a_bad_request(Cluster cluster)
    {
        var name = cluster.Name("one");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        await cluster.Post($"{cluster.Pods}/{name}/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"other"}}""").Is(400, "BadRequest");
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task Budgets_count_what_controllers_want_and_round_percentages_up(Cluster cluster)
    {
        var (name, _) = await Service(cluster, 5);

        var least = await Guard(cluster, name, "\"minAvailable\":\"50%\"", allowed: 2);
        await cluster.Delete($"{cluster.Budgets}/{name}").Is(200);
        var most = await Guard(cluster, name, "\"maxUnavailable\":\"30%\"", allowed: 2);

        Assert.Equal((3, 5, 5), (least.Number("status.desiredHealthy"), least.Number("status.expectedPods"), least.Number("status.currentHealthy")));
        Assert.Equal((3, 5, 5), (most.Number("status.desiredHealthy"), most.Number("status.expectedPods"), most.Number("status.currentHealthy")));
    }

    [Check]
    public async Task A_budget_follows_the_scale_of_its_workload(Cluster cluster)
    {
        var (name, _) = await Service(cluster, 2);
        await Guard(cluster, name, "\"maxUnavailable\":1", allowed: 1);

        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"replicas":4}}""").Is(200);

        await Readiness.All(cluster, name, 4);
        await cluster.Until("three of four have to be healthy", $"{cluster.Budgets}/{name}", answer => answer.Number("status.expectedPods") == 4 && answer.Number("status.desiredHealthy") == 3 && answer.Number("status.disruptionsAllowed") == 1);
    }

    [Check]
    public async Task A_budget_tells_whether_disruption_is_allowed_as_a_condition(Cluster cluster)
    {
        var (name, _) = await Service(cluster, 1);

        var roomy = await Guard(cluster, name, "\"maxUnavailable\":1", allowed: 1);
        await cluster.Delete($"{cluster.Budgets}/{name}").Is(200);
        var tight = await Guard(cluster, name, "\"maxUnavailable\":0", allowed: 0);

        Assert.Equal(("True", "False"), (roomy.Json.Condition("DisruptionAllowed"), tight.Json.Condition("DisruptionAllowed")));
    }

    /// <summary>A deployment whose pods have a readiness gate, and are ready.</summary>
    static async Task<(string Name, IReadOnlyList<string> Pods)> Service(Cluster cluster, int replicas)
    {
        var name = cluster.Name("guarded");
        await cluster.PostUntilEnd(cluster.Deployments, Deployment(name, replicas, podSpec: Readiness.Spec)).Is(201);
        return (name, await Readiness.All(cluster, name, replicas));
    }

    static string Listed(Cluster cluster, string name) => $"{cluster.Pods}?labelSelector=app={name}";

    /// <summary>A budget that has seen every pod ready: a kubelet may have written an older readiness once more.</summary>
    static async Task<Answer> Guard(Cluster cluster, string name, string spec, int allowed, string? budget = null)
    {
        await cluster.Post(cluster.Budgets, Budget(budget ?? name, name, spec)).Is(201);
        return await cluster.Until(
            $"the budget allows {allowed}", $"{cluster.Budgets}/{budget ?? name}",
            answer => answer.Number("status.observedGeneration") == 1 && answer.Number("status.disruptionsAllowed") == allowed && answer.Number("status.expectedPods") is > 0 and var expected && answer.Number("status.currentHealthy") == expected);
    }

    static Task<Answer> Evict(Cluster cluster, string pod, string options = "{}", string query = "") =>
        cluster.Post($"{cluster.Pods}/{pod}/eviction{query}", $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{pod}}}","namespace":"{{{cluster.Namespace}}}"},"deleteOptions":{{{options}}} }""");

    /// <summary>An unready pod is deleted at the version that was judged: where its kubelet writes meanwhile, the answer is to try again.</summary>
    static Task<Answer> EvictUnready(Cluster cluster, string pod) => cluster.Until("the unready pod is evicted", () => Evict(cluster, pod), answer => answer.Code == 201);

    static Task MakeUnready(Cluster cluster, string pod) => Readiness.Set(cluster, pod, ready: false);
}
