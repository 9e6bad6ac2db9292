using Slipway.Tickets;
using Slipway.Traffic;

namespace Slipway.Operations;

/// <summary>Takes a pod out of traffic in three steps that can be seen (marked, endpoints converged, balancer confirmed), then waits for it to drain.</summary>
public static class RemoveTraffic
{
    public static PodProgress Progress(PodWork work)
    {
        if (work.Seen is not { Pod: var pod }) return new PodProgress.Lost($"Pod {work.Frozen.Name} (UID {work.Frozen.Uid}) was deleted while it was taken out of traffic");
        if (!work.IsMarked) return new PodProgress.Untouched();
        return IsOut(work) ? new PodProgress.Finished() : new PodProgress.Applying(Clause(work));
    }

    /// <summary>The steps so far; a step that broke starts again.</summary>
    public static TrafficSteps? Steps(PodWork work)
    {
        if (!work.IsMarked) return null;
        var before = work.Result.Traffic ?? new();
        var marked = new TrafficSteps { MarkedAt = before.MarkedAt ?? work.Now, ClosesPlace = before.ClosesPlace, Place = before.Place };
        if (StillSending(work).Count > 0) return marked;
        var closes = ClosesPlace(work, before.ClosesPlace);
        var converged = marked with { ConvergedAt = before.ConvergedAt ?? work.Now, ClosesPlace = closes, Place = closes == true ? before.Place ?? work.Seen!.Pod.Address : null };
        return Confirmation(work, converged.ConvergedAt.Value) is { } by ? converged with { ConfirmedAt = before.ConfirmedAt ?? work.Now, ConfirmedBy = by } : converged;
    }

    /// <summary>A place that is open is the ticket's to close and open. One that another ticket has closed meanwhile is opened by whoever leaves last.</summary>
    static bool? ClosesPlace(PodWork work, bool? known)
    {
        var pod = work.Seen!.Pod;
        if (known == true || work.Traffic.Balancers.GetValueOrDefault(work.Frozen.Service) is not { Failure: null, FollowsEndpoints: false } balancer || !balancer.Knows(pod.Address)) return known;
        return balancer.SendsTo(pod.Address) || (known is null && pod.Traffic!.Holds.Any(hold => hold.Uid != work.Ticket.Uid));
    }

    /// <summary>All three steps are seen and the drain wait is over.</summary>
    public static bool IsOut(PodWork work) => Steps(work) is { ConfirmedAt: { } confirmed } && confirmed + work.Ticket.Spec.DrainFor() <= work.Now;

    /// <summary>When the drain wait is over; null while a step is open.</summary>
    public static TimeSpan? UntilDrained(PodWork work) => Steps(work) is { ConfirmedAt: { } confirmed } ? confirmed + work.Ticket.Spec.DrainFor() - work.Now : null;

    public static string Clause(PodWork work) => Steps(work) switch
    {
        { ConfirmedAt: not null, ConfirmedBy: var by } => $"marked, endpoints converged, {by}; drains for {work.Ticket.Spec.DrainFor().TotalSeconds} s",
        { ConvergedAt: not null } => $"marked, endpoints converged; {Unconfirmed(work)}",
        _ => $"marked; {Names(StillSending(work))} still to it",
    };

    /// <summary>What is left until the pod is back; null when it is.</summary>
    public static string? NotBack(PodWork work)
    {
        if (work.Seen is not { Pod: var pod } || pod.Traffic is { IsHeld: true }) return null;
        if (!pod.Ready) return "back in traffic; its readiness follows";
        var missing = work.Traffic.Selecting(pod).Where(service => !service.SendsTo(pod)).ToList();
        if (missing.Count > 0) return $"back in traffic; {string.Join(", ", missing.Select(service => $"Service {service.Name}"))} {(missing.Count == 1 ? "does" : "do")} not send to it yet";
        // A place that it found closed is not the ticket's to wait for.
        if (work.Result.Traffic is { ClosesPlace: false } || !work.Traffic.Balancers.TryGetValue(work.Frozen.Service, out var balancer)) return null;
        if (balancer?.Failure is { } failure) return work.Result.Traffic is { ClosesPlace: true } ? $"back in traffic; {failure}" : null;
        return balancer?.Knows(pod.Address) != false && balancer?.SendsTo(pod.Address) != true ? "back in traffic; the balancer does not send to it yet" : null;
    }

