using System.Diagnostics;

namespace Slipway.Tickets;

/// <summary>What the commands so far have made of a ticket.</summary>
public sealed record TicketState
{
    public required TicketPhase Phase { get; init; }
    public string? Executor { get; init; }
    public string? ApprovedBy { get; init; }
    public string? RequesterRefusal { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? InitializedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int? PublishedThrough { get; init; }
    public int? ConfirmedThrough { get; init; }
    public RestartMethod? Method { get; init; }
    public IReadOnlyList<AcknowledgedCommand> Acknowledged { get; init; } = [];

    public static TicketState Of(OpsTicketStatus? status) => new()
    {
        Phase = status?.Phase ?? TicketPhase.Initializing,
        Executor = status?.Executor,
        ApprovedBy = status?.ApprovedBy,
        RequesterRefusal = status?.RequesterRefusal,
        FailureReason = status?.FailureReason,
        InitializedAt = status?.InitializedAt,
        StartedAt = status?.StartedAt,
        FinishedAt = status?.FinishedAt,
        PublishedThrough = status?.PublishedThrough,
        ConfirmedThrough = status?.ConfirmedThrough,
        Method = status?.RestartMethod,
        Acknowledged = status?.AcknowledgedCommands ?? [],
    };
}

/// <summary>Carries out what people did to a ticket: each command once, in order, accepted or refused with a sentence.</summary>
public static class TicketCommands
{
    /// <summary>Folds the commands that are not acknowledged yet into the state and the groups' results.</summary>
    public static TicketState Apply(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups)
    {
        var known = state.Acknowledged.Select(acknowledged => acknowledged.Id).ToHashSet();
        foreach (var command in seen.Ticket.Spec.Commands ?? [])
        {
            if (!known.Add(command.Id)) continue;
            // A Publish written into a new ticket waits for the initialization to end; only Cancel is sooner.
            if (state.Phase == TicketPhase.Initializing && command.Verb != CommandVerb.Cancel) break;
            var (next, refusal) = Apply(seen, state, groups, command);
            state = (refusal is null ? next : state) with
            {
                Acknowledged = [.. state.Acknowledged, new() { Id = command.Id, Accepted = refusal is null, Message = refusal, At = seen.Now }],
            };
        }

        return state;
    }

    static (TicketState State, string? Refusal) Apply(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups, TicketCommand command) => command.Verb switch
    {
        CommandVerb.Undo when seen.Ticket.Spec.Operation is not (Operation.RemoveTraffic or Operation.ShiftTraffic) => (state, $"Undo is for finished RemoveTraffic and ShiftTraffic tickets; this one is a {seen.Ticket.Spec.Operation}"),
        _ when !IsAllowed(command.Verb, state.Phase) => (state, $"{command.Verb} is not allowed while the ticket is {state.Phase}; it is while it is {Phases(command.Verb)}"),
        _ when command.Group is { } group && group > groups.Count => (state, $"{command.Verb}: group {group} does not exist; the ticket has {groups.Count}"),
        CommandVerb.Publish => Publish(seen, state, command),
        CommandVerb.Approve => TicketApproval.Refusal(seen, state, command.By) is { } why ? (state, why) : (state with { ApprovedBy = command.By }, null),
        CommandVerb.Confirm => (state with { Phase = TicketPhase.Executing, ConfirmedThrough = command.Group ?? NextGroup(groups) }, null),
        CommandVerb.Pause => (state with { Phase = TicketPhase.Pausing }, null),
        CommandVerb.Resume => Blocked(seen) is { } blocked ? (state, $"Resume: {blocked}") : (state with { Phase = TicketPhase.Executing }, null),
        CommandVerb.Retry => Retry(state, groups, command),
        CommandVerb.Skip => Skip(seen, state, groups, command),
        CommandVerb.Cancel => (state with { Phase = TicketPhase.Cancelling }, null),
        CommandVerb.Undo => (state with { Phase = TicketPhase.Undoing, FailureReason = null, FinishedAt = null }, null),
        CommandVerb.Reinitialize => (state with { Phase = TicketPhase.Initializing, FailureReason = null, FinishedAt = null }, null),
        _ => throw new UnreachableException(),
    };

