using System.Net;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;
using Xunit;

namespace Slipway.Journeys.Clients;

/// <summary>The official C# client and its typed models, over TLS.</summary>
public sealed class TypedClientJourneys
{
    const string Namespace = "default";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_is_created_watched_scaled_patched_and_deleted()
    {
        await using var sandbox = await ServedSandbox.StartAsync(tls: true);
        using var client = Client(sandbox);

        var made = await client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("shop", 2), Namespace, cancellationToken: Stop);
        Assert.Equal((1, "RollingUpdate"), (made.Metadata.Generation, made.Spec.Strategy.Type));
        await Watched(client, "shop", pods => pods.Count(IsReady) == 2);

        await Unhindered(async () =>
        {
            var scale = await client.AppsV1.ReadNamespacedDeploymentScaleAsync("shop", Namespace, cancellationToken: Stop);
            Assert.Equal((2, "app=shop"), (scale.Spec.Replicas, scale.Status.Selector));
            scale.Spec.Replicas = 3;
            await client.AppsV1.ReplaceNamespacedDeploymentScaleAsync(scale, "shop", Namespace, cancellationToken: Stop);
        });
        await Watched(client, "shop", pods => pods.Count(IsReady) == 3);

        var patched = await client.AppsV1.PatchNamespacedDeploymentAsync(new V1Patch("""{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.k8s.io/pause:3.9"}]}}}}""", V1Patch.PatchType.StrategicMergePatch), "shop", Namespace, cancellationToken: Stop);
        Assert.Equal(("registry.k8s.io/pause:3.9", 3), (patched.Spec.Template.Spec.Containers[0].Image, patched.Metadata.Generation));
        await Watched(client, "shop", pods => pods.Count(pod => IsReady(pod) && pod.Spec.Containers[0].Image.EndsWith(":3.9", StringComparison.Ordinal)) == 3 && pods.Count == 3);

