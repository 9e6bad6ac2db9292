namespace Slipway.Tickets;

/// <summary>The steps of a ticket that are worth a Kubernetes Event.</summary>
public static class TicketAnnouncements
{
    public static IEnumerable<TicketChange.Announce> Between(TicketObservation seen, TicketState before, TicketStep step)
    {
        var after = step.State;
        foreach (var acknowledged in after.Acknowledged.Skip(before.Acknowledged.Count)) yield return OfCommand(seen, acknowledged);
        foreach (var group in step.Groups)
        {
            var recorded = (seen.Ticket.Status?.Groups ?? []).FirstOrDefault(summary => summary.Number == group.Number);
            if (group.IsStarted && recorded?.StartedAt is null) yield return new("GroupStarted", $"Group {group.Number} ({group.Name}) started with {group.Pods.Count} pods");
            if (group.IsDone && recorded?.FinishedAt is null) yield return OfGroup(group);
        }

        if (before.Phase != after.Phase) yield return OfPhase(step);
    }

    static TicketChange.Announce OfCommand(TicketObservation seen, AcknowledgedCommand acknowledged)
    {
        var command = (seen.Ticket.Spec.Commands ?? []).First(command => command.Id == acknowledged.Id);
        return acknowledged.Accepted
            ? new($"{command.Verb}", $"{command.Verb} by {command.By}{(command.Reason is { } reason ? $": {reason}" : "")}")
            : new($"{command.Verb}Refused", $"{command.Verb} by {command.By} refused: {acknowledged.Message}", Warning: true);
    }

    static TicketChange.Announce OfGroup(GroupRun group)
    {
        var failed = group.Pods.Where(pod => pod.HasFailed).ToList();
        return failed.Count == 0
            ? new("GroupFinished", $"Group {group.Number} ({group.Name}) is done: {group.Counts.Successful} successful, {group.Counts.Skipped} skipped")
            : new("GroupFailed", $"Group {group.Number} ({group.Name}): {failed.Count} pods failed; {failed[0].Result.Reason}", Warning: true);
    }

    static TicketChange.Announce OfPhase(TicketStep step) => step.State.Phase switch
    {
        TicketPhase.InitializeFailed or TicketPhase.Failed => new($"{step.State.Phase}", step.State.FailureReason ?? "", Warning: true),
        _ => new($"{step.State.Phase}", $"The ticket is {step.State.Phase}{(step.Hold is { } hold ? $": {hold}" : "")}"),
    };
}
