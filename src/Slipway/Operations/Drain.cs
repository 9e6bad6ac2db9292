using Slipway.Tickets;

namespace Slipway.Operations;

/// <summary>Drain before acting: out of traffic, the operation's own act, ready for long enough, back in.</summary>
public static class Drain
{
    /// <summary>Where a pod stands, given how far the operation's own act is, and the act that is due now.</summary>
    /// <param name="work">The pod.</param>
    /// <param name="inner">How far the operation's own act is.</param>
    /// <param name="readyLongEnough">It has been ready for the ticket's seconds without a break.</param>
    /// <param name="cancelling">A pod that was not acted on yet goes back as it is.</param>
    public static (PodProgress Progress, DrainStep Step) Next(PodWork work, PodProgress inner, bool readyLongEnough, bool cancelling) => inner switch
    {
        PodProgress.Untouched when work.IsMarked && cancelling => (new PodProgress.Applying("goes back into traffic untouched: the ticket is being cancelled"), DrainStep.PutBack),
        PodProgress.Untouched when work.IsMarked && !RemoveTraffic.IsOut(work) => (new PodProgress.Applying($"leaves traffic first: {RemoveTraffic.Clause(work)}"), DrainStep.None),
        PodProgress.Untouched when work.IsMarked => (new PodProgress.Applying("out of traffic"), DrainStep.Act),
        PodProgress.Ready(var token) when readyLongEnough && work.IsMarked
            => (new PodProgress.Returning(token, $"ready for {work.Ticket.Spec.ReadyFor().TotalSeconds} s; goes back into traffic"), DrainStep.PutBack),
        PodProgress.Ready(var token) when readyLongEnough && RemoveTraffic.NotBack(work) is { } left => (new PodProgress.Returning(token, left), DrainStep.None),
        _ => (inner, DrainStep.None),
    };
}

/// <summary>What drain-before-act asks for next.</summary>
public enum DrainStep { None, Act, PutBack }
