using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>A pod that a target chose, and the workload it was checked against.</summary>
public sealed record TargetPod(TicketTarget Target, PodSeen Seen, Workload Workload);

/// <summary>Finds the pods a target chooses, and says of each that cannot be chosen why.</summary>
public static class TargetPods
{
    /// <summary>Most pods of one ticket: the most pods Kubernetes supports in a namespace (SIG Scalability, thresholds).</summary>
    public const int Most = 3000;

    public static IReadOnlyList<TargetPod> Of(TicketTarget target, TicketObservation seen, ICollection<string> reasons)
    {
        var ns = seen.Ticket.Key.Namespace;
        var service = seen.Services.GetValueOrDefault(target.Service);
        switch (service)
        {
            case { Trouble: { } trouble }:
                reasons.Add(trouble);
                return [];
            case null or { Workloads.Count: 0 }:
                reasons.Add($"Service {target.Service} does not exist in namespace {ns}: no Deployment, StatefulSet or other workload has that name");
                return [];
            case { Workload: null }:
                reasons.Add($"Service {target.Service} is ambiguous in namespace {ns}: {string.Join(" and ", service.Workloads)} have that name");
                return [];
            case { Workload: { } workload }:
                var chosen = target.Pods is { } names ? Named(names, service, seen, reasons) : Selected(target, service, reasons);
                var fit = chosen.Where(pod => Unfit(pod.Pod) is not { } why || Refuse(reasons, why));
                return [.. fit.OrderBy(pod => pod.Pod.Name, NaturalOrder.Names).Select(pod => new TargetPod(target, pod, workload))];
        }
    }

    static bool Refuse(ICollection<string> reasons, string why)
    {
        reasons.Add(why);
        return false;
    }

    static List<PodSeen> Named(IReadOnlyList<string> names, ServiceSeen service, TicketObservation seen, ICollection<string> reasons)
    {
        var mine = service.Pods.ToDictionary(pod => pod.Pod.Name);
        var found = new List<PodSeen>();
        foreach (var name in names)
        {
            if (mine.TryGetValue(name, out var pod)) found.Add(pod);
            else if (seen.NamedPods.TryGetValue(name, out var other)) reasons.Add(Foreign(other, service));
            else reasons.Add($"Pod {name} does not exist in namespace {seen.Ticket.Key.Namespace}");
        }

        return found;
    }

    static string Foreign(PodSeen other, ServiceSeen service) => other switch
    {
        { Pod.Mirror: true } => $"Pod {other.Pod.Name} is a static pod of node {other.Pod.Node}; only pods of a Deployment, StatefulSet or similar can be chosen",
        { Pod.Controller: null } => $"Pod {other.Pod.Name} belongs to no workload; nothing would bring it back",
        { Workload: { } workload } => $"Pod {other.Pod.Name} belongs to {workload}, not to service {service.Name}",
        { Pod.Controller: { Kind: "DaemonSet" or "Job" } owner } => $"Pod {other.Pod.Name} belongs to {owner.Kind} {owner.Name}; only pods of a Deployment, StatefulSet or similar can be chosen",
        { Pod.Controller: { } owner } => $"Pod {other.Pod.Name} belongs to {owner.Kind} {owner.Name}, not to service {service.Name}",
    };

    static List<PodSeen> Selected(TicketTarget target, ServiceSeen service, ICollection<string> reasons)
    {
        var wanted = target.Selector ?? new Dictionary<string, string>();
        // A pod that is on its way out or has finished is nobody's choice when pods are chosen by rule rather than by name.
        var found = service.Pods
            .Where(pod => Unfit(pod.Pod) is null)
            .Where(pod => wanted.All(label => pod.Pod.Labels.TryGetValue(label.Key, out var value) && value == label.Value))
            .ToList();
        if (found.Count == 0)
        {
            reasons.Add(wanted.Count == 0
                ? $"Service {service.Name} has no pods to choose"
                : $"No pod of service {service.Name} has the labels {string.Join(',', wanted.Select(label => $"{label.Key}={label.Value}"))}");
        }

        return found;
    }

    /// <summary>Why this pod cannot be chosen, whatever its service; null when it can.</summary>
    public static string? Unfit(Pod pod) => pod switch
    {
        { Terminating: true } => $"Pod {pod.Name} is terminating",
        { Finished: true } => $"Pod {pod.Name} has finished (phase {pod.Phase}); its workload has replaced it already",
        _ => null,
    };
}
