using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Applications;

/// <summary>What is wrong with an application service, one sentence each.</summary>
public static class ServiceRules
{
    /// <summary>Why no ticket can be carried out on the service; null when one can.</summary>
    /// <param name="service">The service.</param>
    /// <param name="workload">The workload it names, where that exists.</param>
    /// <param name="namesakes">Every ApplicationService of the namespace that names the same workload.</param>
    public static string? Trouble(ApplicationService service, Workload? workload, IReadOnlyList<ApplicationService> namesakes)
    {
        if (Check(service.Spec).FirstOrDefault() is { } broken) return $"ApplicationService {service.Name}: {broken}";
        var names = namesakes.Select(other => other.Name).Order(StringComparer.Ordinal).ToList();
        return workload switch
        {
            null => $"ApplicationService {service.Name} names {service.Spec.Workload}, which does not exist in namespace {service.Key.Namespace}",
            _ when names.Count > 1 => $"ApplicationServices {string.Join(" and ", names)} all name {service.Spec.Workload}; a workload is one service",
            _ => null,
        };
    }

    /// <summary>Why a workload is not addressed by its own name: an ApplicationService of another name stands for it.</summary>
    public static string? Hidden(string name, Workload? workload, IReadOnlyList<ApplicationService> claims) => claims.Count == 0 ? null
        : $"{workload} is application service {string.Join(" and ", claims.Select(claim => claim.Name).Order(StringComparer.Ordinal))}; name that instead of {name}";

    /// <summary>Rules the schema cannot hold everywhere.</summary>
    public static IEnumerable<string> Check(ApplicationServiceSpec spec)
    {
        if (spec.Protection is { } protection)
        {
            if (protection.MinAvailable.HasValue == protection.MaxUnavailable.HasValue) yield return "spec.protection gives none or both of minAvailable and maxUnavailable; exactly one is needed";
            if (protection.MinAvailable is { } least && OutOfBounds(least)) yield return $"spec.protection.minAvailable is {least}; {Allowed} is allowed";
            if (protection.MaxUnavailable is { } most && OutOfBounds(most)) yield return $"spec.protection.maxUnavailable is {most}; {Allowed} is allowed";
        }

        if (spec.Traffic is not { } traffic) yield break;
        foreach (var twice in traffic.Backends.CountBy(backend => backend.Unit).Where(unit => unit.Value > 1))
        {
            yield return $"spec.traffic.backends names unit {twice.Key} {twice.Value} times; once is allowed";
        }

        if (traffic.Provider == TrafficProvider.HAProxy && traffic.Endpoint is null) yield return "spec.traffic.endpoint is missing; provider haproxy needs one";
        foreach (var backend in traffic.Backends)
        {
            var ways = (backend.Service is null ? 0 : 1) + (backend.Route is null ? 0 : 1) + (backend.Haproxy is null ? 0 : 1);
            if (ways != 1) yield return $"spec.traffic.backends[{backend.Unit}] gives {ways} of service, route and haproxy; exactly one is needed";
            else if (Place(traffic.Provider, backend) is { } missing) yield return $"spec.traffic.backends[{backend.Unit}] has no {missing}, which its provider needs";
        }
    }

    /// <summary>What a backend lacks for its provider; null when it has it.</summary>
    static string? Place(TrafficProvider provider, UnitBackend backend) => provider switch
    {
        TrafficProvider.AlibabaCloud => backend.Service is null ? "service" : null,
        TrafficProvider.GatewayApi => backend.Route is null ? "route" : null,
        TrafficProvider.HAProxy => backend.Haproxy is null ? "haproxy" : null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A number of pods, or a percentage of them.</summary>
    public const string Allowed = "a number from 0 or 0% to 100%";

    public static bool OutOfBounds(IntOrPercent bound) => bound.Value < 0 || (bound.IsPercent && bound.Value > 100);
}
