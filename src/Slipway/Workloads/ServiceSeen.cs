using Slipway.Applications;

namespace Slipway.Workloads;

/// <summary>A pod and the deployment unit of its node.</summary>
public sealed record PodSeen(Pod Pod, string Unit, Workload? Workload = null);

/// <summary>One service: its workloads by that name (none, one, or an ambiguous two) and its pods.</summary>
public sealed record ServiceSeen(string Name, IReadOnlyList<Workload> Workloads, IReadOnlyList<PodSeen> Pods)
{
    public Workload? Workload => Workloads.Count == 1 ? Workloads[0] : null;

    /// <summary>The ApplicationService of that name; null where the service is just a workload of that name.</summary>
    public ApplicationService? Application { get; init; }

    /// <summary>Why no ticket can be carried out on the service, one sentence.</summary>
    public string? Trouble { get; init; }
}
