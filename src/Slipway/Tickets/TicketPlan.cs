using System.Diagnostics;
using Slipway.Budgets;
using Slipway.Operations;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>What publishing a ticket would do, for one that exists or a draft: groups, order, steps, what holds it, and how low availability gets.</summary>
/// <param name="FailureReason">Why initialization would refuse it; everything else is then empty.</param>
/// <param name="Groups">In the order they are published.</param>
/// <param name="Steps">What each pod goes through, a sentence each.</param>
/// <param name="Blocks">What would hold pods of the first group now, a sentence each.</param>
/// <param name="Forecast">Availability of each service.</param>
/// <param name="AtLeast">The shortest duration: rounds that the budget allows, each as long as a pod must be ready, and the soaks.</param>
public sealed record TicketPlan(
    string? FailureReason,
    IReadOnlyList<PlannedGroup> Groups,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Blocks,
    IReadOnlyList<ServiceForecast> Forecast,
    TimeSpan AtLeast)
{
    public static TicketPlan Of(TicketObservation seen) => TicketResolution.Of(seen) switch
    {
        TicketResolution.Refused refused => new(refused.FailureReason, [], [], [], [], TimeSpan.Zero),
        TicketResolution.Resolved resolved => Of(seen, resolved),
        _ => throw new UnreachableException(),
    };

    static TicketPlan Of(TicketObservation seen, TicketResolution.Resolved resolved)
    {
        if (seen.Ticket.Spec.Operation == Operation.ShiftTraffic) return OfShift(seen);
        var spec = seen.Ticket.Spec;
        var groups = GroupPlan.Of(resolved.Pods, spec.Targets, spec.ReleasePolicy);
        var rounds = groups.Select(group => Round.Of(seen, group)).ToList();
        return new(
            null,
            groups,
            Sentences(seen, groups, resolved),
            [.. Standing(seen), .. rounds.Take(1).SelectMany(round => round.Holds)],
            [.. seen.Services.Values.Where(service => service.Workload is not null).Select(service => Forecasted(service, rounds, spec.Operation))],
            rounds.Aggregate(TimeSpan.Zero, (sum, round) => sum + (round.Count * EachTakes(spec))) + (Math.Max(0, groups.Count - 1) * spec.Soak()));
    }

    /// <summary>What would hold the ticket as a whole.</summary>
    static IEnumerable<string> Standing(TicketObservation seen)
    {
        if (TicketApproval.Missing(seen, TicketState.Of(seen.Ticket.Status)) is { } missing) yield return missing;
        if (Holds.Of(seen.Policies, [.. seen.Services.Values], seen.Now) is { } hold) yield return hold.Reason;
    }

    /// <summary>The resulting percentages come with the replicas there are now.</summary>
    static TicketPlan OfShift(TicketObservation seen)
    {
        var steps = new List<string>();
        foreach (var (service, weights) in seen.Traffic.Weights)
        {
            if (weights.IsUnread) steps.Add($"What {service} weighs now is asked of {weights.Provider} by the controller at initialization.");
            var wanted = (seen.Ticket.Spec.Weights ?? []).ToDictionary(weight => weight.Unit, weight => weight.Weight);
            var (before, after) = (weights.Units.Sum(unit => unit.Total), weights.Units.Sum(unit => (double)wanted.GetValueOrDefault(unit.Unit) * unit.Replicas));
            steps.AddRange(weights.Units.Select(unit =>
                $"{service} {unit.Unit}: pod weight {unit.PodWeight:0.#} × {unit.Replicas} ({WeightShift.Share(unit.Total, before) ?? "0 %"}) becomes {wanted.GetValueOrDefault(unit.Unit)} × {unit.Replicas} ({WeightShift.Share(wanted.GetValueOrDefault(unit.Unit) * unit.Replicas, after) ?? "0 %"})."));
        }

        return new(null, [], [.. steps, "Units that receive more are raised first; once that is in force, the others are lowered.", "The weights found are recorded; Undo restores them exactly."], [.. Standing(seen)], [], TimeSpan.Zero);
    }

    static TimeSpan EachTakes(OpsTicketSpec spec) => spec switch
    {
        { Operation: Operation.ScaleIn } => ScaleIn.Lead + (spec.DrainsFirst() ? spec.DrainFor() : TimeSpan.Zero),
        { Operation: Operation.RemoveTraffic } => spec.DrainFor(),
        _ when spec.DrainsFirst() => spec.DrainFor() + spec.ReadyFor(),
        _ => spec.ReadyFor(),
    };

    /// <summary>What is scaled in does not come back: its rounds add up.</summary>
    static ServiceForecast Forecasted(ServiceSeen service, IReadOnlyList<Round> rounds, Operation operation)
    {
        var available = service.Pods.Count(pod => pod.Pod.Available);
        var atOnce = rounds.Select(round => round.AtOnce.GetValueOrDefault(service.Name));
        var most = operation == Operation.ScaleIn ? atOnce.Sum() : atOnce.Max();
        return new(service.Name, service.Workload!.Desired, available, available - most);
    }

    static IReadOnlyList<string> Sentences(TicketObservation seen, IReadOnlyList<PlannedGroup> groups, TicketResolution.Resolved resolved)
    {
        var spec = seen.Ticket.Spec;
        var removal = $"Three steps are seen: marked, endpoints converged, balancer confirmed; then {spec.DrainFor().TotalSeconds} s for what the pod still has.";
        if (spec.Operation == Operation.RemoveTraffic) return [.. TrafficResolution.Sentences(resolved.Pods), removal, "The pod keeps running and receives nothing until Undo puts it back."];
        if (spec.Operation == Operation.ScaleIn)
        {
            return [.. spec.DrainsFirst() ? TrafficResolution.Sentences(resolved.Pods).Append(removal) : [], .. ScaleInResolution.Sentences(seen, groups)];
        }

        return spec.DrainsFirst()
            ? [.. TrafficResolution.Sentences(resolved.Pods), removal, .. Sentences(spec, resolved.Method), $"Once ready for {spec.ReadyFor().TotalSeconds} s it goes back into traffic."]
            : Sentences(spec, resolved.Method);
    }

    static IReadOnlyList<string> Sentences(OpsTicketSpec spec, RestartMethod? method)
    {
        var success = $"It is successful once ready for {spec.ReadyFor().TotalSeconds} s without a break, and failed after {spec.PodDeadline().TotalSeconds} s.";
        return (spec.Operation, method) switch
        {
            (Operation.Restart, RestartMethod.ImageReference) =>
            [
                "The images of the chosen containers are spelled another way, pinned to the digest that runs; the kubelet restarts just those containers.",
                "Pod, UID, IP and node stay.",
                success,
            ],
            (Operation.Restart, RestartMethod.ContainerRecreateRequest) =>
            [
                "A ContainerRecreateRequest asks OpenKruise's node daemon to restart the chosen containers.",
                "Pod, UID, IP and node stay.",
                success,
            ],
            (Operation.Restart, _) => ["The pod is evicted and its workload creates another; UID and IP change.", success],
            (_, _) when spec.Via() == ReplaceVia.Delete => ["The pod is deleted, whatever disruption budgets the API server would ask, and its workload creates another.", success],
            _ => ["The pod is evicted, which the API server checks against disruption budgets, and its workload creates another.", success],
        };
    }

    /// <summary>How a group goes: how many rounds the budget makes of it, how many pods at once, what holds it now.</summary>
    sealed record Round(int Count, IReadOnlyDictionary<string, int> AtOnce, IReadOnlyList<string> Holds)
    {
        public static Round Of(TicketObservation seen, PlannedGroup group)
        {
            var spec = seen.Ticket.Spec;
            if (spec.Operation == Operation.ScaleIn) return new(1, group.Pods.CountBy(pod => pod.Service).ToDictionary(), ScaleInResolution.Holds(seen, group));
            var headroom = new Headroom(
                seen.Services.Values, spec.RespectsDisruptionBudgets() ? seen.Budgets : [], spec.MaxUnavailable(), seen.Policies, seen.UpdatedByOthers.Select(uid => new PackedUid(uid)).ToHashSet(), byEviction: spec.Operation == Operation.Replace);
            var pods = seen.Services.Values.SelectMany(service => service.Pods).ToDictionary(pod => pod.Pod.Uid, pod => pod.Pod);
            var taken = group.Pods.Select(pod => (pod.Service, Hold: headroom.Take(pod.Service, pods[pod.Uid]))).ToList();
            var atOnce = taken.Where(pod => pod.Hold is null).CountBy(pod => pod.Service).ToDictionary();
            var rounds = group.Pods.CountBy(pod => pod.Service).Max(service => (int)Math.Ceiling(service.Value / (double)Math.Max(1, atOnce.GetValueOrDefault(service.Key))));
            var holds = atOnce.Count == 0 ? taken.Select(pod => pod.Hold).OfType<string>().Distinct().ToList() : [];
            return new(rounds, atOnce, holds);
        }
    }
}

/// <summary>Availability of one service: desired, now, and at the lowest point of the ticket.</summary>
public sealed record ServiceForecast(string Service, int Desired, int AvailableNow, int LowestAvailable);
