using Slipway.Resources;

namespace Slipway.Units;

/// <summary>A node's name and labels.</summary>
public sealed record NodeSeen(string Name, IReadOnlyDictionary<string, string> Labels);

/// <summary>Puts into words what a deployment unit has.</summary>
public static class UnitReport
{
    public static DeploymentUnitStatus Of(DeploymentUnit unit, UnitMap map, IEnumerable<NodeSeen> nodes, DateTimeOffset now)
    {
        var claimed = nodes.Select(node => (Node: node, By: map.Claimants(node.Labels))).Where(node => node.By.Any(claimant => claimant.Uid == unit.Uid)).ToList();
        var own = claimed.Count(node => node.By.Count == 1);
        var (state, message) = State(unit, map.Refusal(unit), [.. claimed.Where(node => node.By.Count > 1)], own);
        var condition = new Condition
        {
            Type = "Ready",
            Status = state is DeploymentUnitState.Ready or DeploymentUnitState.Empty ? "True" : "False",
            Reason = $"{state}",
            Message = message,
            ObservedGeneration = unit.Metadata.Generation,
        };
        return new()
        {
            Unit = unit.Unit,
            State = state,
            Nodes = own,
            Message = message,
            ObservedGeneration = unit.Metadata.Generation,
            Conditions = [condition.Since(unit.Status?.Conditions, now)],
        };
    }

    static (DeploymentUnitState, string) State(DeploymentUnit unit, string? refusal, IReadOnlyList<(NodeSeen Node, IReadOnlyList<DeploymentUnit> By)> shared, int own) => (refusal, shared) switch
    {
        ({ } reason, _) => (DeploymentUnitState.Refused, reason),
        (_, { Count: > 0 }) => (DeploymentUnitState.Overlapping, Overlap(shared)),
        _ when own == 0 => (DeploymentUnitState.Empty, $"No node has the labels {string.Join(',', unit.Spec.NodeSelector.Select(label => $"{label.Key}={label.Value}"))}"),
        _ => (DeploymentUnitState.Ready, own == 1 ? "1 node" : $"{own} nodes"),
    };

    static string Overlap(IReadOnlyList<(NodeSeen Node, IReadOnlyList<DeploymentUnit> By)> shared)
    {
        var units = shared.SelectMany(node => node.By).Select(unit => unit.Key.Name).Distinct().Order(StringComparer.Ordinal);
        var first = shared.Select(node => node.Node.Name).Order(StringComparer.Ordinal).First();
        var nodes = shared.Count == 1 ? $"Node {first} has" : $"Node {first} and {shared.Count - 1} more have";
        return $"{nodes} the labels of DeploymentUnits {string.Join(" and ", units)}; until the selectors tell them apart, such nodes belong to no unit";
    }
}
