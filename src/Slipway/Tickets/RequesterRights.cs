namespace Slipway.Tickets;

/// <summary>What the API server answered when it was asked whether the requester may still do by hand what the ticket does.</summary>
/// <param name="Allowed">Null where it does not answer such questions.</param>
/// <param name="At">On the operator's clock.</param>
public sealed record RequesterSeen(bool? Allowed, DateTimeOffset At);

/// <summary>Who asked for a ticket must be allowed to do by hand what it does, also when a group of it starts.</summary>
/// <param name="Hold">What the next group waits for, in one sentence; null when it may start.</param>
/// <param name="Refusal">The part of it that is kept until the next answer.</param>
/// <param name="Question">What is to be asked now.</param>
/// <param name="Again">When to look again.</param>
public sealed record RequesterRights(string? Hold, string? Refusal, TicketChange.AskRequester? Question, TimeSpan Again)
{
    /// <summary>How long an answer holds.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    static readonly RequesterRights Given = new(null, null, null, Fresh);

    /// <summary>Without groups nobody has vouched for the requester, and a question would be answered wrongly: roles are bound to groups.</summary>
    public static RequesterRights Of(TicketObservation seen, TicketState state)
    {
        if (seen.Ticket.Spec is not { RequestedBy: { } who, RequesterGroups: { Count: > 0 } groups } spec) return Given;
        var right = TicketRights.ToRequest(spec);
        return seen.Requester switch
        {
            null => Ask(),
            { At: var at } when seen.Now - at >= Fresh => Ask(),
            { Allowed: false, At: var at } when $"{who} may not {right} in namespace {seen.Ticket.Key.Namespace} any more, which a {spec.Operation} ticket does" is var refusal => new(refusal, refusal, null, at + Fresh - seen.Now),
            _ => Given,
        };

        RequesterRights Ask() => new(state.RequesterRefusal ?? $"whether {who} may still {right} is asked", state.RequesterRefusal, new(who, groups, right), Fresh);
    }
}
