using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;

namespace Slipway.Sandbox.Edge;

/// <summary>
/// The edge of the sandbox: pods answer real HTTP with their own name, and a make-believe cloud-controller-manager keeps a real
/// reverse proxy in step with Services, endpoints, annotations and routes. Balancer <c>x</c> is at <c>/x</c>. Pods need
/// <see cref="SandboxOptions.LoopbackPods"/>.
/// </summary>
public sealed class SandboxEdge : IAsyncDisposable
{
    readonly SandboxCluster _cluster;
    readonly WebApplication _proxy;
    readonly InMemoryConfigProvider _config;
    readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly List<IDisposable> _watches = [];
    readonly Dictionary<string, PodServer> _pods = [];
    Task _following = Task.CompletedTask;

    SandboxEdge(SandboxCluster cluster, WebApplication proxy, InMemoryConfigProvider config) => (_cluster, _proxy, _config, Cloud) = (cluster, proxy, config, new(cluster));

    /// <summary>What the cloud has: the proxy sends by these weights.</summary>
    public SandboxCloud Cloud { get; }

    public Uri Url { get; private set; } = null!;

    /// <summary>What the proxy was last told.</summary>
    public IReadOnlyList<EdgeBalancer> Balancers { get; private set; } = [];

    public Uri Of(string balancer) => new(Url, $"{balancer}/");

    /// <summary>Serves on 127.0.0.1; port 0 picks a free one.</summary>
    public static async Task<SandboxEdge> StartAsync(SandboxCluster cluster, int port, CancellationToken cancellation)
    {
        var config = new InMemoryConfigProvider([], []);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<ILoadBalancingPolicy, WeightedTurns>();
        builder.Services.AddSingleton<IProxyConfigProvider>(config);
        builder.Services.AddReverseProxy();
        var proxy = builder.Build();
        proxy.MapReverseProxy();
        await proxy.StartAsync(cancellation);
        var edge = new SandboxEdge(cluster, proxy, config)
        {
            Url = new(proxy.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        edge.Cloud.Changed += () => edge._changed.Writer.TryWrite(true);
        if (edge.HasRoutes) edge._watches.Add(cluster.Objects.Watch(Kinds.HttpRoutes, _ => edge._changed.Writer.TryWrite(true)));
        edge._changed.Writer.TryWrite(true);
        edge._following = edge.FollowAsync();
        return edge;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches) watch.Dispose();
        Cloud.Dispose();
        _changed.Writer.TryComplete();
        await _following;
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await _proxy.StopAsync(now.Token);
        await _proxy.DisposeAsync();
        foreach (var pod in _pods.Values) pod.Dispose();
    }

    bool HasRoutes => _cluster.Objects.Kinds.All.Any(served => served.Type == Kinds.HttpRoutes);

    async Task FollowAsync()
    {
        while (await _changed.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_changed.Reader.TryRead(out _))
            {
                // One look serves any number of changes.
            }

            Apply();
        }
    }

    void Apply()
    {
        var pods = _cluster.Objects.List(Kinds.Pods);
        Serve(pods);
        Balancers = [.. Cloud.Balancers, .. HasRoutes ? EdgeTable.Routes(_cluster.Objects.List(Kinds.HttpRoutes), _cluster.Objects.List(Kinds.EndpointSlices), pods) : []];
        _config.Update([.. Balancers.Select(Route)], [.. Balancers.Select(Cluster)]);
    }

    /// <summary>A pod listens as long as a container of it runs.</summary>
    void Serve(IReadOnlyList<StoredObject> pods)
    {
        var running = pods.Where(pod => pod.Json.Text("status", "podIP")?.StartsWith("127.", StringComparison.Ordinal) == true && pod.Json.Items("status", "containerStatuses").Any(container => container.At("state", "running").IsThere))
            .ToDictionary(Life);
        foreach (var ended in _pods.Keys.Except(running.Keys).ToList())
        {
            _pods[ended].Dispose();
            _pods.Remove(ended);
        }

        foreach (var (life, pod) in running)
        {
            if (!_pods.TryGetValue(life, out var server))
            {
                var address = IPAddress.Parse(pod.Json.Text("status", "podIP")!);
                server = _pods[life] = new(pod.Key.Name, new(address, pod.Json.Items("spec", "containers")[0].Items("ports").Select(port => port.Number("containerPort")).FirstOrDefault() ?? 8080));
            }

            server.IsReady = pod.Json.IsTrue("ContainersReady");
        }
    }

    /// <summary>A container that started anew is another process: what was connected to the old one is cut off.</summary>
    static string Life(StoredObject pod) =>
        $"{pod.Uid} {string.Join(' ', pod.Json.Items("status", "containerStatuses").Select(container => container.Text("containerID")))}";

    static RouteConfig Route(EdgeBalancer balancer) => new()
    {
        RouteId = balancer.Name,
        ClusterId = balancer.Name,
        Match = new() { Path = $"/{balancer.Name}/{{**rest}}" },
        Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = $"/{balancer.Name}" }],
    };

    static ClusterConfig Cluster(EdgeBalancer balancer) => new()
    {
        ClusterId = balancer.Name,
        LoadBalancingPolicy = nameof(WeightedTurns),
        Destinations = balancer.Backends.DistinctBy(backend => backend.Pod).ToDictionary(
            backend => backend.Pod,
            backend => new DestinationConfig
            {
                Address = $"http://{backend.Address}:{backend.Port}/",
                Metadata = new Dictionary<string, string> { [WeightedTurns.Weight] = backend.Weight.ToString("R", CultureInfo.InvariantCulture) },
            }),
    };
}
