using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Traffic;

/// <summary>A Kubernetes Service that selects pods, with what its EndpointSlices say of each.</summary>
public sealed record RoutedService
{
    public required string Name { get; init; }
    public required IReadOnlyDictionary<string, string> Selector { get; init; }

    /// <summary>Its endpoints count as ready whether their pods are or not.</summary>
    public bool PublishesNotReady { get; init; }

    /// <summary>Endpoints by pod: whether they take traffic. A pod that is absent has none.</summary>
    public IReadOnlyDictionary<PackedUid, bool> Endpoints { get; init; } = new Dictionary<PackedUid, bool>();

    public bool Selects(IReadOnlyDictionary<string, string> labels) =>
        Selector.Count > 0 && Selector.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    public bool SendsTo(Pod pod) => Endpoints.GetValueOrDefault(pod.Identity);
}

/// <summary>Everything a decision about traffic looks at beyond the pods themselves.</summary>
public sealed record TrafficSeen
{
    public static TrafficSeen None { get; } = new();

    /// <summary>The namespace's Services that have a selector.</summary>
    public IReadOnlyList<RoutedService> Services { get; init; } = [];

    /// <summary>Selectors of the workloads that own pods directly, by their UID.</summary>
    public IReadOnlyDictionary<string, LabelSelector> OwnerSelectors { get; init; } = new Dictionary<string, LabelSelector>();

    /// <summary>Balancers that can be asked about pods, by application service; null until one has answered.</summary>
    public IReadOnlyDictionary<string, BalancerSeen?> Balancers { get; init; } = new Dictionary<string, BalancerSeen?>();

    /// <summary>The weights of the ticket's services, for tickets that shift them.</summary>
    public IReadOnlyDictionary<string, WeightsSeen> Weights { get; init; } = new Dictionary<string, WeightsSeen>();

    /// <summary>Other tickets that shift weights of the ticket's services now: service to ticket.</summary>
    public IReadOnlyDictionary<string, string> ShiftedByOthers { get; init; } = new Dictionary<string, string>();

    /// <summary>The Services that select the pod, or would if no label of it were held back.</summary>
    public IReadOnlyList<RoutedService> Selecting(Pod pod)
    {
        IReadOnlyDictionary<string, string> labels = pod.Labels;
        if (pod.Traffic is { HeldLabels: { Count: > 0 } held }) labels = new LabelSet(pod.Labels.Where(label => !held.ContainsKey(label.Key)).Concat(held));
        return [.. Services.Where(service => service.Selects(labels))];
    }
}
