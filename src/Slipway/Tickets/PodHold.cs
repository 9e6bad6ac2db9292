namespace Slipway.Tickets;

/// <summary>What keeps a pod from being touched now, whatever the operation and the budgets.</summary>
static class PodHold
{
    public static string? Of(TicketObservation seen, FrozenPod pod)
    {
        if (seen.HeldByOthers.TryGetValue(pod.Uid, out var holder)) return $"Ticket {holder.Ticket} holds this pod";
        if (seen.Refusals.TryGetValue(pod.Uid, out var refusal)) return refusal;
        var service = seen.Services.GetValueOrDefault(pod.Service);
        if (service?.Trouble is { } trouble) return trouble;
        var workload = service?.Workload;
        return workload switch
        {
            null => $"{pod.Workload.Kind} {pod.Workload.Name} is gone",
            { Rollout: { } rollout } when seen.Ticket.Spec.Operation != Operation.RemoveTraffic => $"{workload} is in the middle of its own rollout ({rollout})",
            _ when workload.Uid != pod.Workload.Uid => $"{workload} is not the one that was resolved (UID {pod.Workload.Uid})",
            _ => null,
        };
    }
}
