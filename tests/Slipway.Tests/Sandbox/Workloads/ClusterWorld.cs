using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Storage;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

/// <summary>A sandbox with its control plane on one thread and a virtual clock; steps of different controllers run in a random, seeded order.</summary>
sealed class ClusterWorld : IAsyncDisposable
{
    public const string Namespace = "shop";

    readonly ShuffledTurns turns;
    readonly VirtualTime time;
    readonly SandboxCluster cluster;

    public ClusterWorld(int nodes = 3, int seed = 1, DateTimeOffset? start = null, Action<SandboxCluster>? before = null, bool recordsEvents = false)
    {
        turns = new(seed);
        time = new(start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        cluster = new(new() { Context = turns, Seed = seed, RecordsEvents = recordsEvents, Nodes = [.. Enumerable.Range(1, nodes).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string>()))] }, time);
        Objects.Create(Kinds.Namespaces, Manifest.Parse($$"""{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{Namespace}}" } }"""));
        before?.Invoke(cluster);
        cluster.Start();
    }

    public Objects Objects => cluster.Objects;

    /// <summary>The API server, asked without a socket.</summary>
    public HttpMessageInvoker Api => new(cluster.CreateHandler());

    public DateTimeOffset Now => time.GetUtcNow();

    public JsonElement[] Pods => [.. Objects.List(Kinds.Pods, Namespace).Select(pod => pod.Json).OrderBy(pod => pod.Name(), StringComparer.Ordinal)];

    public int ReadyPods => Pods.Count(pod => pod.IsReady());

    /// <summary>Called after every step.</summary>
    public Action AfterStep { get; set; } = () => { };

    public StoredObject Create(ResourceType type, string json)
    {
        var body = Manifest.Parse(json);
        body["apiVersion"] = type.ApiVersion;
        body["kind"] = type.Kind;
        if (type.Namespaced) ((JsonObject)body["metadata"]!)["namespace"] = Namespace;
        return Objects.Create(type, body);
    }

    public JsonElement Get(ResourceType type, string name) => Find(type, name) ?? throw new InvalidOperationException($"{type} {name} is not there");

    public JsonElement? Find(ResourceType type, string name) => Objects.Get(type, new(type.Namespaced ? Namespace : "", name))?.Json;

    public void Change(ResourceType type, string name, Action<JsonObject> change, string? subresource = null)
    {
        var body = (JsonObject)JsonNode.Parse(Get(type, name).GetRawText())!;
        change(body);
        Objects.Update(type, body, subresource);
    }

    public void Annotate(string pod, string annotation, string? value) => Change(Kinds.Pods, pod, body =>
    {
        var annotations = body["metadata"]!["annotations"] as JsonObject ?? [];
        if (value is null) annotations.Remove(annotation);
        else annotations[annotation] = value;
        body["metadata"]!["annotations"] = annotations.DeepClone();
    });

    public void Delete(ResourceType type, string name, string policy = "Background") => Objects.Delete(type, new(type.Namespaced ? Namespace : "", name), propagationPolicy: policy);

    public void Scale(ResourceType type, string name, int replicas) => Change(type, name, body => body["spec"]!["replicas"] = replicas);

    public void SetImage(ResourceType type, string name, string image) =>
        Change(type, name, body => body["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    /// <summary>Lets the cluster live for a while.</summary>
    public void Run(double seconds)
    {
        var until = Now.AddSeconds(seconds);
        Settle();
        while (time.NextDue is { } due && due <= until)
        {
            time.RunNext();
            Settle();
        }
        time.AdvanceTo(until);
        Settle();
    }

    /// <summary>Lets the cluster live until something holds, for five minutes at most.</summary>
    public void RunUntil(Func<bool> holds)
    {
        for (var second = 0; second < 3000 && !holds(); second++) Run(0.1);
        Assert.True(holds());
    }

    public async ValueTask DisposeAsync() => await cluster.DisposeAsync();

    void Settle()
    {
        while (turns.RunOne()) AfterStep();
    }
}

/// <summary>Posted steps, run in a random order.</summary>
sealed class ShuffledTurns(int seed) : SynchronizationContext
{
    readonly Random random = new(seed);
    readonly List<(SendOrPostCallback Callback, object? State)> posted = [];

    public override void Post(SendOrPostCallback d, object? state) => posted.Add((d, state));

    public bool RunOne()
    {
        if (posted.Count == 0) return false;
        var chosen = random.Next(posted.Count);
        var (callback, state) = posted[chosen];
        posted[chosen] = posted[^1];
        posted.RemoveAt(posted.Count - 1);
        callback(state);
        return true;
    }
}
