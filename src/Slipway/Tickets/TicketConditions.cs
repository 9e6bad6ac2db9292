using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>Puts a step into words: the whole status, one function a condition.</summary>
public static class TicketConditions
{
    public static OpsTicketStatus Status(TicketObservation seen, TicketStep step)
    {
        var counts = GroupRun.CountsOf(step.Groups.SelectMany(group => group.Pods));
        var state = step.State;
        var initialized = step.Groups.Count > 0;
        return new()
        {
            Phase = state.Phase,
            FailureReason = state.FailureReason,
            Message = $"{Message(step, counts)}{(state.Phase == TicketPhase.Initialized && TicketApproval.Missing(seen, state) is { } missing ? $"; {missing}" : "")}",
            Progress = step.KeepsStatus ? seen.Ticket.Status?.Progress : initialized ? $"{counts.Successful + counts.Skipped}/{counts.Total}" : null,
            Groups = step.KeepsStatus ? seen.Ticket.Status?.Groups : initialized ? [.. step.Groups.Select(group => Summary(group, state.Phase))] : null,
            Counts = step.KeepsStatus ? seen.Ticket.Status?.Counts : initialized ? counts : null,
            ApprovedBy = state.ApprovedBy,
            RequesterRefusal = state.RequesterRefusal,
            Executor = state.Executor,
            InitializedAt = state.InitializedAt,
            StartedAt = state.StartedAt,
            FinishedAt = state.FinishedAt,
            PublishedThrough = state.PublishedThrough,
            ConfirmedThrough = state.ConfirmedThrough,
            RestartMethod = state.Method,
            ObservedGeneration = seen.Ticket.Metadata.Generation,
            Traffic = step.Shift,
            AcknowledgedCommands = state.Acknowledged.Count == 0 ? null : state.Acknowledged,
            Conditions = [.. Conditions(step).Concat(Approved(seen, state)).Select(condition => Since(condition, seen))],
        };
    }

    static GroupSummary Summary(GroupRun group, TicketPhase phase) => new()
    {
        Number = group.Number,
        Name = group.Name,
        Units = [.. group.Pods.Select(pod => pod.Frozen.Unit).Distinct()],
        State = phase == TicketPhase.Cancelled && !group.IsDone ? GroupState.Cancelled : group.State,
        Counts = group.Counts,
        StartedAt = group.StartedAt,
        FinishedAt = group.FinishedAt,
    };

    static string Message(TicketStep step, PodCounts counts) => step.State.Phase switch
    {
        TicketPhase.Initialized or TicketPhase.Succeeded or TicketPhase.Executing or TicketPhase.Undoing or TicketPhase.Cancelling or TicketPhase.Paused when step.Shift is { } shift => TrafficShift.Message(step, shift),
        TicketPhase.Cancelled when step.Shift is not null => "Cancelled: the weights found are restored",
        TicketPhase.Initializing => "Resolving and checking",
        TicketPhase.InitializeFailed => $"{step.State.FailureReason}; mend it and re-initialize, or cancel",
        TicketPhase.Initialized => $"{Pods(counts.Total)} in {Groups(step.Groups.Count)}; publish to start",
        TicketPhase.Succeeded => $"{Pods(counts.Successful)} successful{(counts.Skipped > 0 ? $", {counts.Skipped} skipped" : "")}",
        TicketPhase.Failed => $"{step.State.FailureReason}; retry, or skip the failed pods and retry, or cancel",
        TicketPhase.Undone => "Undone: what was found before the ticket is restored",
        TicketPhase.Cancelled => $"Cancelled with {counts.Successful} of {Pods(counts.Total)} done; {counts.NotUpdated} were not touched",
        _ => $"{Doing(step, counts)}{Because(step)}",
    };

    static string Doing(TicketStep step, PodCounts counts)
    {
        var current = step.Groups.FirstOrDefault(group => !group.IsDone);
        var where = current is null ? "" : $"Group {current.Number} of {step.Groups.Count} ({current.Name}): ";
        return $"{where}{counts.Successful} of {Pods(counts.Total)} successful, {counts.Updating} updating{(counts.Failed > 0 ? $", {counts.Failed} failed" : "")}";
    }

    static string Because(TicketStep step) => step.Hold is null ? "" : $"; {step.Hold}";

    static string Pods(int count) => count == 1 ? "1 pod" : $"{count} pods";

    static string Groups(int count) => count == 1 ? "1 group" : $"{count} groups";

    static IEnumerable<Condition> Conditions(TicketStep step) => [Ready(step), Progressing(step), Stalled(step)];

    static Condition Ready(TicketStep step) => step.State.Phase == TicketPhase.Succeeded
        ? Holds("Ready", true, "Succeeded", "Every pod is successful or was skipped")
        : Holds("Ready", false, $"{step.State.Phase}", $"The ticket is {step.State.Phase}");

    static Condition Progressing(TicketStep step) => step.State.Phase switch
    {
        TicketPhase.Executing when step.Hold is not null => Holds("Progressing", false, "Waiting", step.Hold),
        TicketPhase.Executing or TicketPhase.Initializing or TicketPhase.Pausing or TicketPhase.Cancelling or TicketPhase.Undoing => Holds("Progressing", true, $"{step.State.Phase}", "Work is under way"),
        _ => Holds("Progressing", false, $"{step.State.Phase}", "Nothing is under way"),
    };

    static Condition Stalled(TicketStep step) => step.State.Phase switch
    {
        TicketPhase.Failed or TicketPhase.InitializeFailed => Holds("Stalled", true, $"{step.State.Phase}", step.State.FailureReason ?? ""),
        TicketPhase.Executing when step.Hold is not null => Holds("Stalled", true, "Waiting", step.Hold),
        _ => Holds("Stalled", false, $"{step.State.Phase}", "Nothing stands in the way"),
    };

    /// <summary>Only a ticket that somebody has to approve says so.</summary>
    static IEnumerable<Condition> Approved(TicketObservation seen, TicketState state)
    {
        if (state.ApprovedBy is { } approver) yield return Holds("Approved", true, "Approved", $"{approver} approved it");
        else if (TicketApproval.Missing(seen, state) is { } missing) yield return Holds("Approved", false, "ApprovalNeeded", missing);
    }

    static Condition Holds(string type, bool holds, string reason, string message) => new() { Type = type, Status = holds ? "True" : "False", Reason = reason, Message = message };

    /// <summary>A condition that did not turn keeps the time it last turned.</summary>
    static Condition Since(Condition condition, TicketObservation seen)
    {
        var before = (seen.Ticket.Status?.Conditions ?? []).FirstOrDefault(other => other.Type == condition.Type);
        return condition with
        {
            LastTransitionTime = before?.Status == condition.Status ? before.LastTransitionTime : seen.Now,
            ObservedGeneration = seen.Ticket.Metadata.Generation,
        };
    }
}
