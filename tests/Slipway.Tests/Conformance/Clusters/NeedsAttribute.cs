namespace Slipway.Tests.Conformance.Clusters;

/// <summary>What there is of a cluster beside its API server.</summary>
public enum ClusterPart
{
    ApiServer,

    /// <summary>The controllers of kube-controller-manager.</summary>
    Controllers,

    /// <summary>A scheduler, and nodes on which pods run.</summary>
    Nodes,
}

/// <summary>Of a check, or of all checks of an area: where they mean nothing, they are skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NeedsAttribute(ClusterPart part) : Attribute
{
    public ClusterPart Part { get; } = part;
}
