using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>Which buttons a ticket has. They keep their places while its state changes, so that none is pressed by mistake.</summary>
public static class Actions
{
    static readonly CommandVerb[][] Places =
    [
        [CommandVerb.Publish, CommandVerb.Reinitialize],
        [CommandVerb.Confirm],
        [CommandVerb.Pause, CommandVerb.Resume],
        [CommandVerb.Retry],
        [CommandVerb.Skip],
        [CommandVerb.Cancel],
    ];

    /// <summary>One verb a place, the one that is allowed now if any is; then whatever else is allowed.</summary>
    /// <param name="phase">The ticket's state.</param>
    /// <param name="approvable">Somebody has to approve it.</param>
    public static IReadOnlyList<CommandVerb> Shown(TicketPhase phase, bool approvable)
    {
        var placed = Places.Select(place => place.FirstOrDefault(verb => TicketCommands.IsAllowed(verb, phase), place[0])).ToList();
        return [.. placed, .. Enum.GetValues<CommandVerb>().Where(verb => TicketCommands.IsAllowed(verb, phase) && (approvable || verb != CommandVerb.Approve)).Except(placed)];
    }

    /// <summary>The states in which a verb is allowed.</summary>
    public static IReadOnlyList<TicketPhase> Phases(CommandVerb verb) => [.. Enum.GetValues<TicketPhase>().Where(phase => TicketCommands.IsAllowed(verb, phase))];

    /// <summary>Verbs that can be told how far to go, or where.</summary>
    public static bool TakesGroup(CommandVerb verb) => verb is CommandVerb.Publish or CommandVerb.Confirm or CommandVerb.Retry or CommandVerb.Skip;

    /// <summary>The command as a person asks for it.</summary>
    public static TicketCommand Command(CommandVerb verb, string by, DateTimeOffset at, string? reason = null, int? group = null, string? pod = null) =>
        new() { Id = "", Verb = verb, By = by, At = at, Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), Group = group, Pod = pod };
}
