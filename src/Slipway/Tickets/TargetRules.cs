namespace Slipway.Tickets;

/// <summary>The rules of what a ticket targets.</summary>
static class TargetRules
{
    const int MostServices = 50;

    public static IEnumerable<RuleViolation> Check(OpsTicketSpec spec)
    {
        var targets = spec.Targets;
        if (targets.Count == 0) yield return new("spec.targets", "spec.targets is empty; name at least one service");
        if (targets.Count > MostServices) yield return new("spec.targets", $"spec.targets names {targets.Count} services; at most {MostServices} are allowed");
        foreach (var twice in targets.CountBy(target => target.Service).Where(service => service.Value > 1))
        {
            yield return new("spec.targets", $"spec.targets names service {twice.Key} {twice.Value} times; once is allowed");
        }

        foreach (var violation in targets.SelectMany((target, index) => Check(target, $"spec.targets[{index}]", spec))) yield return violation;
        if (Cycle(targets) is { } cycle) yield return new("spec.targets", $"the services {cycle} wait for each other by after; one of them must come first");
    }

    static IEnumerable<RuleViolation> Check(TicketTarget target, string field, OpsTicketSpec spec)
    {
        if (string.IsNullOrWhiteSpace(target.Service)) yield return new($"{field}.service", $"{field}.service is empty; name an application service");
        var ways = (target.Pods is not null ? 1 : 0) + (target.Selector is not null ? 1 : 0) + (target.All == true ? 1 : 0);
        if (spec.Operation == Operation.ShiftTraffic && ways > 0) yield return new(field, $"{field} chooses pods; ShiftTraffic takes services only");
        if (spec.Operation != Operation.ShiftTraffic && ways != 1) yield return new(field, $"{field} gives {ways} of pods, selector and all; exactly one is needed");
        if (target.Pods is { Count: 0 }) yield return new($"{field}.pods", $"{field}.pods is empty; name at least one pod");
        if (target.Pods is { Count: > TargetPods.Most } many) yield return new($"{field}.pods", $"{field}.pods names {many.Count} pods; at most {TargetPods.Most} are allowed");
        foreach (var twice in (target.Pods ?? []).CountBy(pod => pod).Where(pod => pod.Value > 1)) yield return new($"{field}.pods", $"{field}.pods names pod {twice.Key} {twice.Value} times; once is allowed");
        foreach (var service in (target.After ?? []).Where(service => spec.Targets.All(other => other.Service != service)))
        {
            yield return new($"{field}.after", $"{field}.after names service {service}, which is not in this ticket; it has {string.Join(", ", spec.Targets.Select(other => other.Service))}");
        }
    }

    /// <summary>Services that wait for each other; null when each can have its turn.</summary>
    static string? Cycle(IReadOnlyList<TicketTarget> targets)
    {
        var left = targets.DistinctBy(target => target.Service).ToList();
        while (left.Count > 0)
        {
            var waiting = left.Select(target => target.Service).ToHashSet();
            if (left.RemoveAll(target => !(target.After ?? []).Any(waiting.Contains)) == 0) return string.Join(", ", left.Select(target => target.Service));
        }

        return null;
    }
}
