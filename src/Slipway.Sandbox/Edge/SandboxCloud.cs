using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Edge;

/// <summary>
/// The make-believe cloud: server groups with backends and weights, which a make-believe cloud-controller-manager keeps in step with
/// Services, endpoints and annotations, as cloud-provider-alibaba-cloud does. It looks when somebody asks after a change.
/// </summary>
public sealed class SandboxCloud : IDisposable
{
    /// <summary>Annotation of a pod whose network interface the cloud does not know (yet).</summary>
    const string NoInterface = "sandbox.slipway.dev/no-interface";

    static readonly ResourceType[] Watched = [Kinds.Services, Kinds.EndpointSlices, Kinds.Pods];

    readonly SandboxCluster _cluster;
    readonly List<IDisposable> _watches = [];
    readonly Dictionary<string, CloudGroup> _groups = [];
    readonly HashSet<ObjectKey> _skipped = [];
    readonly Lock _lock = new();
    volatile bool _isBehind = true;

    public SandboxCloud(SandboxCluster cluster)
    {
        _cluster = cluster;
        foreach (var type in Watched)
        {
            _watches.Add(cluster.Objects.Watch(type, _ =>
            {
                _isBehind = true;
                Changed?.Invoke();
            }));
        }
    }

    /// <summary>Something changed in the cluster or the cloud. May be called under the cluster's lock: post it elsewhere.</summary>
    public event Action? Changed;

    /// <summary>The controller stands still: changes of the cluster are not carried over.</summary>
    public bool IsPaused { get; set; }

    public IReadOnlyList<CloudGroup> Groups
    {
        get
        {
            lock (_lock)
            {
                Sync();
                return [.. _groups.Values.OrderBy(group => group.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Load balancers with what is behind them, whatever its group.</summary>
    public IReadOnlyList<EdgeBalancer> Balancers =>
    [
        .. Groups.GroupBy(group => group.Balancer)
            .Select(balancer => new EdgeBalancer(balancer.Key, [.. balancer.SelectMany(group => group.Servers).Select(server => new EdgeBackend(server.Pod, server.Ip, server.Port, server.Weight))])),
    ];

    /// <summary>Changes backends of a group; what is not there is ignored.</summary>
    public void Change(string group, Func<CloudServer, CloudServer> change)
    {
        lock (_lock)
        {
            Sync();
            if (_groups.TryGetValue(group, out var found)) _groups[group] = found with { Servers = [.. found.Servers.Select(change)] };
        }

        Changed?.Invoke();
    }

    /// <summary>Gives a pod's backends a weight, as somebody at the cloud's console does.</summary>
    public void SetWeight(string pod, int weight)
    {
        foreach (var group in Groups) Change(group.Id, server => server.Pod == pod ? server with { Weight = weight } : server);
    }

    public void Dispose()
    {
        foreach (var watch in _watches) watch.Dispose();
    }

    void Sync()
    {
        if (IsPaused || !_isBehind) return;
        _isBehind = false;
        var wishes = EdgeTable.Wishes(_cluster.Objects.List(Kinds.Services), _cluster.Objects.List(Kinds.EndpointSlices), _cluster.Objects.List(Kinds.Pods));
        var pods = _cluster.Objects.List(Kinds.Pods).ToDictionary(pod => (pod.Key.Namespace, pod.Key.Name));
        var before = _groups.ToDictionary();
        _groups.Clear();
        foreach (var group in wishes.GroupBy(wish => wish.GroupId))
        {
            var known = before.GetValueOrDefault(group.Key)?.Servers ?? [];
            var first = group.First();
            _groups[group.Key] = new(group.Key, first.Balancer, first.IsNetwork)
            {
                Name = first.Group ?? first.Name,
                Tag = first.Tag,
                Servers = [.. group.SelectMany(wish => Servers(wish, known, pods))],
            };
        }
    }

    /// <summary>Where the network interface of one backend is unknown, the controller adds others and neither drops nor changes any in that round.</summary>
    IEnumerable<CloudServer> Servers(CloudWish wish, IReadOnlyList<CloudServer> known, Dictionary<(string, string), StoredObject> pods)
    {
        StoredObject? PodOf(EdgeBackend backend) => pods.GetValueOrDefault((wish.Service.Namespace, backend.Pod));
        var unknown = wish.Backends.Where(backend => PodOf(backend)?.Json.Text("metadata", "annotations", NoInterface) == "true").ToList();
        var wanted = wish.Backends.Except(unknown).Select(backend => Server(wish, backend, known, PodOf(backend)?.Uid ?? ""));
        if (unknown.Count == 0)
        {
            _skipped.Remove(wish.Service);
            return wanted;
        }

        if (_skipped.Add(wish.Service)) Tell(wish, unknown[0]);
        var mine = known.Where(server => server.Description == wish.Name).ToList();
        return [.. mine, .. wanted.Where(server => mine.All(other => other.Id != server.Id || other.Port != server.Port))];
    }

    void Tell(CloudWish wish, EdgeBackend backend)
    {
        var now = _cluster.Objects.Now();
        _cluster.Objects.Create(Kinds.Events, new JsonObject
        {
            ["metadata"] = new JsonObject { ["generateName"] = $"{wish.Service.Name}.", ["namespace"] = wish.Service.Namespace },
            ["involvedObject"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Service", ["name"] = wish.Service.Name, ["namespace"] = wish.Service.Namespace, ["uid"] = wish.Uid },
            ["type"] = "Warning",
            ["reason"] = "SkipSyncBackends",
            ["message"] = $"the network interface of pod {backend.Pod} ({backend.Address}) is not known; backends are neither removed nor updated",
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        });
    }

    static CloudServer Server(CloudWish wish, EdgeBackend backend, IReadOnlyList<CloudServer> known, string uid)
    {
        var id = $"eni-{(uid.Length == 0 ? backend.Pod : CloudWish.Short(uid))}";
        var there = known.FirstOrDefault(server => server.Id == id && server.Ip == backend.Address && server.Port == backend.Port && server.Description == wish.Name);
        if (there is null) return new(id, backend.Pod, backend.Address, backend.Port, (int)backend.Weight) { Description = wish.Name };
        return wish.IgnoresWeights ? there : there with { Weight = (int)backend.Weight };
    }
}
