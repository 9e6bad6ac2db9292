using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>A pod of a set, since when it has been ready without a break, and since when the scheduler has found no node for it.</summary>
public sealed record SetPod(Pod Pod, DateTimeOffset? ReadySince = null, DateTimeOffset? UnschedulableSince = null)
{
    public string? Revision => Pod.Labels.GetValueOrDefault(Names.RevisionLabel);

    /// <summary>It counts: nobody has asked it to go, and it has not ended.</summary>
    public bool IsActive => Pod is { Terminating: false, Finished: false };

    public bool IsReady => IsActive && Pod.Available;

    public bool IsAvailable(int minReadySeconds, DateTimeOffset now) => IsReady && AvailableAt(minReadySeconds) <= now;

    /// <summary>When it counts as available if it stays ready; null when it is not ready.</summary>
    public DateTimeOffset? AvailableAt(int minReadySeconds) => IsReady && ReadySince is { } since ? since.AddSeconds(minReadySeconds) : null;
}
