using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>What a ticket that says nothing gets. The same values as the schema's defaults, for servers and drafts that have not filled them in.</summary>
public static class TicketDefaults
{
    public const int DaysOfSeconds = 86_400;

    public static IntOrPercent MaxUnavailable(this OpsTicketSpec spec) => spec.Guard?.MaxUnavailable ?? IntOrPercent.Percent(25);

    public static bool RespectsDisruptionBudgets(this OpsTicketSpec spec) => spec.Guard?.RespectPodDisruptionBudgets ?? true;

    public static int FailureThreshold(this OpsTicketSpec spec) => spec.Guard?.FailureThreshold ?? 0;

    public static TimeSpan PodDeadline(this OpsTicketSpec spec) => TimeSpan.FromSeconds(spec.Guard?.PodDeadlineSeconds ?? 600);

    public static TimeSpan ReadyFor(this OpsTicketSpec spec) => TimeSpan.FromSeconds(spec.Guard?.ReadySeconds ?? 30);

    public static TimeSpan Soak(this OpsTicketSpec spec) => TimeSpan.FromSeconds(spec.ReleasePolicy?.SoakSeconds ?? 0);

    public static TimeSpan TimeToLive(this OpsTicketSpec spec) => TimeSpan.FromSeconds(spec.TtlSecondsAfterFinished ?? 7 * DaysOfSeconds);

    public static ReplaceVia Via(this OpsTicketSpec spec) => spec.Replace?.Via ?? ReplaceVia.Eviction;

    public static IReadOnlyList<string> RestartContainers(this OpsTicketSpec spec) => spec.Restart?.Containers ?? [];

    /// <summary>Pods are taken out of traffic before they are touched.</summary>
    public static bool DrainsFirst(this OpsTicketSpec spec) => spec.Drain?.Enabled == true && spec.Operation is not (Operation.RemoveTraffic or Operation.ShiftTraffic);

    /// <summary>How long a pod that no balancer sends to any more is left to finish what it has.</summary>
    public static TimeSpan DrainFor(this OpsTicketSpec spec) => TimeSpan.FromSeconds(spec.Drain?.Seconds ?? 15);
}
