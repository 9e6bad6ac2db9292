using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>One pod of a ticket as a row: where it is, how far it has come, and why.</summary>
public sealed record PodLine(int Group, FrozenPod Pod, PodResult Result)
{
    /// <summary>Every pod of a ticket, by group, in the order it is started.</summary>
    public static IReadOnlyList<PodLine> Of(IReadOnlyList<OpsTicketGroup> groups) =>
    [
        .. groups.OrderBy(group => group.Spec.Number).ThenBy(group => group.Spec.Part).SelectMany(group => group.Spec.Pods.Select((pod, index) => new PodLine(
            group.Spec.Number,
            pod,
            (group.Status?.Pods ?? []).ElementAtOrDefault(index) ?? new() { Name = pod.Name, State = PodState.NotUpdated }))),
    ];

    /// <summary>Whole seconds that the pod has been ready without a break, never more than it must; null when it is not counted.</summary>
    public int? ReadySeconds(TimeSpan readyFor, DateTimeOffset now) => Result is { State: PodState.Updating, ReadySince: { } since }
        ? Math.Clamp((int)(now - since).TotalSeconds, 0, (int)readyFor.TotalSeconds)
        : null;

    public bool MayRetry => Result.State == PodState.UpdateFailed;

    public bool MaySkip => Result.State is PodState.UpdateFailed or PodState.NotUpdated;

    public bool Matches(string? search) => string.IsNullOrWhiteSpace(search)
        || new[] { Pod.Name, Pod.Unit, Pod.Service, Pod.Node, Result.Reason }.Any(value => value?.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase) == true);
}
