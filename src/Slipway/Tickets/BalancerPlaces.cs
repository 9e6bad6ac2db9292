using Slipway.Operations;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>Pods' places at balancers that follow no endpoints. Whoever closes a place owes it: it is opened again before the pod counts as back.</summary>
/// <param name="seen">What the decision looks at.</param>
/// <param name="lookAgain">Asks for another look, at the latest after a time.</param>
public sealed class BalancerPlaces(TicketObservation seen, Action<TimeSpan> lookAgain)
{
    /// <summary>What balancers must be asked or told.</summary>
    public List<TicketChange> Changes { get; } = [];

    /// <summary>A place is about to be closed, and that is stored before it is: nobody else would open it again.</summary>
    public bool StoresFirst { get; private set; }

    /// <summary>Why a place that was closed cannot be seen to be open, as one sentence.</summary>
    public string? Trouble { get; private set; }

    /// <summary>
    /// Drains the pod's place behind such a balancer once its endpoints are gone, and opens it again once they are back; before its turn is over only
    /// to a pod that works. Where the pod is gone nothing is let in until another has its address. True while the place is not as it should be.
    /// </summary>
    public bool Settle(PodRun run, PodWork work, bool isOver)
    {
        var (service, isOwed) = (run.Frozen.Service, Owes(run));
        var pod = work.Seen?.Pod;
        if (!seen.Traffic.Balancers.TryGetValue(service, out var balancer) || ((isOwed ? run.Result.Traffic!.Place : null) ?? pod?.Address) is not { } address)
        {
            Forget(run);
            return false;
        }

        if (pod is null && !IsTaken(address)) return false;
        if (balancer is null || seen.Now - balancer.At >= TimeSpan.FromSeconds(1)) Ask(service);
        lookAgain(TimeSpan.FromSeconds(1));
        if (balancer is null) return true;

        // Whether a place it has closed is open again, only an answer tells.
        if (balancer.Failure is not null)
        {
            if (isOwed) Trouble = balancer.Failure;
            return isOwed;
        }

        // Who closes a place opens it, so that is stored first; a place that somebody else closed is theirs to open.
        var steps = pod is null ? null : RemoveTraffic.Steps(work);
        if (!isOwed) return steps is { ClosesPlace: true };
        var leaves = steps is { ConvergedAt: not null };
        if (!leaves && pod is { Traffic.IsHeld: true }) return false;
        if (!leaves && (!balancer.Knows(address) || balancer.SendsTo(address))) Forget(run);
        if (!balancer.Knows(address) || balancer.SendsTo(address) != leaves || (!leaves && !isOver && pod is { Works: false })) return false;
        Changes.Add(new TicketChange.DrainBackend(service, address, leaves));
        return true;
    }

    /// <summary>Steps are about to be recorded: that a place is closed is stored before it is.</summary>
    public void Note(PodRun run, TrafficSteps steps)
    {
        if (steps is { ClosesPlace: true } && !Owes(run)) StoresFirst = true;
    }

    public static bool Owes(PodRun run) => run.Result.Traffic is { ClosesPlace: true };

    /// <summary>What stays of the steps of an attempt that is over.</summary>
    public static TrafficSteps? Debt(PodRun run) => Owes(run) ? new() { ClosesPlace = true, Place = run.Result.Traffic!.Place } : null;

    /// <summary>Its place is open again, or not there any more: what becomes of it from now on is not the ticket's.</summary>
    static void Forget(PodRun run)
    {
        if (Owes(run)) run.Result = run.Result with { Traffic = run.Result.Traffic! with { ClosesPlace = null, Place = null } };
    }

    bool IsTaken(string address) => seen.Services.Values.SelectMany(service => service.Pods).Any(other => other.Pod.Address == address && other.Pod.Works);

    void Ask(string service)
    {
        var ask = new TicketChange.AskBalancer(service);
        if (!Changes.Contains(ask)) Changes.Add(ask);
    }
}
