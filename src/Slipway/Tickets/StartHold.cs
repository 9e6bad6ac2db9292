using Slipway.Policies;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>What keeps a published ticket from starting anything more, of whatever operation: an approval that is missing, its schedule, the rules of the house.</summary>
static class StartHold
{
    /// <summary>The first of them; null when none holds.</summary>
    public static PolicyHold? Of(TicketObservation seen, TicketState state, IReadOnlyList<ServiceSeen> services)
    {
        if (TicketApproval.Missing(seen, state) is { } missing) return new(missing, null);
        return Schedule.Hold(seen.Ticket.Spec.Schedule, seen.Now) is { } closed ? new(closed.Reason, closed.Opens) : Holds.Of(seen.Policies, services, seen.Now);
    }
}
