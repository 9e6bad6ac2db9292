using Slipway.Budgets;
using Slipway.Components;
using Slipway.Operations;
using Slipway.Resources;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>What initialization and plans say of a scale-in: in which order pods go, why it cannot be done, and what it will do.</summary>
static class ScaleInResolution
{
    /// <summary>The pods of each service, those at a StatefulSet's ends first: the order in which they can go.</summary>
    public static IReadOnlyList<FrozenPod> Ordered(TicketObservation seen, IReadOnlyList<FrozenPod> pods) =>
        [.. pods.GroupBy(pod => pod.Service).SelectMany(service => seen.Services[service.Key].Workload is { Kind: "StatefulSet" } workload ? FromTheEnds(workload, [.. service]) : service)];

    /// <summary>Why these pods cannot be scaled in, a sentence each.</summary>
    public static IEnumerable<string> Refusals(TicketObservation seen, IReadOnlyList<FrozenPod> pods)
    {
        var groups = GroupPlan.Of(pods, seen.Ticket.Spec.Targets, seen.Ticket.Spec.ReleasePolicy);
        foreach (var chosen in pods.GroupBy(pod => pod.Service))
        {
            var service = seen.Services[chosen.Key];
            var uids = chosen.Select(pod => pod.Uid).ToHashSet();
            var others = service.Pods.Select(found => found.Pod).Where(pod => !uids.Contains(pod.Uid));
            var refusals = new[]
            {
                Impossible(seen, service.Workload!, groups, chosen.Key),
                DrainedTogether(service.Workload!, groups, chosen.Key),
                ScaleIn.Rival(service.Workload!, service.Workload!.Desired - uids.Count, seen.Autoscalers, seen.Spreads),
                ScaleIn.Marks(service.Workload!) ? ScaleIn.Cheap(service.Workload!, others) : null,
            };
            foreach (var refusal in refusals.OfType<string>()) yield return refusal;
        }
    }

    /// <summary>What happens to each service, in the order of the ticket.</summary>
    public static IReadOnlyList<string> Sentences(TicketObservation seen, IReadOnlyList<PlannedGroup> groups) =>
    [
        .. seen.Services.Values.Where(service => service.Workload is not null).SelectMany(service => Writes(service.Workload!, groups, service.Name)),
        "A pod is successful once its UID is gone and replicas have fallen; should another pod go instead, the ticket stops and names both.",
    ];

    /// <summary>What would hold a group now.</summary>
    public static IReadOnlyList<string> Holds(TicketObservation seen, PlannedGroup group)
    {
        var spec = seen.Ticket.Spec;
        var remaining = new Remaining(spec.RespectsDisruptionBudgets() ? seen.Budgets : [], spec.MaxUnavailable(), seen.Policies, seen.UpdatedByOthers.Select(uid => new PackedUid(uid)).ToHashSet());
        return
        [
            .. from chosen in @group.Pods.GroupBy(pod => pod.Service)
               let service = seen.Services[chosen.Key]
               let uids = chosen.Select(pod => pod.Uid).ToHashSet()
               let going = service.Pods.Select(found => found.Pod).Where(pod => uids.Contains(pod.Uid)).ToList()
               let hold = ScaleIn.Hold(service, service.Workload!, going) ?? remaining.Hold(service, service.Workload!, going)
               where hold is not null
               select hold,
        ];
    }

    static IEnumerable<FrozenPod> FromTheEnds(Workload workload, List<FrozenPod> pods)
    {
        var byOrdinal = pods.Where(pod => PodOrdinals.Of(workload, pod.Name) is not null).ToDictionary(pod => PodOrdinals.Of(workload, pod.Name)!.Value);
        var wanted = PodOrdinals.Wanted(workload);
        var high = wanted.Reverse().TakeWhile(byOrdinal.ContainsKey).Select(ordinal => byOrdinal[ordinal]).ToList();
        var low = wanted.TakeWhile(byOrdinal.ContainsKey).Select(ordinal => byOrdinal[ordinal]);
        return high.Concat(low).Concat(pods).Distinct();
    }

