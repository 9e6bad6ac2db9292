namespace Slipway.Resources;

/// <summary>Labels, annotations and finalizers that Slipway reads or writes.</summary>
public static class Names
{
    /// <summary>Label of a node: the deployment unit it belongs to.</summary>
    public const string UnitLabel = "slipway.dev/unit";

    /// <summary>Label of what a ticket owns: the ticket's UID.</summary>
    public const string TicketLabel = "slipway.dev/ticket";

    /// <summary>Finalizer of a ticket that is being carried out: it is cancelled in good order before it goes.</summary>
    public const string TicketFinalizer = "slipway.dev/ticket";

    /// <summary>Unit of pods whose node belongs to none.</summary>
    public const string NoUnit = "-";

    /// <summary>Field manager and event source of the operator.</summary>
    public const string Operator = "slipway";
}
