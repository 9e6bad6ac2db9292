using Slipway.Policies;

namespace Slipway.Tickets;

/// <summary>The second person that an OpsPolicy asks for.</summary>
public static class TicketApproval
{
    /// <summary>The policy that wants this ticket approved; null when none does.</summary>
    public static string? NeededBy(TicketObservation seen) => seen.Policies
        .Where(policy => (policy.Spec.Approvals ?? []).Any(rule => Asks(rule, seen)))
        .Select(policy => policy.Name).Min(StringComparer.Ordinal);

    /// <summary>What a ticket waits for, in one sentence; null when nobody has to approve it, or somebody has.</summary>
    public static string? Missing(TicketObservation seen, TicketState state) => state.ApprovedBy is null && NeededBy(seen) is { } policy
        ? $"OpsPolicy {policy} wants this approved by somebody else than {seen.Ticket.Spec.RequestedBy ?? "its requester"}"
        : null;

    /// <summary>Why a person's approval does not count; null when it does.</summary>
    public static string? Refusal(TicketObservation seen, TicketState state, string by) => state switch
    {
        { ApprovedBy: { } approver } => $"Approve: {approver} has approved this ticket already",
        _ when NeededBy(seen) is null => "Approve: no OpsPolicy asks for an approval of this ticket",
        _ when seen.Ticket.Spec.RequestedBy is null => "Approve: the ticket does not say who requested it (spec.requestedBy), so nobody can be somebody else",
        _ when seen.Ticket.Spec.RequestedBy == by => $"Approve: {by} requested this ticket; somebody else approves it",
        _ => null,
    };

    static bool Asks(PolicyApproval rule, TicketObservation seen) =>
        (rule.Operations is not { Count: > 0 } operations || operations.Contains(seen.Ticket.Spec.Operation))
        && seen.Services.Values.Any(service => service.Workload is { } workload && rule.Match.Covers(service, workload));
}
