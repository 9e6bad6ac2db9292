using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Leadership;

/// <summary>One leader at a time by a Lease. Measures on its own monotonic clock, survives refused connections until the renew deadline, releases on stop.</summary>
public sealed class LeaderElector(KubernetesApi api, ObjectKey lease, string identity, LeaderElectionOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Runs <paramref name="lead"/> whenever this process leads; its token is cancelled when leadership is lost. Returns when cancelled.</summary>
    public Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation) { _ = (api, lease, identity, options, time, log); throw new NotImplementedException(); }
}

/// <summary>Durations as in client-go; a process stops acting at <see cref="RenewDeadline"/>, another may start after <see cref="LeaseDuration"/>.</summary>
public sealed record LeaderElectionOptions
{
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
