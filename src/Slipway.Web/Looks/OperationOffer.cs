using Slipway.Components;
using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>Which operations a form offers, and why it does not offer the others.</summary>
public static class OperationOffer
{
    /// <summary>What of this version keeps the operation from being offered at all; null when it is.</summary>
    public static string? NotAvailable(Operation operation) =>
        operation == Operation.ShiftTraffic ? null : TicketResolution.NotAvailable(new() { Title = "", Operation = operation, Targets = [] });

    /// <summary>Why the operation cannot be chosen for these targets: this version, or a component, with the versions found and needed.</summary>
    public static string? WhyNot(TicketObservation seen)
    {
        if (NotAvailable(seen.Ticket.Spec.Operation) is { } missing) return missing;
        var closed = ComponentGates.Unmet(seen);
        return closed.Count == 0 ? null : string.Join("; ", closed);
    }
}
