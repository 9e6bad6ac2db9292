using Slipway.Resources;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>What initialization settles about traffic: how each pod is taken out of it, and that enough stays in.</summary>
static class TrafficResolution
{
    /// <summary>The path of each pod, by UID, for tickets that take pods out of traffic.</summary>
    public static IReadOnlyDictionary<string, TrafficPath> Paths(TicketObservation seen, IReadOnlyList<TargetPod> pods, List<string> reasons)
    {
        var spec = seen.Ticket.Spec;
        var paths = new Dictionary<string, TrafficPath>();
        if (spec.Operation != Operation.RemoveTraffic && !spec.DrainsFirst()) return paths;
        foreach (var pod in pods)
        {
            // A pod without any Service is restarted or replaced without a detour; to remove it from traffic would mean nothing.
            if (spec.DrainsFirst() && seen.Traffic.Selecting(pod.Seen.Pod).Count == 0) continue;
            var (path, refusal) = TrafficPath.Choose(pod.Seen.Pod, seen.Traffic);
            if (path is not null) paths[pod.Seen.Pod.Uid] = path;
            else reasons.Add(refusal!);
        }

        if (spec.Operation == Operation.RemoveTraffic) reasons.AddRange(TooMany(seen, pods));
        return paths;
    }

    /// <summary>Removed pods stay out together, so all of them must fit into the budget at once.</summary>
    static IEnumerable<string> TooMany(TicketObservation seen, IReadOnlyList<TargetPod> pods)
    {
        var most = seen.Ticket.Spec.MaxUnavailable();
        foreach (var service in pods.GroupBy(pod => pod.Target.Service))
        {
            var desired = service.First().Workload.Desired;
            var allowed = Math.Max(1, most.RoundedDown(desired));
            if (service.Count() > allowed) yield return $"The ticket takes {service.Count()} pods of service {service.Key} out of traffic and keeps them out; spec.guard.maxUnavailable {most} of {desired} allows {allowed}";
        }
    }

    /// <summary>The plan's sentences, one for each way.</summary>
    public static IEnumerable<string> Sentences(IReadOnlyList<FrozenPod> pods)
    {
        foreach (var way in pods.Where(pod => pod.Traffic is not null).GroupBy(pod => pod.Traffic!).OrderBy(way => way.Key.Way).ThenByDescending(way => way.Count()))
        {
            var names = string.Join(", ", way.Take(Named).Select(pod => pod.Name)) + (way.Count() > Named ? $" and {way.Count() - Named} more" : "");
            var services = string.Join(", ", way.Key.Services);
            yield return way.Key.Way == TrafficWay.ReadinessGate
                ? $"Out of traffic by readiness gate {Names.TrafficGate}, in Services {services}: {names}."
                : $"Out of traffic by holding back label {string.Join(", ", way.Key.Labels ?? [])}, in Services {services}: {names}.";
        }

        var none = pods.Count(pod => pod.Traffic is null);
        if (none > 0) yield return $"No Service selects {none} of the pods; there is no traffic to take them out of.";
    }

    const int Named = 5;
}
