namespace Slipway.Tickets;

public sealed record RuleViolation(string Field, string Message);

public static class TicketRules
{
    public static IReadOnlyList<RuleViolation> Check(OpsTicket ticket) => ticket.Spec.Title.Length > 0 ? [] : [new("spec.title", "")];
}
