using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Workloads;

namespace Slipway.Cli.Rehearsals;

/// <summary>How low a service got: its ready pods at the worst moment, and when that was first.</summary>
sealed record ServiceLow(string Service, int Desired, int Lowest, TimeSpan After);

/// <summary>Watches how many pods of each service are ready, and remembers the fewest.</summary>
sealed class Availability(Objects objects, string ns, IEnumerable<ServiceSeen> services)
{
    readonly Dictionary<string, ServiceLow> _lows = services.ToDictionary(service => service.Name, service => new ServiceLow(service.Name, service.Workloads.Sum(workload => workload.Desired), int.MaxValue, TimeSpan.Zero));
    readonly Dictionary<string, string> _serviceOf = services.SelectMany(service => service.Workloads.Select(workload => (workload.Uid, service.Name))).ToDictionary(pair => pair.Uid, pair => pair.Name);
    long _seen;

    public IReadOnlyList<ServiceLow> Lows => [.. _lows.Values.OrderBy(low => low.Service, StringComparer.Ordinal)];

    public void Look(TimeSpan after)
    {
        if (objects.Store.Version == _seen) return;
        _seen = objects.Store.Version;
        var owners = new[] { Kinds.ReplicaSets, Kinds.InPlaceSets }.SelectMany(type => objects.List(type, ns)).ToDictionary(set => set.Uid, set => OwnerOf(set.Json));
        var ready = objects.List(Kinds.Pods, ns).Where(pod => !pod.IsTerminating && IsReady(pod.Json)).GroupBy(pod => ServiceOf(OwnerOf(pod.Json), owners) ?? "").ToDictionary(pods => pods.Key, pods => pods.Count());
        foreach (var low in Lows)
        {
            var now = ready.GetValueOrDefault(low.Service);
            if (now < low.Lowest) _lows[low.Service] = low with { Lowest = now, After = after };
        }
    }

    /// <summary>Climbs from a pod's owner to the workload that a service consists of.</summary>
    string? ServiceOf(string? owner, Dictionary<string, string?> owners)
    {
        while (owner is not null)
        {
            if (_serviceOf.TryGetValue(owner, out var service)) return service;
            owner = owners.GetValueOrDefault(owner);
        }

        return null;
    }

    static string? OwnerOf(JsonElement json) => json.GetProperty("metadata").TryGetProperty("ownerReferences", out var owners)
        ? owners.EnumerateArray().Where(owner => owner.TryGetProperty("controller", out var controls) && controls.GetBoolean()).Select(owner => owner.GetProperty("uid").GetString()).FirstOrDefault()
        : null;

    static bool IsReady(JsonElement pod) => pod.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
