namespace Slipway.Tickets;

/// <summary>Who may write what on a ticket: the same rules as the admission policies in <c>deploy/admission.yaml</c>, for servers that evaluate none.</summary>
public static class TicketAdmission
{
    /// <summary>Why a person may not create a ticket, or change it so; null when they may.</summary>
    /// <param name="stored">The ticket as it is; null when it is being created.</param>
    /// <param name="written">The ticket as it would be.</param>
    /// <param name="user">The caller's name, as authentication found it.</param>
    /// <param name="groups">The caller's groups, as authentication found them.</param>
    /// <param name="may">Whether the caller has a right in the ticket's namespace.</param>
    public static string? Refusal(OpsTicket? stored, OpsTicket written, string user, IReadOnlyList<string> groups, Func<Right, bool> may)
    {
        var ns = written.Key.Namespace;
        if (stored is null)
        {
            if (written.Spec.RequestedBy is { } requester && requester != user) return $"spec.requestedBy is {requester}; it must be {user}, who creates the ticket";
            if ((written.Spec.RequesterGroups ?? []).Except(groups).FirstOrDefault() is { } foreign) return $"spec.requesterGroups names {foreign}, which {user} does not belong to";
            if (TicketRights.ToRequest(written.Spec) is { } needed && !may(needed)) return $"{user} may not {needed} in namespace {ns}, which a {written.Spec.Operation} ticket does";
        }

        var known = (stored?.Spec.Commands ?? []).Select(command => command.Id).ToHashSet();
        return (written.Spec.Commands ?? []).Where(command => !known.Contains(command.Id)).Select(command => Refusal(command, written, user, may)).FirstOrDefault(refusal => refusal is not null);
    }

    static string? Refusal(TicketCommand command, OpsTicket ticket, string user, Func<Right, bool> may)
    {
        if (command.By != user) return $"command {command.Id} is signed by {command.By}; it must be signed by its writer, {user}";
        if (!may(TicketRights.ToGive(command.Verb))) return $"{user} may not {TicketRights.ToGive(command.Verb).Verb} tickets in namespace {ticket.Key.Namespace}";
        return command.Verb == CommandVerb.Approve && (ticket.Spec.RequestedBy is null || ticket.Spec.RequestedBy == user) ? "a ticket is approved by someone else than its requester" : null;
    }
}
