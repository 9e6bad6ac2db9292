using Slipway.Components;
using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>Which operations a form offers, and why it does not offer the others.</summary>
public static class OperationOffer
{
    /// <summary>Why the operation cannot be chosen for these targets: a component, with the versions found and needed.</summary>
    public static string? WhyNot(TicketObservation seen)
    {
        var closed = ComponentGates.Unmet(seen);
        return closed.Count == 0 ? null : string.Join("; ", closed);
    }
}