    static string? Impossible(TicketObservation seen, Workload workload, IReadOnlyList<PlannedGroup> groups, string service)
    {
        foreach (var (group, names) in NamesOf(groups, service))
        {
            var (write, refusal) = Downsizing.Of(workload, names);
            if (write is Downsizing.ByOrdinals { Replicas: > 0 } ordinals && ordinals.First > workload.FirstOrdinal && ComponentGates.Refusal(ComponentGates.FirstPods, seen.Components) is { } closed)
            {
                (write, refusal) = (null, $"{Downsizing.Names(names)} {(names.Count == 1 ? "is" : "are")} at the start of {workload}, where pods go by spec.ordinals: {closed}");
            }

            if (write is null) return groups.Count == 1 ? refusal : $"group {group.Number} ({group.Name}): {refusal}";
            workload = write.Apply(workload);
        }

        return null;
    }

    /// <remarks>With OrderedReady a StatefulSet deletes no pod but the first that is not ready, so that two closed gates wait for each other (Kubernetes, StatefulSet, "Deployment and scaling guarantees").</remarks>
    static string? DrainedTogether(Workload workload, IReadOnlyList<PlannedGroup> groups, string service)
    {
        if (workload is not { Kind: "StatefulSet", IsParallel: false }) return null;
        var together = groups.Select(group => group.Pods.Where(pod => pod.Service == service && pod.Traffic?.Way == TrafficWay.ReadinessGate).Select(pod => pod.Name).ToList()).FirstOrDefault(names => names.Count > 1);
        return together is null
            ? null
            : $"{Downsizing.Names(together)} cannot be drained together by their readiness gate: {workload} has podManagementPolicy OrderedReady and deletes no pod while one before it is not ready; releasePolicy {{groupBy: PodCount, groupSize: 1}} takes them one after the other";
    }

    static IEnumerable<string> Writes(Workload workload, IReadOnlyList<PlannedGroup> groups, string service)
    {
        foreach (var (group, names) in NamesOf(groups, service))
        {
            var write = Downsizing.Of(workload, names).Write!;
            yield return $"Group {group.Number}: {Sentence(workload, write, names)}";
            workload = write.Apply(workload);
        }
    }

    static string Sentence(Workload workload, Downsizing write, IReadOnlyList<string> names)
    {
        var lowered = $"the replicas of {workload} are lowered from {workload.Desired} to {write.Replicas} in one write";
        return write switch
        {
            Downsizing.ByCost => $"{Downsizing.Names(names)} {(names.Count == 1 ? "is" : "are")} marked to go first (pod-deletion-cost); when every other pod is ready, {lowered}.",
            Downsizing.ByOrdinals(var first) when first != workload.FirstOrdinal && write.Replicas > 0 => $"{lowered} that also makes {workload.Name}-{first} the first; {Downsizing.Names(names)} {Go(names)}.",
            Downsizing.ByReservation(var reserved) when reserved.Count > workload.ReservedOrdinals.Count => $"{lowered} that also reserves the ordinals of the pods that go; {Downsizing.Names(names)} {Go(names)}.",
            Downsizing.ByName => $"{lowered} that also names the pods to delete; {Downsizing.Names(names)} {Go(names)}.",
            Downsizing.ByUnit => $"{lowered} that also names the pods to go and sizes their units; {Downsizing.Names(names)} {Go(names)}.",
            _ => $"{lowered}; {Downsizing.Names(names)} {Go(names)}.",
        };
    }

    static string Go(IReadOnlyList<string> names) => names.Count == 1 ? "goes" : "go";

    static IEnumerable<(PlannedGroup Group, IReadOnlyList<string> Names)> NamesOf(IReadOnlyList<PlannedGroup> groups, string service) =>
        groups.Select(planned => (planned, (IReadOnlyList<string>)[.. planned.Pods.Where(pod => pod.Service == service).Select(pod => pod.Name)])).Where(planned => planned.Item2.Count > 0);
}
