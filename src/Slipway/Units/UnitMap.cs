using Slipway.Resources;

namespace Slipway.Units;

/// <summary>
/// Which deployment unit a node belongs to: the one DeploymentUnit that claims it by its labels; where none does, the one that
/// the node's label <c>slipway.dev/unit</c> names; where several do, none.
/// </summary>
public sealed class UnitMap
{
    readonly IReadOnlyList<DeploymentUnit> _units;
    readonly IReadOnlyList<DeploymentUnit> _claiming;

    public UnitMap(IEnumerable<DeploymentUnit> units)
    {
        _units = [.. units.OrderBy(unit => unit.Key.Name, StringComparer.Ordinal)];
        _claiming = [.. _units.Where(unit => Refusal(unit) is null)];
    }

    public static UnitMap Empty { get; } = new([]);

    /// <summary>The units that objects define, without those that cannot be.</summary>
    public IReadOnlyList<DeploymentUnit> Units => _claiming;

    public string UnitOf(IReadOnlyDictionary<string, string> nodeLabels)
    {
        var claimants = Claimants(nodeLabels);
        return claimants.Count switch
        {
            0 => nodeLabels.TryGetValue(Names.UnitLabel, out var named) ? named : Names.NoUnit,
            1 => claimants[0].Unit,
            _ => Names.NoUnit,
        };
    }

    /// <summary>The labels that nodes of a unit have, to place pods by.</summary>
    public IReadOnlyDictionary<string, string> SelectorOf(string unit) =>
        _claiming.FirstOrDefault(defined => defined.Unit == unit)?.Spec.NodeSelector ?? new Dictionary<string, string> { [Names.UnitLabel] = unit };

    /// <summary>The units whose selectors match a node.</summary>
    public IReadOnlyList<DeploymentUnit> Claimants(IReadOnlyDictionary<string, string> nodeLabels) =>
        [.. _claiming.Where(unit => unit.Spec.NodeSelector.All(label => nodeLabels.TryGetValue(label.Key, out var value) && value == label.Value))];

    /// <summary>Why a unit claims no node at all; null when it may.</summary>
    public string? Refusal(DeploymentUnit unit)
    {
        if (!unit.IsLocal) return $"spec.cluster is \"{unit.Spec.Cluster}\"; only this cluster's units are supported, leave it empty";
        if (unit.Spec.NodeSelector.Count == 0) return "spec.nodeSelector is empty; name at least one label";
        var namesakes = _units.Where(other => other.IsLocal && other.Unit == unit.Unit).Select(other => other.Key.Name).ToList();
        return namesakes.Count > 1 ? $"DeploymentUnits {string.Join(" and ", namesakes)} are all called {unit.Unit}; a unit has one object" : null;
    }
}
