using System.Diagnostics;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>One group as planned: its position, name, and pods in the order they are started.</summary>
public sealed record PlannedGroup(int Number, string Name, IReadOnlyList<string> Units, IReadOnlyList<FrozenPod> Pods);

/// <summary>Splits the chosen pods of a ticket into ordered groups; within a unit they keep the order they are given in.</summary>
/// <remarks>
/// Services that do not depend on each other share groups, and so run in parallel; services that wait for others come in later
/// groups. Within that, the release policy splits.
/// </remarks>
public static class GroupPlan
{
    public static IReadOnlyList<PlannedGroup> Of(IReadOnlyList<FrozenPod> pods, IReadOnlyList<TicketTarget> targets, ReleasePolicy? policy)
    {
        var waves = ServiceOrder.Waves(targets);
        var groups = waves.SelectMany(services =>
            Split([.. pods.Where(pod => services.Contains(pod.Service))], policy)
                .Select(group => waves.Count == 1 ? group : group with { Name = $"{string.Join('+', services)}: {group.Name}" }));
        return [.. groups.Select((group, index) => new PlannedGroup(index + 1, group.Name, UnitsOf(group.Pods), group.Pods))];
    }

    sealed record Draft(string Name, IReadOnlyList<FrozenPod> Pods);

    static IReadOnlyList<Draft> Split(IReadOnlyList<FrozenPod> pods, ReleasePolicy? policy)
    {
        if (pods.Count == 0) return [];
        if (policy is null) return [new("all", pods)];
        var order = UnitOrder(pods, policy.UnitOrder ?? []);
        var sorted = pods.OrderBy(pod => order[pod.Unit]).ToList();
        var beta = policy.Beta == true ? sorted.DistinctBy(pod => (pod.Service, pod.Unit)).ToList() : [];
        var rest = sorted.Except(beta).ToList();
        var groups = policy.GroupBy switch
        {
            GroupBy.DeploymentUnit => ByUnit(rest, policy.GroupSize),
            GroupBy.UnitPercentage => ByPercentage(rest, sorted, policy.Percentage ?? 100, policy.GroupSize),
            GroupBy.PodCount => Numbered(Chunks(Interleaved(rest), policy.GroupSize ?? rest.Count)),
            _ => throw new UnreachableException(),
        };
        return beta.Count == 0 ? groups : [new("beta", beta), .. groups];
    }

    static IReadOnlyList<Draft> ByUnit(IReadOnlyList<FrozenPod> pods, int? most) =>
    [
        .. pods.GroupBy(pod => pod.Unit).SelectMany(unit =>
        {
            var parts = Chunks([.. unit], most);
            return parts.Select((part, index) => new Draft(parts.Count == 1 ? unit.Key : $"{unit.Key} {index + 1} of {parts.Count}", part));
        }),
    ];

    /// <summary>Each round takes ⌈p % of the unit's chosen pods⌉ from every unit of every service, until none is left.</summary>
    static IReadOnlyList<Draft> ByPercentage(IReadOnlyList<FrozenPod> pods, IReadOnlyList<FrozenPod> chosen, int percentage, int? most)
    {
        var perRound = chosen.CountBy(Cell).ToDictionary(cell => cell.Key, cell => (cell.Value * percentage + 99) / 100);
        var rounds = pods.GroupBy(Cell)
            .SelectMany(cell => cell.Select((pod, index) => (Pod: pod, Round: index / perRound[cell.Key])))
            .GroupBy(placed => placed.Round, placed => placed.Pod)
            .OrderBy(round => round.Key);
        return Numbered([.. rounds.SelectMany(round => Chunks(most is null ? [.. round] : Interleaved([.. round]), most))]);
    }

    static (string Service, string Unit) Cell(FrozenPod pod) => (pod.Service, pod.Unit);

    /// <summary>One pod of every unit in turn, so that any run of pods is spread evenly over the units.</summary>
    static IReadOnlyList<FrozenPod> Interleaved(IReadOnlyList<FrozenPod> pods) =>
    [
        .. pods.GroupBy(pod => pod.Unit)
            .SelectMany((unit, place) => unit.Select((pod, turn) => (Pod: pod, Turn: turn, Place: place)))
            .OrderBy(pod => pod.Turn).ThenBy(pod => pod.Place)
            .Select(pod => pod.Pod),
    ];

    static IReadOnlyList<IReadOnlyList<FrozenPod>> Chunks(IReadOnlyList<FrozenPod> pods, int? most) =>
        pods.Count == 0 ? [] : [.. pods.Chunk(most ?? pods.Count)];

    static IReadOnlyList<Draft> Numbered(IReadOnlyList<IReadOnlyList<FrozenPod>> groups) =>
        [.. groups.Select((pods, index) => new Draft($"{index + 1} of {groups.Count}", pods))];

    static Dictionary<string, int> UnitOrder(IReadOnlyList<FrozenPod> pods, IReadOnlyList<string> wanted)
    {
        var named = wanted.Distinct();
        var others = UnitsOf(pods).Except(wanted);
        return named.Concat(others).Select((unit, place) => (unit, place)).ToDictionary(entry => entry.unit, entry => entry.place);
    }

    static IReadOnlyList<string> UnitsOf(IReadOnlyList<FrozenPod> pods) =>
        [.. pods.Select(pod => pod.Unit).Distinct().Order(NaturalOrder.Names)];
}
