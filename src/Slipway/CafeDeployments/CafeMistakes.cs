using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>What a person got wrong: one sentence. While there is one, nothing is scaled, upgraded or deleted.</summary>
static class CafeMistakes
{
    public static string? Of(CafeObservation seen) =>
        Selector(seen.Cafe) ?? Template(seen.Cafe.Spec) ?? Sizes(seen) ?? Overlap(seen) ?? NamesTaken(seen) ?? RollBack(seen) ?? ScaleIn(seen);

    static string? Selector(CafeDeployment cafe) => cafe.Spec.Selector.MatchLabels is { Count: > 0 }
        ? null
        : "spec.selector.matchLabels is empty; it needs at least one label, which the pods then get";

    static string? Template(CafeDeploymentSpec spec)
    {
        var template = spec.Template;
        if (TemplateParts.Images(template).Count == 0) return "spec.template.spec.containers is empty; a pod needs at least one container";
        var labels = TemplateParts.Labels(template);
        foreach (var (name, value) in spec.Selector.MatchLabels!)
        {
            if (labels.TryGetValue(name, out var other) && other != value) return $"spec.template.metadata.labels has {name}={other}, but spec.selector wants {name}={value}";
        }

        return null;
    }

    static string? Sizes(CafeObservation seen)
    {
        if (UnitSizes.Of(seen.Cafe.Spec) is UnitSizes.Mistaken mistaken) return mistaken.Sentence;
        var known = (UnitSizes.Known)UnitSizes.Of(seen.Cafe.Spec);
        var longest = known.Units.Select(size => PodSetNames.Pod(PodSetNames.Of(seen.Cafe.Key.Name, size.Unit), size.Count)).MaxBy(name => name.Length)!;
        return longest.Length > PodSetNames.LongestPod ? $"a pod would be called {longest}, {longest.Length} characters; at most {PodSetNames.LongestPod} are allowed, so take a shorter name" : null;
    }

    /// <summary>Of two that would select each other's pods the older one goes on.</summary>
    static string? Overlap(CafeObservation seen)
    {
        var cafe = seen.Cafe;
        var rival = seen.Others.Where(other => IsOlder(other, cafe) && (Selects(other, cafe) || Selects(cafe, other))).OrderBy(other => other.Key.Name, StringComparer.Ordinal).FirstOrDefault();
        return rival is null ? null : $"spec.selector overlaps that of CafeDeployment {rival.Key.Name}, which is older; give the pods of one of them another label";
    }

    static bool IsOlder(CafeDeployment other, CafeDeployment cafe) =>
        (other.Metadata.CreationTimestamp, other.Key.Name).CompareTo((cafe.Metadata.CreationTimestamp, cafe.Key.Name)) < 0;

    static bool Selects(CafeDeployment cafe, CafeDeployment other)
    {
        var labels = TemplateParts.Labels(other.Spec.Template).ToDictionary(label => label.Key, label => label.Value);
        foreach (var (name, value) in other.Spec.Selector.MatchLabels ?? new Dictionary<string, string>()) labels[name] = value;
        return cafe.Spec.Selector.MatchLabels is { Count: > 0 } && cafe.Spec.Selector.Matches(labels);
    }

    static string? NamesTaken(CafeObservation seen)
    {
        var stranger = seen.Strangers.FirstOrDefault(set => !CanAdopt(seen, set));
        return stranger is null ? null
            : stranger.Controller is { } owner ? $"{stranger.Kind} {stranger.Key.Name} belongs to {owner.Kind} {owner.Name}, but has the name of a set of this CafeDeployment"
            : $"{stranger.Kind} {stranger.Key.Name} has the name of a set of this CafeDeployment, but not its labels";
    }

    /// <summary>A set without a controller that has the labels we would have given it.</summary>
    public static bool CanAdopt(CafeObservation seen, PodSetSeen set) =>
        set is { Controller: null, Terminating: false } && set.Labels.Count > 0 && seen.Cafe.Spec.Selector.Matches(set.Labels);

    static string? RollBack(CafeObservation seen)
    {
        if (RevisionHistory.RollBackTo(seen.Cafe) is not { } wanted || RevisionHistory.Find(seen, wanted) is not null) return null;
        var known = string.Join(", ", seen.Revisions.Select(revision => revision.Number).Order());
        return $"annotation {Names.RollBackTo} is \"{wanted}\"; {(known.Length == 0 ? "there is no history yet" : $"the history has {known}")}";
    }

    static string? ScaleIn(CafeObservation seen)
    {
        if (seen.Cafe.Spec.ScaleIn?.Pods is not { Count: > 0 } pods) return null;
        if (seen.PodSetType != PodSetType.InPlaceSet) return $"spec.scaleIn names pods, but podSetType is {seen.PodSetType}; only InPlaceSet can remove chosen pods";
        var sizes = (UnitSizes.Known)EffectiveSizes.Of(seen.Cafe);
        var named = pods.Select(pod => (Pod: pod, Unit: UnitOf(seen.Cafe, sizes, pod))).ToList();
        if (named.FirstOrDefault(pod => pod.Unit is null) is { Pod: not null } unknown) return $"spec.scaleIn names {unknown.Pod}, which is no pod of this CafeDeployment by its name";
        foreach (var (unit, count) in sizes.Units)
        {
            if (seen.SetOf(unit) is not { } set) continue;
            var going = named.Count(pod => pod.Unit == unit && SetTargets.HasSlotFor(set, pod.Pod));
            if (going > Math.Max(0, set.Replicas - count)) return $"spec.scaleIn names {going} pods of unit {unit}, but its size falls by {Math.Max(0, set.Replicas - count)}";
        }

        return null;
    }

    static string? UnitOf(CafeDeployment cafe, UnitSizes.Known sizes, string pod) =>
        sizes.Units.Select(size => size.Unit).FirstOrDefault(unit => PodSetNames.Ordinal(PodSetNames.Of(cafe.Key.Name, unit), pod) is not null);
}
