using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>The pods, found by controller, node, or label without looking at all of them.</summary>
sealed class PodMirror
{
    readonly Mirror<PodFacts> mirror = new(stored => new PodFacts(stored));
    readonly MirrorIndex<PodFacts> byNode;
    readonly MirrorIndex<PodFacts> byNamespaceAndLabel;

    public PodMirror()
    {
        ByOwner = mirror.IndexBy(Ownership.OwnerOf);
        byNode = mirror.IndexBy(pod => pod.NodeName is { } node && !pod.IsFinished ? [node] : []);
        byNamespaceAndLabel = mirror.IndexBy(pod => [pod.Key.Namespace, .. pod.Labels.Select(label => Labelled(pod.Key.Namespace, label))]);
    }

    public event Action<PodFacts?, PodFacts?> Changed
    {
        add => mirror.Changed += value;
        remove => mirror.Changed -= value;
    }

    public PodFacts? this[ObjectKey key] => mirror[key];

    public void Apply(ObjectChange change) => mirror.Apply(change);

    public MirrorIndex<PodFacts> ByOwner { get; }

    /// <summary>Pods that hold room on a node: assigned and not finished.</summary>
    public IReadOnlyCollection<PodFacts> On(string node) => byNode[node];

    /// <summary>Pods a selector picks. It looks only at those with the selector's rarest label.</summary>
    public PodFacts[] Selected(string ns, LabelSelector? selector)
    {
        if (selector is null) return [];
        var candidates = (selector.MatchLabels ?? new Dictionary<string, string>())
            .Select(label => byNamespaceAndLabel[Labelled(ns, label)])
            .Append(byNamespaceAndLabel[ns])
            .MinBy(pods => pods.Count)!;
        return [.. candidates.Where(pod => selector.Matches(pod.Labels))];
    }

    static string Labelled(string ns, KeyValuePair<string, string> label) => $"{ns}/{label.Key}={label.Value}";
}
