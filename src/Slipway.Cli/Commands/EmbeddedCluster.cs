using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer.Access.Oidc;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Imports;

namespace Slipway.Cli.Commands;

/// <summary>A sandbox with our kinds in it and, if wanted, the operator beside it, all in this process.</summary>
sealed class EmbeddedCluster : IAsyncDisposable
{
    static readonly JsonSerializerOptions AsApplied = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Versions begin with the time since then, so that a sandbox started later goes on after those of an earlier one.</summary>
    static readonly DateTimeOffset VersionsSince = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly CancellationTokenSource _end = new();
    Task _operator = Task.CompletedTask;

    public EmbeddedCluster(IReadOnlyList<string> units, int nodes, double speed, TimeProvider real, bool rbac = false, ClusterCopy? copy = null, bool loopbackPods = false, IssuerOptions? issuer = null, string? kubernetes = null)
    {
        Rbac = rbac;
        Time = Math.Abs(speed - 1) < 1e-9 ? real : new ScaledTime(real, speed);
        var named = Enumerable.Range(0, nodes).Select(i => (Unit: units[i % units.Count], Place: i / units.Count + 1));
        Cluster = new(
            new()
            {
                KubernetesVersion = kubernetes ?? copy?.KubernetesVersion ?? SandboxOptions.NewestKubernetes,
                Nodes = copy?.Nodes ?? [.. named.Select(node => new SandboxNode($"node-{node.Unit.ToLowerInvariant()}-{node.Place}", new Dictionary<string, string> { [Names.UnitLabel] = node.Unit }))],
                Seed = Environment.ProcessId,
                FirstVersion = (long)(real.GetUtcNow() - VersionsSince).TotalMilliseconds,
                Rbac = rbac,
                LoopbackPods = loopbackPods,
                RecordsEvents = true,
                Users = rbac ? SampleUsers.All : [],
                Issuer = issuer,
            },
            Time);
        Cluster.Admit((request, user) => SandboxAdmission.Admit(request, user, rbac ? Cluster.Access : null));
        foreach (var definition in Deployment.Definitions) Apply(definition);
        if (rbac) Apply(SampleUsers.Roles);
        if (copy is not null) Cluster.TakeUp(copy);
        Cluster.Start();
        Api = new(new HttpMessageInvoker(Cluster.CreateHandler()), new("http://sandbox"));
    }

    public SandboxCluster Cluster { get; }

    /// <summary>Roles decide every request.</summary>
    public bool Rbac { get; }

    /// <summary>The sandbox's clock; what runs beside it goes by it too.</summary>
    public TimeProvider Time { get; }

    public KubernetesApi Api { get; }

    /// <summary>The same cluster as whoever holds this token.</summary>
    public KubernetesApi As(string token) => As(_ => ValueTask.FromResult(token));

    /// <summary>The same cluster as whoever holds the token of the moment.</summary>
    public KubernetesApi As(Func<CancellationToken, ValueTask<string>> token) =>
        new(new HttpMessageInvoker(Cluster.CreateUserHandler()), Api.Server, async (request, cancellation) => request.Headers.Authorization = new("Bearer", await token(cancellation)));

    /// <summary>Follows the cluster for whoever looks.</summary>
    public FollowedCluster Follow(ILoggerFactory logs) => new(new(Api, null, Environment.ProcessId, Time, logs));

    /// <summary>Starts the operator; on what is followed already, where it is.</summary>
    public void StartOperator(ILoggerFactory logs, LiveCluster? seen = null, AlibabaAccess? alibaba = null) => _operator = new OperatorHost(Api, new() { Seed = Environment.ProcessId, Alibaba = alibaba }, Time, logs, seen).RunAsync(_end.Token);

    /// <summary>Creates what a YAML text describes and is not there yet, as <c>kubectl apply</c> does: a later apply of the same then finds nothing to say.</summary>
    public void Apply(string yaml)
    {
        foreach (var document in YamlDocuments.Read("embedded YAML", yaml).Cast<JsonObject>())
        {
            var (apiVersion, kind) = (document["apiVersion"]!.ToString(), document["kind"]!.ToString());
            var served = Cluster.Objects.Kinds.All.First(served => served.Type.ApiVersion == apiVersion && served.Type.Kind == kind);
            var metadata = document["metadata"]!;
            if (Cluster.Objects.Get(served.Type, new(served.Type.Namespaced ? metadata["namespace"]!.ToString() : "", metadata["name"]!.ToString())) is not null) continue;
            metadata["annotations"] ??= new JsonObject();
            var applied = $"{Sorted(document)!.ToJsonString(AsApplied)}\n";
            metadata["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = applied;
            Cluster.Objects.Create(served.Type, document);
        }
    }

    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject body => new JsonObject(body.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    public async Task SettledAsync(string ns, CancellationToken cancellation)
    {
        while (!IsSettled(ns)) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _operator;
        await Cluster.DisposeAsync();
        _end.Dispose();
    }

    bool IsSettled(string ns)
    {
        var wanted = new[] { Kinds.Deployments, Kinds.StatefulSets }.SelectMany(type => Cluster.Objects.List(type, ns))
            .Sum(workload => workload.Json.GetProperty("spec").GetProperty("replicas").GetInt32());
        var ready = Cluster.Objects.List(Kinds.Pods, ns).Count(pod => pod.Json.GetProperty("status").TryGetProperty("conditions", out var conditions)
            && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True"));
        return ready >= wanted;
    }

    /// <summary>Reads <c>--speed</c>.</summary>
    public static double Speed(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 1000
        ? speed
        : throw CommandException.Usage($"--speed is \"{text}\"; 1 to 1000 is allowed");
}
