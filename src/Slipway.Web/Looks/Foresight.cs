using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>What a command would do, found by deciding about a copy of the ticket that has it already.</summary>
/// <param name="Refusal">Why it would be refused; null when it would be accepted.</param>
/// <param name="Phase">The state the ticket would be in.</param>
/// <param name="First">The first acts on pods, in order.</param>
/// <param name="Message">What the ticket would be doing or waiting for.</param>
/// <param name="Targets">The pods it is about.</param>
public sealed record Foresight(string? Refusal, TicketPhase Phase, IReadOnlyList<TicketChange.PodChange> First, string? Message, IReadOnlyList<string> Targets)
{
    const string Foreseen = "foreseen";

    /// <summary>A start is written down before it is made, and is looked at again: a few looks see the first acts.</summary>
    const int Looks = 4;

    public static Foresight Of(TicketObservation seen, TicketCommand command)
    {
        var wanted = command with { Id = Foreseen };
        var next = seen with { Ticket = seen.Ticket with { Spec = seen.Ticket.Spec with { Commands = [.. seen.Ticket.Spec.Commands ?? [], wanted] } } };
        var targets = TargetsOf(seen, command);
        TicketDecision decision;
        var look = 0;
        do
        {
            decision = TicketDecision.Decide(next);
            var acknowledged = (decision.Status.AcknowledgedCommands ?? []).FirstOrDefault(known => known.Id == Foreseen);
            if (acknowledged is { Accepted: false }) return new(acknowledged.Message, decision.Status.Phase ?? TicketPhase.Initializing, [], null, targets);
            var acts = decision.Changes.OfType<TicketChange.PodChange>().ToList();
            if (acts.Count > 0) return new(null, decision.Status.Phase ?? TicketPhase.Initializing, acts, decision.Status.Message, targets);
            next = After(next, decision);
        }
        while (++look < Looks);
        return new(null, decision.Status.Phase ?? TicketPhase.Initializing, [], decision.Status.FailureReason ?? decision.Status.Message, targets);
    }

    /// <summary>The pods a command is about, by name.</summary>
    static IReadOnlyList<string> TargetsOf(TicketObservation seen, TicketCommand command)
    {
        var lines = PodLine.Of(seen.Groups);
        var chosen = lines.Where(line => command.Pod is null || line.Pod.Name == command.Pod);
        return
        [
            .. (command.Verb switch
            {
                CommandVerb.Publish => chosen.Where(line => command.Group is null || line.Group <= command.Group).Where(IsOpen),
                CommandVerb.Confirm => Confirmed(chosen.ToList(), command.Group),
                CommandVerb.Pause => chosen.Where(line => line.Result.State == PodState.Updating),
                CommandVerb.Retry => chosen.Where(line => line.MayRetry && (command.Group is null || line.Group == command.Group)),
                CommandVerb.Skip => chosen.Where(line => line.MaySkip && (command.Group is null || line.Group == command.Group)),
                CommandVerb.Resume or CommandVerb.Cancel => chosen.Where(IsOpen),
                _ => chosen,
            }).Select(line => line.Pod.Name),
        ];
    }

    static IEnumerable<PodLine> Confirmed(List<PodLine> lines, int? through)
    {
        var open = lines.Where(IsOpen).ToList();
        var last = through ?? open.Select(line => line.Group).DefaultIfEmpty().Min();
        return open.Where(line => line.Group <= last);
    }

    static bool IsOpen(PodLine line) => line.Result.State is PodState.NotUpdated or PodState.Updating;

    /// <summary>The observation once the decision's records are stored.</summary>
    static TicketObservation After(TicketObservation seen, TicketDecision decision)
    {
        var groups = seen.Groups.ToList();
        foreach (var change in decision.Changes)
        {
            switch (change)
            {
                case TicketChange.CreateGroup created:
                    groups.Add(created.Group);
                    break;
                case TicketChange.DeleteGroup deleted:
                    groups.RemoveAll(group => group.Key == deleted.Key);
                    break;
                case TicketChange.RecordGroup recorded when groups.FindIndex(group => group.Key == recorded.Group.Key) is var at and >= 0:
                    groups[at] = groups[at] with { Status = recorded.Status };
                    break;
            }
        }

        return seen with { Ticket = seen.Ticket with { Status = decision.Status }, Groups = groups };
    }
}
