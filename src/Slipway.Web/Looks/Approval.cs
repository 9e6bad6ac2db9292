using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>The second person a ticket needs, as its status tells it.</summary>
public static class Approval
{
    /// <summary>What an OpsPolicy wants, in one sentence, while nobody has approved and somebody still may; else null.</summary>
    public static string? Awaited(OpsTicket ticket) => TicketCommands.IsAllowed(CommandVerb.Approve, TicketFilter.PhaseOf(ticket))
        ? (ticket.Status?.Conditions ?? []).FirstOrDefault(condition => condition is { Type: "Approved", Status: "False" })?.Message
        : null;

    /// <summary>Who approved; null where nobody has, or nobody has to.</summary>
    public static string? By(OpsTicket ticket) => ticket.Status?.ApprovedBy;
}