    public static bool IsAllowed(CommandVerb verb, TicketPhase phase) => verb switch
    {
        CommandVerb.Publish => phase == TicketPhase.Initialized,
        CommandVerb.Confirm => phase == TicketPhase.WaitingForConfirmation,
        CommandVerb.Pause => phase == TicketPhase.Executing,
        CommandVerb.Resume => phase is TicketPhase.Pausing or TicketPhase.Paused,
        CommandVerb.Retry => phase == TicketPhase.Failed,
        CommandVerb.Skip => phase is TicketPhase.Initialized or TicketPhase.Executing or TicketPhase.WaitingForConfirmation or TicketPhase.Pausing or TicketPhase.Paused or TicketPhase.Failed,
        CommandVerb.Cancel => phase is not (TicketPhase.Succeeded or TicketPhase.Cancelled or TicketPhase.Cancelling or TicketPhase.Undoing or TicketPhase.Undone),
        CommandVerb.Reinitialize => phase == TicketPhase.InitializeFailed,
        CommandVerb.Undo => phase is TicketPhase.Succeeded or TicketPhase.Failed,
        CommandVerb.Approve => phase is TicketPhase.Initialized or TicketPhase.Executing or TicketPhase.WaitingForConfirmation or TicketPhase.Pausing or TicketPhase.Paused,
        _ => throw new UnreachableException(),
    };

    /// <summary>Undo is for the operations that can be undone, and Approve for tickets that wait for it.</summary>
    public static bool IsAllowed(CommandVerb verb, TicketObservation seen, TicketState state) => IsAllowed(verb, state.Phase) && verb switch
    {
        CommandVerb.Undo => seen.Ticket.Spec.Operation is Operation.RemoveTraffic or Operation.ShiftTraffic,
        CommandVerb.Approve => TicketApproval.Missing(seen, state) is not null,
        _ => true,
    };

    static string Phases(CommandVerb verb) => string.Join(", ", Enum.GetValues<TicketPhase>().Where(phase => IsAllowed(verb, phase)));

    static (TicketState, string?) Publish(TicketObservation seen, TicketState state, TicketCommand command) =>
        !HasBegun(seen) && Blocked(seen) is { } why
            ? (state, $"Publish: {why}")
            : (state with { Phase = TicketPhase.Executing, Executor = command.By, StartedAt = seen.Now, PublishedThrough = command.Group }, null);

    /// <summary>A group has started: the publish was taken before, and a crash came before that was stored. What it began may be the very thing that blocks.</summary>
    static bool HasBegun(TicketObservation seen) => seen.Groups.Any(group => group.Status?.StartedAt is not null);

    /// <summary>What initialization would refuse now: publishing and resuming look again.</summary>
    static string? Blocked(TicketObservation seen) =>
        TicketResolution.Conflicts(seen, seen.Groups.SelectMany(group => group.Spec.Pods).Select(pod => pod.Uid))
            .Concat(TicketResolution.Rollouts(seen)).FirstOrDefault();

    static int NextGroup(IReadOnlyList<GroupRun> groups) => groups.FirstOrDefault(group => !group.IsDone)?.Number ?? groups.Count;

    static (TicketState, string?) Retry(TicketState state, IReadOnlyList<GroupRun> groups, TicketCommand command)
    {
        var failed = Chosen(groups, command).Where(pod => pod.HasFailed).ToList();
        if (failed.Count == 0 && (command.Pod is not null || command.Group is not null)) return (state, $"Retry: {Names(command)} has not failed");
        foreach (var pod in failed)
        {
            pod.Result = new() { Name = pod.Result.Name, State = PodState.NotUpdated, Attempt = (pod.Result.Attempt ?? 1) + 1, Replacement = pod.Result.Replacement, DeletionCost = pod.Result.DeletionCost, Traffic = BalancerPlaces.Debt(pod) };
        }

        return (state with { Phase = TicketPhase.Executing, FailureReason = null, FinishedAt = null }, null);
    }

    static (TicketState, string?) Skip(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups, TicketCommand command)
    {
        if (command.Pod is null && command.Group is null) return (state, "Skip needs a pod or a group");
        var pods = Chosen(groups, command).Where(pod => pod.HasFailed || pod.IsWaiting).ToList();
        if (pods.Count == 0) return (state, $"Skip: {Names(command)} neither waits nor has failed");
        foreach (var pod in pods) pod.Skip($"skipped by {command.By}{(command.Reason is { } reason ? $": {reason}" : "")}", seen.Now);
        return (state, null);
    }

    static IEnumerable<PodRun> Chosen(IReadOnlyList<GroupRun> groups, TicketCommand command) =>
        groups.Where(group => command.Group is null || group.Number == command.Group)
            .SelectMany(group => group.Pods)
            .Where(pod => command.Pod is null || pod.Frozen.Name == command.Pod);

    static string Names(TicketCommand command) => command switch
    {
        { Pod: { } pod, Group: { } group } => $"pod {pod} of group {group}",
        { Pod: { } pod } => $"pod {pod}",
        _ => $"group {command.Group}",
    };
}
