using Slipway.Resources;
using Slipway.Runtime.Informers;
using Slipway.Units;

namespace Slipway.Operator.Cluster;

/// <summary>The deployment unit of each node, worked out once and again when units or labels change: decisions ask for it pod by pod.</summary>
sealed class UnitsOfNodes
{
    readonly Store<DeploymentUnit> _units;
    readonly Store<Node> _nodes;
    readonly Lock _lock = new();
    Dictionary<string, string>? _byNode;

    public UnitsOfNodes(Store<DeploymentUnit> units, Store<Node> nodes)
    {
        (_units, _nodes) = (units, nodes);
        units.Changed += change =>
        {
            // Only what people write matters; a status is ours.
            if (change.Old is null || change.New is null || change.Old.Metadata.Generation != change.New.Metadata.Generation) Forget();
        };
        nodes.Changed += change =>
        {
            // Nodes report every few minutes; most reports say nothing about labels.
            if (change.Old is null || change.New is null || !change.Old.Labels.Equals(change.New.Labels)) Forget();
        };
    }

    /// <summary>Nodes may belong to other units now.</summary>
    public event Action? Changed;

    public Store<DeploymentUnit> Units => _units;

    public UnitMap Map => new(_units.All());

    public IEnumerable<NodeSeen> Nodes => _nodes.All().Select(node => new NodeSeen(node.Key.Name, node.Labels));

    public string Of(string node)
    {
        lock (_lock) return (_byNode ??= Resolve()).GetValueOrDefault(node, Names.NoUnit);
    }

    void Forget()
    {
        lock (_lock) _byNode = null;
        Changed?.Invoke();
    }

    Dictionary<string, string> Resolve()
    {
        var map = Map;
        return _nodes.All().ToDictionary(node => node.Key.Name, node => map.UnitOf(node.Labels));
    }
}
