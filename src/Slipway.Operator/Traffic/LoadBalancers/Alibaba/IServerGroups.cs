using Slipway.Operator.Cluster;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>The server groups of one product of the cloud.</summary>
interface IServerGroups
{
    /// <summary>The groups that the cloud controller made for a Service.</summary>
    Task<IReadOnlyList<string>> FindAsync(Service service, CancellationToken cancellation);

    Task<IReadOnlyList<CloudBackend>> ReadAsync(string group, CancellationToken cancellation);

    /// <summary>Gives backends of one group the weights they carry; at most <see cref="CloudWeights.Batch"/> at once.</summary>
    Task SetAsync(string group, IReadOnlyList<CloudBackend> backends, CancellationToken cancellation);
}
