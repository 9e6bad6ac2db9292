namespace Slipway.Workloads;

/// <summary>A pod and the deployment unit of its node.</summary>
public sealed record PodSeen(Pod Pod, string Unit, Workload? Workload = null);

/// <summary>One service: its workloads by that name (none, one, or an ambiguous two) and its pods.</summary>
public sealed record ServiceSeen(string Name, IReadOnlyList<Workload> Workloads, IReadOnlyList<PodSeen> Pods)
{
    public Workload? Workload => Workloads.Count == 1 ? Workloads[0] : null;
}