        var status = await client.AppsV1.DeleteNamespacedDeploymentAsync("shop", Namespace, propagationPolicy: "Foreground", cancellationToken: Stop);
        await Watched(client, "shop", pods => pods.Count == 0);
        Assert.NotNull(status);
        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => client.AppsV1.ReadNamespacedDeploymentAsync("shop", Namespace, cancellationToken: Stop));
        Assert.Equal(HttpStatusCode.NotFound, gone.Response.StatusCode);
    }

    [Fact]
    public async Task A_pod_is_evicted_as_far_as_its_budget_allows_and_its_log_is_read()
    {
        await using var sandbox = await ServedSandbox.StartAsync(tls: true);
        using var client = Client(sandbox);
        await client.AppsV1.CreateNamespacedDeploymentAsync(Deployment("guarded", 1), Namespace, cancellationToken: Stop);
        await Watched(client, "guarded", pods => pods.Count(IsReady) == 1);
        var pod = (await client.CoreV1.ListNamespacedPodAsync(Namespace, labelSelector: "app=guarded", cancellationToken: Stop)).Items.Single();

        var log = await client.CoreV1.ReadNamespacedPodLogAsync(pod.Name(), Namespace, container: "app", cancellationToken: Stop);
        using (var text = new StreamReader(log)) Assert.NotEmpty(await text.ReadToEndAsync(Stop));

        var budget = new V1PodDisruptionBudget { Metadata = new() { Name = "guarded" }, Spec = new() { MinAvailable = 1, Selector = new() { MatchLabels = Labels("guarded") } } };
        await client.PolicyV1.CreateNamespacedPodDisruptionBudgetAsync(budget, Namespace, cancellationToken: Stop);
        await Holds(async () => (await client.PolicyV1.ReadNamespacedPodDisruptionBudgetAsync("guarded", Namespace, cancellationToken: Stop)).Status?.CurrentHealthy == 1);
        var eviction = new V1Eviction { Metadata = new() { Name = pod.Name(), NamespaceProperty = Namespace }, DeleteOptions = new() { Preconditions = new() { Uid = pod.Uid() } } };
        var refused = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), Namespace, cancellationToken: Stop));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Response.StatusCode);
        Assert.Equal("DisruptionBudget", KubernetesJson.Deserialize<V1Status>(refused.Response.Content).Details.Causes[0].Reason);

        await client.PolicyV1.DeleteNamespacedPodDisruptionBudgetAsync("guarded", Namespace, cancellationToken: Stop);
        await client.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), Namespace, cancellationToken: Stop);
        await Watched(client, "guarded", pods => pods.Count == 1 && pods[0].Uid() != pod.Uid() && IsReady(pods[0]));
    }

    [Fact]
    public async Task Stale_writes_conflict_and_applied_fields_have_owners()
    {
        await using var sandbox = await ServedSandbox.StartAsync(tls: true);
        using var client = Client(sandbox);
        var first = await client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = "settings" }, Data = new Dictionary<string, string> { ["a"] = "1" } }, Namespace, cancellationToken: Stop);
        first.Data["a"] = "2";
        await client.CoreV1.ReplaceNamespacedConfigMapAsync(first, "settings", Namespace, cancellationToken: Stop);

        var stale = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ReplaceNamespacedConfigMapAsync(first, "settings", Namespace, cancellationToken: Stop));
        var applied = new V1Patch(new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = "settings" }, Data = new Dictionary<string, string> { ["a"] = "3" } }, V1Patch.PatchType.ApplyPatch);
        var owned = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.PatchNamespacedConfigMapAsync(applied, "settings", Namespace, fieldManager: "journey", force: false, cancellationToken: Stop));
        var forced = await client.CoreV1.PatchNamespacedConfigMapAsync(applied, "settings", Namespace, fieldManager: "journey", force: true, cancellationToken: Stop);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (stale.Response.StatusCode, owned.Response.StatusCode));
        Assert.Equal("3", forced.Data["a"]);
        Assert.Contains(forced.Metadata.ManagedFields, entry => entry is { Manager: "journey", Operation: "Apply" });
    }

    [Fact]
    public async Task A_custom_resource_is_read_and_written_by_a_generic_client()
    {
        await using var sandbox = await ServedSandbox.StartAsync(tls: true);
        using var client = Client(sandbox);
        var definition = new V1CustomResourceDefinition
        {
            Metadata = new() { Name = "widgets.example.com" },
            Spec = new()
            {
                Group = "example.com", Scope = "Namespaced", Names = new() { Kind = "Widget", Plural = "widgets", Singular = "widget" },
                Versions = [new() { Name = "v1", Served = true, Storage = true, Schema = new() { OpenAPIV3Schema = new() { Type = "object", XKubernetesPreserveUnknownFields = true } } }],
            },
        };
        await client.ApiextensionsV1.CreateCustomResourceDefinitionAsync(definition, cancellationToken: Stop);
        using var widgets = new GenericClient(client, "example.com", "v1", "widgets", disposeClient: false);

        await widgets.CreateNamespacedAsync(new Widget { Metadata = new() { Name = "one" }, Size = 3 }, Namespace, Stop);
        var read = await widgets.ReadNamespacedAsync<Widget>(Namespace, "one", Stop);

        Assert.Equal(("one", 3), (read.Metadata.Name, read.Size));
    }

    [Fact]
    public async Task Of_two_candidates_one_leads_and_the_other_takes_over()
    {
        await using var sandbox = await ServedSandbox.StartAsync(tls: true);
        using var client = Client(sandbox);
        using var firstEnds = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var secondEnds = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var (first, second) = (Elector(client, "first"), Elector(client, "second"));

        var leading = first.RunUntilLeadershipLostAsync(firstEnds.Token);
        await Holds(() => Task.FromResult(first.IsLeader()));
        var waiting = second.RunUntilLeadershipLostAsync(secondEnds.Token);
        Assert.False(second.IsLeader());
        await firstEnds.CancelAsync();
        await Holds(() => Task.FromResult(second.IsLeader()));
        await secondEnds.CancelAsync();

        Assert.Equal("second", (await client.CoordinationV1.ReadNamespacedLeaseAsync("leader", Namespace, cancellationToken: Stop)).Spec.HolderIdentity);
        await Task.WhenAny(Task.WhenAll(leading, waiting), Task.Delay(TimeSpan.FromSeconds(10), Stop));
    }

    static Kubernetes Client(ServedSandbox sandbox) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(sandbox.Kubeconfig));

    static LeaderElector Elector(Kubernetes client, string who) => new(new LeaderElectionConfig(new LeaseLock(client, Namespace, "leader", who)) { LeaseDuration = TimeSpan.FromSeconds(2), RenewDeadline = TimeSpan.FromSeconds(1), RetryPeriod = TimeSpan.FromMilliseconds(200) });

    static Dictionary<string, string> Labels(string app) => new() { ["app"] = app };

    static V1Deployment Deployment(string name, int replicas) => new()
    {
        Metadata = new() { Name = name },
        Spec = new()
        {
            Replicas = replicas,
            Selector = new() { MatchLabels = Labels(name) },
            Template = new() { Metadata = new() { Labels = Labels(name) }, Spec = new() { Containers = [new() { Name = "app", Image = "registry.k8s.io/pause:3.10" }] } },
        },
    };

    static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true && pod.Metadata.DeletionTimestamp is null;

    /// <summary>Lists the pods of an app and watches from there, until they are as wished.</summary>
    static async Task Watched(Kubernetes client, string app, Func<IReadOnlyList<V1Pod>, bool> wished)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var list = await client.CoreV1.ListNamespacedPodAsync(Namespace, labelSelector: $"app={app}", cancellationToken: limit.Token);
        var pods = list.Items.ToDictionary(pod => pod.Name());
        if (wished([.. pods.Values])) return;
        await foreach (var (type, pod) in client.CoreV1.WatchListNamespacedPodAsync(Namespace, labelSelector: $"app={app}", resourceVersion: list.ResourceVersion(), cancellationToken: limit.Token))
        {
            if (type == WatchEventType.Deleted) pods.Remove(pod.Name());
            else if (type is WatchEventType.Added or WatchEventType.Modified) pods[pod.Name()] = pod;
            if (wished([.. pods.Values])) return;
        }

        Assert.Fail("the watch ended");
    }

    /// <summary>Reads and writes until no controller has written in between.</summary>
    static Task Unhindered(Func<Task> readAndWrite) => Holds(async () =>
    {
        try
        {
            await readAndWrite();
            return true;
        }
        catch (HttpOperationException conflict) when (conflict.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    });

    static async Task Holds(Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "it never comes about");
            await Task.Delay(50, Stop);
        }
    }

    sealed class Widget : IKubernetesObject<V1ObjectMeta>
    {
        public string ApiVersion { get; set; } = "example.com/v1";
        public string Kind { get; set; } = "Widget";
        public V1ObjectMeta Metadata { get; set; } = new();
        public int Size { get; set; }
    }
}
