using System.Text.Json.Nodes;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>
/// One Service of type LoadBalancer a unit, all on one server group; the cloud controller gives each of a Service's backends the
/// weight of its annotation (in ENI mode each pod is a backend).
/// </summary>
sealed class AlibabaCloud(ClusterView view, KubernetesApi api, WrittenVersions written) : ILoadBalancer
{
    public const string WeightAnnotation = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight";

    /// <summary>The cloud controller's weight of a backend where nothing is said.</summary>
    const int DefaultWeight = 100;

    public WeightsSeen Look(ApplicationService service, IReadOnlyList<PodSeen> pods)
    {
        var troubles = new List<string>();
        var unseen = false;
        var units = new List<UnitWeightSeen>();
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
                case var found when !pods.Any(pod => found.Selector.Count > 0 && found.Selector.All(label => pod.Pod.Labels.GetValueOrDefault(label.Key) == label.Value)):
                    troubles.Add($"Service {key.Name} selects no pod of service {service.Name}");
                    break;
                case var found:
                    unseen |= written.IsUnseen(found);
                    units.Add(new()
                    {
                        Unit = backend.Unit,
                        Backend = $"Service {key.Name}",
                        Setting = found.Weight ?? "",
                        Default = DefaultWeight,
                        Replicas = pods.Count(pod => pod.Unit == backend.Unit && pod.Pod.Available),
                        WrittenBy = found.WeightWrittenBy,
                    });
                    break;
            }
        }

        return new() { Provider = "alibaba-cloud", IsUnread = unseen, Units = units, Troubles = troubles };
    }

    public async Task SetAsync(ApplicationService service, IReadOnlyList<WeightWrite> writes, CancellationToken cancellation)
    {
        foreach (var write in writes)
        {
            var backend = service.Spec.Traffic!.Backends.First(backend => backend.Unit == write.Unit);
            var key = new ObjectKey(service.Key.Namespace, backend.Service!);
            if (view.Services.Get(key) is not { } found || (found.Weight ?? "") != write.From) continue;
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = found.Uid,
                    ["resourceVersion"] = found.ResourceVersion,
                    ["annotations"] = new JsonObject { [WeightAnnotation] = write.To.Length == 0 ? null : write.To },
                },
            };
            written.Wrote(found, (await api.PatchAsync(Kinds.Services, key, Patch.Merge(patch.ToJsonString()), null, cancellation)).ResourceVersion);
        }
    }
}
