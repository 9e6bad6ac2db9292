using System.Text.Json.Nodes;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>
/// One Service of type LoadBalancer a unit, in ENI mode, in which each pod is a backend. The cloud controller gives each of a
/// Service's backends the weight of its annotation, which the cloud's own API confirms; where the Service tells the controller to
/// leave weights alone, they are set through that API, for which <c>cloud</c> is null without an access key. One who only looks
/// (<c>acts</c> is false) cannot tell whether the operator has one.
/// </summary>
sealed class AlibabaCloud(ClusterView view, KubernetesApi api, WrittenVersions written, CloudWeights? cloud, bool acts, TimeProvider time) : ILoadBalancer
{
    public const string WeightAnnotation = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight";

    const string IgnoreAnnotation = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-ignore-weight-update";

    /// <summary>The cloud controller's weight of a backend where nothing is said.</summary>
    const int DefaultWeight = 100;

    /// <summary>An answer older than this says nothing about now.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    public WeightsSeen Look(ApplicationService service, IReadOnlyList<PodSeen> pods)
    {
        var answer = cloud?.Of(service.Key) is { } last && time.GetUtcNow() - last.At <= Fresh ? last : null;
        var (unseen, troubles, units) = (cloud is not null && answer is null, new List<string>(), new List<UnitWeightSeen>());
        foreach (var backend in service.Spec.Traffic!.Backends)
        {
            var key = new ObjectKey(service.Key.Namespace, backend.Service ?? "");
            switch (view.Services.Get(key))
            {
                case null:
                    troubles.Add($"Service {key.Name}, the backend of unit {backend.Unit}, does not exist in namespace {key.Namespace}");
                    break;
                case { Type: not "LoadBalancer" } other:
                    troubles.Add($"Service {key.Name} is of type {other.Type}; a backend of provider alibaba-cloud is of type LoadBalancer");
                    break;
                case { LocalTraffic: true }:
                    troubles.Add($"Service {key.Name} has externalTrafficPolicy Local, with which the cloud controller ignores {WeightAnnotation}");
                    break;
                case var found when !pods.Any(pod => Selects(found, pod)):
                    troubles.Add($"Service {key.Name} selects no pod of service {service.Name}");
                    break;
                case { Cloud.IgnoresWeights: true } when cloud is null && acts:
                    troubles.Add($"Service {key.Name} has {IgnoreAnnotation}, so its weights are set through Alibaba Cloud's API, for which the controller needs --alibaba-region and an access key");
                    break;
                case { Cloud.IgnoresWeights: true } when cloud is null:
                    unseen = true;
                    break;
                case var found:
                    unseen |= written.IsUnseen(found);
                    var unit = new UnitWeightSeen
                    {
                        Unit = backend.Unit,
                        Backend = $"Service {key.Name}",
                        Setting = found.Cloud is { IgnoresWeights: true } && answer is null ? "" : found.Weight ?? "",
                        Default = DefaultWeight,
                        Replicas = pods.Count(pod => pod.Unit == backend.Unit && pod.Pod.Available),
                        WrittenBy = found.WeightWrittenBy,
                        Refused = cloud?.Refused(service.Key, key.Name),
                    };
                    units.Add(answer is null ? unit : CloudUnit.Of(unit, found, [.. pods.Where(pod => Selects(found, pod))], answer));
                    break;
            }
        }

        troubles.AddRange(answer?.Troubles ?? []);
        if (troubles.Count == 0 && answer is not null) troubles.AddRange(units.Where(unit => unit is { IsOfBackends: true, Backends.Count: 0 }).Select(unit => $"No pod of {unit.Backend} is a backend of its load balancer"));
        return new() { Provider = "alibaba-cloud", ReadAt = answer?.At, IsUnread = unseen, Units = units, Troubles = troubles };
    }

    /// <summary>It has an access key to ask with.</summary>
    public bool CanAsk => cloud is not null;

