namespace Slipway.Tickets;

/// <summary>Why a ticket stands where it stands, as sentences in the order a person would ask.</summary>
public sealed record TicketStory(IReadOnlyList<string> Sentences)
{
    const int Shown = 5;

    public static TicketStory Of(TicketObservation seen)
    {
        var decision = TicketDecision.Decide(seen);
        var status = decision.Status;
        var groups = GroupRun.Of(seen.Groups);
        return new(
        [
            $"Ticket {seen.Ticket.Metadata.Name}, \"{seen.Ticket.Spec.Title}\", is {status.Phase}.",
            .. status.ApprovedBy is { } approver ? [$"{approver} approved it."] : Array.Empty<string>(),
            .. status.Executor is { } executor ? [$"{executor} published it at {status.StartedAt:u}."] : Array.Empty<string>(),
            $"{status.Message}.",
            .. Updating(groups),
            .. Waiting(groups),
            .. Failed(groups),
            .. Refused(seen, status),
            .. Next(seen, status),
        ]);
    }

    static IEnumerable<string> Updating(IReadOnlyList<GroupRun> groups) =>
        Some(groups.SelectMany(group => group.Pods).Where(pod => pod.IsUpdating), pod => $"Pod {pod.Frozen.Name} is updating: {pod.Result.Reason ?? "its change was just made"}.");

    static IEnumerable<string> Waiting(IReadOnlyList<GroupRun> groups) =>
        groups.Where(run => run.IsStarted).SelectMany(run => run.Pods)
            .Where(pod => pod is { IsWaiting: true, Result.Reason: not null })
            .GroupBy(pod => pod.Result.Reason)
            .Select(held => held.Count() == 1
                ? $"Pod {held.First().Frozen.Name} waits: {held.Key}."
                : $"{held.Count()} pods wait, {held.First().Frozen.Name} first: {held.Key}.");

    static IEnumerable<string> Failed(IReadOnlyList<GroupRun> groups) =>
        Some(groups.SelectMany(group => group.Pods).Where(pod => pod.HasFailed), pod => $"Pod {pod.Frozen.Name} failed: {pod.Result.Reason}.");

    static IEnumerable<string> Some(IEnumerable<PodRun> pods, Func<PodRun, string> sentence)
    {
        var all = pods.ToList();
        return all.Count <= Shown ? all.Select(sentence) : [.. all.Take(Shown).Select(sentence), $"And {all.Count - Shown} more."];
    }

    static IEnumerable<string> Refused(TicketObservation seen, OpsTicketStatus status) =>
        from acknowledged in status.AcknowledgedCommands ?? []
        where !acknowledged.Accepted
        join command in seen.Ticket.Spec.Commands ?? [] on acknowledged.Id equals command.Id
        select $"{command.Verb} by {command.By} was refused: {acknowledged.Message}.";

    static IEnumerable<string> Next(TicketObservation seen, OpsTicketStatus status)
    {
        var verbs = Enum.GetValues<CommandVerb>().Where(verb => TicketCommands.IsAllowed(verb, seen, TicketState.Of(status))).ToList();
        if (verbs.Count > 0) yield return $"Allowed now: {string.Join(", ", verbs)}.";
    }
}
