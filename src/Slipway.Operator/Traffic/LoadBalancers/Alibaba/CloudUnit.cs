using Slipway.Operator.Cluster;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>A unit's weight with what the cloud says of its backends. Pure.</summary>
static class CloudUnit
{
    /// <summary>A unit as the cluster has it, with the pods that its Service selects, seen at the cloud.</summary>
    public static UnitWeightSeen Of(UnitWeightSeen unit, Service service, IReadOnlyList<PodSeen> pods, CloudAnswer answer)
    {
        var backends = Backends(pods, answer, service.Key.Name);
        var seen = unit with { Backends = backends.DistinctBy(backend => backend.Address).ToDictionary(backend => backend.Address, backend => backend.Weight) };
        if (service.Cloud is { IgnoresWeights: true })
        {
            // A pod that comes meanwhile is added with the annotation's weight, so that is what counts as nobody's.
            seen = seen with { IsOfBackends = true, Default = (int)unit.Number, Setting = seen.Backends.Count == 0 ? "" : $"{BackendWeights.Of(seen.Backends)}", WrittenBy = null };
        }

        var why = WhyNot(seen, pods, backends);
        return seen with { IsInForce = why is null, NotInForce = why };
    }

    /// <summary>The backends that are these pods; a group may be shared with other Services.</summary>
    public static IReadOnlyList<CloudBackend> Backends(IReadOnlyList<PodSeen> pods, CloudAnswer answer, string service)
    {
        var addresses = pods.Select(pod => pod.Pod.Address).OfType<string>().ToHashSet();
        return [.. answer.Backends.GetValueOrDefault(service, []).Where(backend => addresses.Contains(backend.Ip))];
    }

    static string? WhyNot(UnitWeightSeen unit, IReadOnlyList<PodSeen> pods, IReadOnlyList<CloudBackend> backends)
    {
        if (pods.FirstOrDefault(pod => pod.Pod.Available && backends.All(backend => backend.Ip != pod.Pod.Address)) is { } absent) return $"pod {absent.Pod.Name} ({absent.Pod.Address}) is not a backend of the load balancer";
        if (backends.FirstOrDefault(backend => backend.IsConfiguring) is { } busy) return $"backend {busy.Address} is being configured";
        var others = backends.Where(backend => !unit.IsOfBackends && Math.Abs(backend.Weight - unit.Number) > 1e-9).ToList();
        return others.Count == 0 ? null : $"{others.Count} of {backends.Count} backends have another weight ({others[0].Address} has {others[0].Weight})";
    }
}
