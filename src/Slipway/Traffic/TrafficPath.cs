using System.Text.Json.Serialization;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Traffic;

/// <summary>How a pod is taken out of traffic.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrafficWay>))]
public enum TrafficWay { ReadinessGate, ServiceLabel }

/// <summary>How one pod is taken out of traffic, chosen at initialization.</summary>
public sealed record TrafficPath
{
    public required TrafficWay Way { get; init; }

    /// <summary>ServiceLabel: the labels that are held back, by which its Services select it and its owner does not.</summary>
    [Items(20, TextLength = 317)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The Services it is taken out of.</summary>
    [Items(100, TextLength = 63)]
    public required IReadOnlyList<string> Services { get; init; }

    public bool Equals(TrafficPath? other) =>
        other is not null && Way == other.Way && (Labels ?? []).SequenceEqual(other.Labels ?? []) && Services.SequenceEqual(other.Services);

    public override int GetHashCode() => HashCode.Combine(Way, Services.Count);

    /// <summary>The way a pod can be taken out of traffic, or a sentence saying why there is none.</summary>
    public static (TrafficPath? Path, string? Refusal) Choose(Pod pod, TrafficSeen seen)
    {
        var selecting = seen.Selecting(pod);
        var names = selecting.Select(service => service.Name).Order(StringComparer.Ordinal).ToList();
        if (selecting.Count == 0) return (null, $"Pod {pod.Name} receives no traffic: no Service selects it");
        if (WhyNotByGate(pod, selecting) is not { } noGate) return (new() { Way = TrafficWay.ReadinessGate, Services = names }, null);

        var (labels, noLabel) = LabelsToHold(pod, selecting, seen);
        return labels is not null
            ? (new() { Way = TrafficWay.ServiceLabel, Labels = labels, Services = names }, null)
            : (null, $"Pod {pod.Name} cannot be taken out of traffic: {noGate}, and {noLabel}");
    }

    static string? WhyNotByGate(Pod pod, IReadOnlyList<RoutedService> selecting) => pod.Traffic switch
    {
        not { HasGate: true } => $"it has no readiness gate {Names.TrafficGate}",
        // The cloud controller keeps a not-ready endpoint as a backend while the containers are ready, if the pod carries its gate.
        { BalancerGate: { } gate } => $"its readiness gate {gate} makes the balancer keep it while its containers are ready",
        _ when selecting.FirstOrDefault(service => service.PublishesNotReady) is { } service => $"Service {service.Name} publishes addresses that are not ready",
        _ => null,
    };

    /// <summary>The fewest labels that every selecting Service asks for and the owner does not; a pod its owner no longer selects is orphaned and replaced.</summary>
    static (IReadOnlyList<string>? Labels, string? Refusal) LabelsToHold(Pod pod, IReadOnlyList<RoutedService> selecting, TrafficSeen seen)
    {
        if (pod.Controller is not { } owner || seen.OwnerSelectors.GetValueOrDefault(owner.Uid) is not { } selector) return (null, "what its owner selects is not known");
        var owned = (selector.MatchLabels?.Keys ?? []).Concat((selector.MatchExpressions ?? []).Select(requirement => requirement.Key)).ToHashSet();
        var bound = selecting.FirstOrDefault(service => service.Selector.Keys.All(owned.Contains));
        if (bound is not null) return (null, $"every label by which Service {bound.Name} selects it ({string.Join(", ", bound.Selector.Keys.Order(StringComparer.Ordinal))}) is in the selector of {owner.Kind} {owner.Name}, which would replace it");

        var left = selecting.ToList();
        var labels = new List<string>();
        while (left.Count > 0)
        {
            var label = left.SelectMany(service => service.Selector.Keys).Where(key => !owned.Contains(key))
                .CountBy(key => key).OrderByDescending(key => key.Value).ThenBy(key => key.Key, StringComparer.Ordinal).First().Key;
            labels.Add(label);
            left.RemoveAll(service => service.Selector.ContainsKey(label));
        }

        return ([.. labels.Order(StringComparer.Ordinal)], null);
    }
}