    /// <summary>The act that takes it out, or why there is none now.</summary>
    public static (TicketChange.PodChange? Change, string? Refusal) Act(PodWork work)
    {
        var (path, refusal) = TrafficPath.Choose(work.Seen!.Pod, work.Traffic);
        if (path is null) return (null, refusal);
        return path.Way != work.Frozen.Traffic?.Way || !(path.Labels ?? []).SequenceEqual(work.Frozen.Traffic.Labels ?? [])
            ? (null, $"Pod {work.Frozen.Name} cannot be taken out of traffic in the way planned; its Services have changed since initialization")
            : (TakeOut(work, path), null);
    }

    /// <summary>The act that takes away the ticket's mark, and only it.</summary>
    public static TicketChange.PutBackInTraffic PutBack(PodWork work)
    {
        var pod = work.Seen!.Pod;
        var traffic = pod.Traffic!;
        return new(work.Key, pod.Uid, pod.ResourceVersion, work.Now)
        {
            Gate = traffic.GateHolds.Any(hold => hold.Uid == work.Ticket.Uid) ? Others(traffic.GateHolds, work.Ticket.Uid) : null,
            Labels = traffic.LabelHolds.Any(hold => hold.Uid == work.Ticket.Uid) ? new(Others(traffic.LabelHolds, work.Ticket.Uid), traffic.HeldLabels) : null,
            Present = [.. traffic.HeldLabels.Keys.Where(pod.Labels.ContainsKey)],
        };
    }

    static TicketChange.TakeOutOfTraffic TakeOut(PodWork work, TrafficPath path)
    {
        var pod = work.Seen!.Pod;
        var hold = new TrafficHold(work.Ticket.Uid, work.Ticket.Key.Name, work.Now);
        if (path.Way == TrafficWay.ReadinessGate) return new(work.Key, pod.Uid, pod.ResourceVersion, work.Now) { Gate = [.. pod.Traffic?.GateHolds ?? [], hold] };
        var held = pod.Traffic?.HeldLabels ?? new Dictionary<string, string>();
        var labels = (path.Labels ?? []).Where(label => !held.ContainsKey(label)).ToDictionary(label => label, label => pod.Labels[label]);
        return new(work.Key, pod.Uid, pod.ResourceVersion, work.Now) { Labels = new([.. pod.Traffic?.LabelHolds ?? [], hold], held.Concat(labels).ToDictionary()) };
    }

    static IReadOnlyList<TrafficHold> Others(IReadOnlyList<TrafficHold> holds, string ticket) => [.. holds.Where(hold => hold.Uid != ticket)];

    static List<RoutedService> StillSending(PodWork work) => [.. work.Traffic.Selecting(work.Seen!.Pod).Where(service => service.SendsTo(work.Seen.Pod))];

    static string Names(IReadOnlyList<RoutedService> services) => services.Count switch
    {
        1 => $"Service {services[0].Name} sends",
        _ => $"Services {string.Join(", ", services.Select(service => service.Name))} send",
    };

    /// <summary>What a balancer said before the endpoints were gone confirms nothing.</summary>
    static string? Confirmation(PodWork work, DateTimeOffset converged)
    {
        if (!work.Traffic.Balancers.TryGetValue(work.Frozen.Service, out var balancer)) return "no balancer to ask";
        var address = work.Seen!.Pod.Address;
        return balancer switch
        {
            not { Failure: null } => null,
            { At: var at } when at < converged => null,
            _ when balancer.SendsTo(address) => null,
            _ when balancer.Knows(address) => $"{balancer.Name} confirmed",
            _ => $"{balancer.Name} has no server at {address}",
        };
    }

    static string Unconfirmed(PodWork work) => work.Traffic.Balancers.GetValueOrDefault(work.Frozen.Service) switch
    {
        null => "the balancer is asked",
        { At: var at } when at < work.Result.Traffic?.ConvergedAt => "the balancer is asked",
        { Failure: { } failure } => failure,
        var balancer => $"{balancer.Name} still sends to it",
    };
}
