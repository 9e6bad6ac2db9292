using Slipway.Tickets;

namespace Slipway.Components;

/// <summary>One line of what the components allow.</summary>
public sealed record DiagnosisLine
{
    public required string Component { get; init; }

    /// <summary>The version or name found; null where nothing was, or nothing that says one.</summary>
    public string? Found { get; init; }

    /// <summary>Where it was found.</summary>
    public string? Source { get; init; }

    public required string Needed { get; init; }

    public required Operation Operation { get; init; }

    /// <summary>The operation it allows, and on what.</summary>
    public required string Allows { get; init; }

    /// <summary>Why not; null when it is allowed.</summary>
    public string? Refusal { get; init; }

    /// <summary>Something else is done where it is not there.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>What the components of a cluster allow, gate by gate.</summary>
public static class Diagnosis
{
    public static IReadOnlyList<DiagnosisLine> Of(ComponentsSeen components, bool recreateRequestsServed) =>
    [
        .. ComponentGates.All.Select(gate => Line(gate, components)),
        new()
        {
            Component = "kruise-daemon",
            Found = recreateRequestsServed ? "running" : null,
            Source = recreateRequestsServed ? "DaemonSet kruise-system/kruise-daemon" : null,
            Needed = "running",
            Operation = Operation.Restart,
            Allows = "Restart by ContainerRecreateRequest",
            Refusal = recreateRequestsServed ? null : "kruise-daemon was not found; Restart uses ImageReference",
            IsOptional = true,
        },
    ];

    static DiagnosisLine Line(Gate gate, ComponentsSeen components)
    {
        var plugins = components.NetworkPlugins.ToList();
        var isPlugin = gate.Component == ComponentGates.NetworkPlugin;
        var found = isPlugin ? plugins.FirstOrDefault() : components.Named(gate.Component);
        return new()
        {
            Component = gate.Component,
            Found = isPlugin && plugins.Count > 0 ? string.Join(" and ", plugins.Select(plugin => plugin.Name)) : isPlugin ? null : found?.Version,
            Source = found?.Source,
            Needed = gate.Needed,
            Operation = gate.Operation,
            Allows = gate.Subject,
            Refusal = ComponentGates.Refusal(gate, components),
        };
    }
}
