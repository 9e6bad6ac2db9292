using System.Diagnostics;
using Slipway.Resources;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>What is to be done about a ticket now: changes in order, then its whole status, then when to look again.</summary>
public sealed record TicketDecision(IReadOnlyList<TicketChange> Changes, OpsTicketStatus Status, Requeue Requeue)
{
    /// <summary>Decides about one ticket from what was seen. Pure: the same observation gives the same decision.</summary>
    public static TicketDecision Decide(TicketObservation seen)
    {
        var before = TicketState.Of(seen.Ticket.Status);
        var groups = GroupRun.Of(before.Phase == TicketPhase.Initializing ? [] : seen.Groups);
        var state = TicketCommands.Apply(seen, before, groups);
        if (seen.Ticket.Metadata.DeletionTimestamp is not null) state = InGoodOrder(seen, state);

        var step = seen.Ticket.Spec.Operation == Operation.ShiftTraffic ? new TrafficShift(seen, state).Step() : state.Phase switch
        {
            TicketPhase.Initializing => TicketInitialization.Initialize(seen, state),
            TicketPhase.Initialized => TicketStep.Rest(state, groups),
            TicketPhase.InitializeFailed or TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.Undone => TicketStep.Rest(state, groups),
            TicketPhase.Executing or TicketPhase.WaitingForConfirmation or TicketPhase.Pausing or TicketPhase.Paused or TicketPhase.Cancelling or TicketPhase.Undoing
                => TicketExecution.Step(seen, state, groups),
            _ => throw new UnreachableException(),
        };

        var status = TicketConditions.Status(seen, step);
        IReadOnlyList<TicketChange> changes =
        [
            .. Custody(seen, before, step.State),
            .. step.Changes,
            .. step.Groups.SelectMany(group => group.Changes(step.WriteAhead)),
            .. TicketAnnouncements.Between(seen, before, step),
            .. EndOfLife(seen, step.State),
        ];
        return new(changes, status, Soonest(step.Requeue, Expiry(seen, step.State)));
    }

    /// <summary>A ticket that is deleted is cancelled first; one that holds pods out of traffic puts them back first.</summary>
    static TicketState InGoodOrder(TicketObservation seen, TicketState state) => state switch
    {
        { Phase: TicketPhase.Succeeded or TicketPhase.Failed } when HoldsPods(seen) => state with { Phase = TicketPhase.Undoing },
        _ when TicketCommands.IsAllowed(CommandVerb.Cancel, state.Phase) => state with { Phase = TicketPhase.Cancelling },
        _ => state,
    };

    /// <summary>Pods are out of traffic on this ticket's account.</summary>
    static bool HoldsPods(TicketObservation seen) => seen.Services.Values.SelectMany(service => service.Pods).Any(pod => pod.Pod.Traffic?.IsHeldBy(seen.Ticket.Uid) == true);

    /// <summary>From publishing to its end a ticket is held, so that deleting it cancels it in good order first.</summary>
    static IEnumerable<TicketChange> Custody(TicketObservation seen, TicketState before, TicketState after)
    {
        var held = (seen.Ticket.Metadata.Finalizers ?? []).Contains(Names.TicketFinalizer);
        var deleted = seen.Ticket.Metadata.DeletionTimestamp is not null;
        var needed = IsActive(after.Phase) || after.Phase == TicketPhase.Undoing || HoldsPods(seen);
        if (!held && !deleted && needed) yield return new TicketChange.HoldTicket();
        if (held && !needed && before.Phase == after.Phase) yield return new TicketChange.ReleaseTicket();
    }

    static IEnumerable<TicketChange> EndOfLife(TicketObservation seen, TicketState state)
    {
        if (seen.Ticket.Metadata.DeletionTimestamp is null && Expires(seen, state) <= seen.Now && !HoldsPods(seen)) yield return new TicketChange.RemoveTicket();
    }

    static TimeSpan? Expiry(TicketObservation seen, TicketState state) => Expires(seen, state) is { } expires && !HoldsPods(seen) ? expires - seen.Now : null;

    /// <summary>A failed ticket is kept twice as long.</summary>
    static DateTimeOffset? Expires(TicketObservation seen, TicketState state) => state switch
    {
        { FinishedAt: { } finished, Phase: TicketPhase.Succeeded or TicketPhase.Cancelled or TicketPhase.Undone } => finished + seen.Ticket.Spec.TimeToLive(),
        { FinishedAt: { } finished, Phase: TicketPhase.Failed or TicketPhase.InitializeFailed } => finished + (2 * seen.Ticket.Spec.TimeToLive()),
        _ => null,
    };

    /// <summary>Published, and not at its end: it holds its pods.</summary>
    public static bool IsActive(TicketPhase? phase) => phase is TicketPhase.Executing or TicketPhase.WaitingForConfirmation or TicketPhase.Pausing or TicketPhase.Paused or TicketPhase.Cancelling;

    static Requeue Soonest(TimeSpan? first, TimeSpan? second)
    {
        var soonest = (first, second) switch
        {
            ({ } one, { } other) => one < other ? one : other,
            _ => first ?? second,
        };
        return soonest is { } delay ? Requeue.After(delay < TimeSpan.Zero ? TimeSpan.Zero : delay) : Requeue.OnChange;
    }
}

/// <summary>The outcome of one look at a ticket, before it is put into words.</summary>
public sealed record TicketStep(TicketState State, IReadOnlyList<GroupRun> Groups)
{
    public IReadOnlyList<TicketChange> Changes { get; init; } = [];

    /// <summary>The groups' records must be stored before anything else is done.</summary>
    public bool WriteAhead { get; init; }

    /// <summary>What is stored of groups and counts stays as it is.</summary>
    public bool KeepsStatus { get; init; }

    /// <summary>ShiftTraffic: the record of each service's weights.</summary>
    public IReadOnlyList<ShiftedService>? Shift { get; init; }

    /// <summary>One sentence: what holds the ticket, when nothing is in flight.</summary>
    public string? Hold { get; init; }

    public TimeSpan? Requeue { get; init; }

    public static TicketStep Rest(TicketState state, IReadOnlyList<GroupRun> groups) => new(state, groups) { WriteAhead = true };
}
