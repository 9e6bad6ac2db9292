using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>Puts an InPlaceSet's state into words.</summary>
static class InPlaceSetConditions
{
    /// <summary>What a person got wrong; nothing is created or deleted then.</summary>
    public static string? Mistake(InPlaceSetObservation seen)
    {
        var spec = seen.Set.Spec;
        var longest = PodSetNames.Pod(seen.Set.Key.Name, seen.Replicas + (spec.ReservedOrdinals?.Count ?? 0));
        return spec switch
        {
            { Selector: { MatchLabels: null or { Count: 0 }, MatchExpressions: null or { Count: 0 } } } => "spec.selector is empty; it would select every pod of the namespace",
            _ when TemplateParts.Images(spec.Template).Count == 0 => "spec.template.spec.containers is empty; a pod needs at least one container",
            _ when !spec.Selector.Matches(TemplateParts.Labels(spec.Template)) => $"spec.selector ({SelectorText.Of(spec.Selector)}) does not match spec.template.metadata.labels",
            _ when longest.Length > PodSetNames.LongestPod => $"a pod would be called {longest}, {longest.Length} characters; at most {PodSetNames.LongestPod} are allowed, so take a shorter name",
            _ => null,
        };
    }

    public static InPlaceSetStatus Status(InPlaceSetObservation seen, string? mistake, string? held)
    {
        var pods = seen.Pods.Where(pod => pod.IsActive).ToList();
        var available = pods.Count(pod => pod.IsAvailable(seen.MinReadySeconds, seen.Now));
        var updated = pods.Count(pod => pod.Revision == seen.Revision);
        return new()
        {
            ObservedGeneration = seen.Set.Metadata.Generation,
            Replicas = pods.Count,
            ReadyReplicas = pods.Count(pod => pod.IsReady),
            AvailableReplicas = available,
            UpdatedReplicas = updated,
            LabelSelector = SelectorText.Of(seen.Set.Spec.Selector),
            UpdateRevision = seen.Revision,
            Conditions = [.. new[] { Available(seen, pods, available), Progressing(seen, mistake, held, updated) }.Select(condition => condition.Since(seen.Set.Status?.Conditions, seen.Second))],
        };
    }

    static Condition Available(InPlaceSetObservation seen, IReadOnlyList<SetPod> pods, int available)
    {
        var trouble = available >= seen.Replicas ? null : pods.Where(pod => !pod.IsReady).OrderBy(pod => pod.Pod.Name, NaturalOrder.Names).FirstOrDefault();
        return new()
        {
            Type = "Available",
            Status = available >= seen.Replicas ? "True" : "False",
            Reason = available >= seen.Replicas ? "AllAvailable" : "PodsUnavailable",
            Message = $"{available} of {seen.Replicas} pods are available{(trouble is null ? "" : $"; {trouble.Pod.Name}: {PodTrouble.Of(trouble.Pod)}")}",
        };
    }

    static Condition Progressing(InPlaceSetObservation seen, string? mistake, string? held, int updated)
    {
        var wanted = Math.Max(0, seen.Replicas - seen.Partition);
        var (status, reason, message) = (mistake, held, seen.Strangers.FirstOrDefault(pod => pod.Controller is not null || !seen.Set.Spec.Selector.Matches(pod.Labels))) switch
        {
            ({ } sentence, _, _) => ("False", "Mistake", sentence),
            (_, _, { } stranger) => ("False", "NameTaken", $"pod {stranger.Name} is not controlled by this set, but has the name of one of its pods"),
            (_, { } sentence, _) => ("True", "WaitingForBudget", sentence),
            _ when updated < wanted => ("True", "Upgrading", $"{updated} of {wanted} pods are at revision {seen.Revision}"),
            _ => ("True", "Complete", $"{updated} pods are at revision {seen.Revision}"),
        };
        return new() { Type = "Progressing", Status = status, Reason = reason, Message = message };
    }
}
