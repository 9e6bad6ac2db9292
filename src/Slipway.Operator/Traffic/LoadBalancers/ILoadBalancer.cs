using Slipway.Applications;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>What gives a service's deployment units their weights.</summary>
interface ILoadBalancer
{
    /// <summary>The weights as they are known now; nothing is asked.</summary>
    WeightsSeen Look(ApplicationService service, IReadOnlyList<PodSeen> pods);

    /// <summary>Asks a balancer that no watch tells of.</summary>
    Task AskAsync(ApplicationService service, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Writes settings, each only where it still is what was seen.</summary>
    Task SetAsync(ApplicationService service, IReadOnlyList<WeightWrite> writes, CancellationToken cancellation);
}
