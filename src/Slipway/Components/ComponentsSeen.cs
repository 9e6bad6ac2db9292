using Slipway.Operations;
using Slipway.Policies;

namespace Slipway.Components;

/// <summary>A workload that may be a component: its name and the images of its containers.</summary>
public sealed record ComponentWorkload(string Kind, string Namespace, string Name, IReadOnlyList<ComponentContainer> Containers);

public sealed record ComponentContainer(string Name, string Image);

/// <summary>A component and its version as written where it was found; null where nothing says a version.</summary>
public sealed record ComponentFound(string Name, string? Version, string Source)
{
    /// <summary>The version, where what was found is one.</summary>
    public ComponentVersion? Parsed => Version is { } text && ComponentVersion.TryParse(text, out var version) ? version : null;
}

/// <summary>The components of a cluster: discovered by their workloads, and stated by policies where nothing is discovered.</summary>
public sealed record ComponentsSeen(IReadOnlyList<ComponentFound> Found)
{
    public static ComponentsSeen None { get; } = new([]);

    /// <summary>The network plug-ins found.</summary>
    public IEnumerable<ComponentFound> NetworkPlugins => Found.Where(component => ComponentNames.IsNetworkPlugin(component.Name));

    public ComponentFound? Named(string name) => Found.FirstOrDefault(component => component.Name == name);

    /// <summary>One entry a component: of several places the lowest version counts, of a discovered and a stated version the discovered one.</summary>
    /// <param name="workloads">Where components are looked for.</param>
    /// <param name="policies">What states components that cannot be found.</param>
    /// <param name="kubernetes">The API server's version; null where it has told none.</param>
    public static ComponentsSeen Of(IEnumerable<ComponentWorkload> workloads, IEnumerable<OpsPolicy> policies, string? kubernetes = null)
    {
        var discovered = workloads.Where(workload => ComponentNames.IsKnown(workload.Name))
            .Select(workload => new ComponentFound(workload.Name, VersionOf(workload), $"{workload.Kind} {workload.Namespace}/{workload.Name}")).ToList();
        var stated = policies.SelectMany(policy => (policy.Spec.Components ?? []).Select(component => new ComponentFound(component.Name, component.Version, $"OpsPolicy {policy.Name}")))
            .Where(component => component.Parsed is not null && ComponentNames.IsKnown(component.Name)).ToList();
        ComponentFound[] server = kubernetes is null ? [] : [new(ComponentNames.Kubernetes, kubernetes, "/version")];
        return new([.. discovered.Concat(stated).GroupBy(component => component.Name).Select(same => Choose([.. same])).Concat(server).OrderBy(component => component.Name, StringComparer.Ordinal)]);

        ComponentFound Choose(IReadOnlyList<ComponentFound> same)
        {
            var readable = same.Where(component => discovered.Contains(component) && component.Parsed is not null).ToList();
            if (readable.Count == 0) readable = [.. same.Where(stated.Contains)];
            return readable.Count == 0 ? same[0] : readable.MinBy(component => component.Parsed!.Value)!;
        }
    }

    /// <summary>The tag of the container called like its component, else of the first container.</summary>
    static string? VersionOf(ComponentWorkload workload)
    {
        var container = workload.Containers.FirstOrDefault(container => container.Name == workload.Name) ?? (workload.Containers.Count > 0 ? workload.Containers[0] : null);
        return container is null ? null : ImageName.Parse(container.Image).Tag;
    }
}