    /// <summary>What the cloud says of a service's backends; null until it was asked.</summary>
    public BalancerSeen? LookAtPods(ApplicationService service) => cloud?.Of(service.Key) is not { } answer ? null : new()
    {
        Name = "Alibaba Cloud",
        At = answer.At,
        FollowsEndpoints = true,
        Failure = answer.Troubles.Count == 0 ? null : answer.Troubles[0],
        Backends = [.. answer.Backends.Values.SelectMany(backends => backends).Select(backend => new BackendSeen(backend.Server, backend.Ip, backend.Weight, backend.Weight > 0))],
    };

    public async Task AskAsync(ApplicationService service, CancellationToken cancellation)
    {
        if (cloud is not null) await cloud.AskAsync(service.Key, ServicesOf(service), cancellation);
    }

    public async Task SetAsync(ApplicationService service, IReadOnlyList<WeightWrite> writes, CancellationToken cancellation)
    {
        var direct = new List<(Service Service, WeightWrite Write)>();
        foreach (var write in writes)
        {
            var backend = service.Spec.Traffic!.Backends.First(backend => backend.Unit == write.Unit);
            var key = new ObjectKey(service.Key.Namespace, backend.Service!);
            if (view.Services.Get(key) is not { } found) continue;
            if (found.Cloud is { IgnoresWeights: true }) direct.Add((found, write));
            else if ((found.Weight ?? "") == write.From) await AnnotateAsync(found, write.To, cancellation);
        }

        if (cloud is not null && direct.Count > 0) await SetAsync(cloud, service, direct, cancellation);
    }

    /// <summary>The cloud has no test-and-set, so it is asked right before; a unit that is not as it was seen is left alone.</summary>
    async Task SetAsync(CloudWeights balancer, ApplicationService application, List<(Service Service, WeightWrite Write)> direct, CancellationToken cancellation)
    {
        var services = ServicesOf(application);
        await balancer.AskAsync(application.Key, services, cancellation);
        if (balancer.Of(application.Key) is not { Troubles.Count: 0 } answer) return;
        var pods = view.Service(application.Key.Namespace, application.Name).Pods;
        var changed = new List<CloudWrite>();
        foreach (var (service, write) in direct)
        {
            var (from, to) = (BackendWeights.Parse(write.From, DefaultWeight), BackendWeights.Parse(write.To, DefaultWeight));
            var backends = CloudUnit.Backends([.. pods.Where(pod => Selects(service, pod))], answer, service.Key.Name);
            if (backends.Any(backend => backend.Weight != from[backend.Address])) continue;
            changed.AddRange(backends.Where(backend => backend.Weight != to[backend.Address]).Select(backend => new CloudWrite(service.Key.Name, backend with { Weight = to[backend.Address] })));
        }

        await balancer.SetAsync(application.Key, services, changed, cancellation);
        await balancer.AskAsync(application.Key, services, cancellation);
    }

    async Task AnnotateAsync(Service found, string weight, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = found.Uid,
                ["resourceVersion"] = found.ResourceVersion,
                ["annotations"] = new JsonObject { [WeightAnnotation] = weight.Length == 0 ? null : weight },
            },
        };
        written.Wrote(found, (await api.PatchAsync(Kinds.Services, found.Key, Patch.Merge(patch.ToJsonString()), null, cancellation)).ResourceVersion);
    }

    /// <summary>Its weights are at the cloud only.</summary>
    public bool MustAsk(ApplicationService service) => cloud is not null && ServicesOf(service).Any(found => found.Cloud is { IgnoresWeights: true });

    IReadOnlyList<Service> ServicesOf(ApplicationService service) =>
        [.. service.Spec.Traffic!.Backends.Select(backend => view.Services.Get(new(service.Key.Namespace, backend.Service ?? ""))).OfType<Service>().Where(found => found.Cloud is not null)];

    static bool Selects(Service service, PodSeen pod) => service.Selector.Count > 0 && service.Selector.All(label => pod.Pod.Labels.GetValueOrDefault(label.Key) == label.Value);
}
