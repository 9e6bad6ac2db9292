using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>One mistake in a ticket: the field, and a sentence that names it, its value and what is allowed.</summary>
public sealed record RuleViolation(string Field, string Message);

/// <summary>The rules of a ticket by itself, once in C#, for the CLI, the operator and the sandbox. The schema and its CEL rules say the same to the API server.</summary>
public static class TicketRules
{
    const int LongestName = 200;

    /// <summary>What is wrong with a ticket, before anything of the cluster is looked at.</summary>
    public static IReadOnlyList<RuleViolation> Check(OpsTicket ticket) =>
    [
        .. Name(ticket.Metadata),
        .. Title(ticket.Spec),
        .. TargetRules.Check(ticket.Spec),
        .. Weights(ticket.Spec),
        .. Options(ticket.Spec),
        .. Policy(ticket.Spec.ReleasePolicy),
        .. Guard(ticket.Spec.Guard),
        .. Scheduled(ticket.Spec.Schedule),
        .. CommandRules.Check(ticket.Spec.Commands ?? []),
    ];

    /// <summary>What is wrong with changing a stored ticket into another: only commands may be added.</summary>
    public static IReadOnlyList<RuleViolation> CheckUpdate(OpsTicket stored, OpsTicket updated) =>
    [
        .. Check(updated),
        .. TicketFields.Changed(stored.Spec, updated.Spec).Select(field => new RuleViolation($"spec.{field}", $"spec.{field} cannot change; cancel the ticket and create another")),
        .. CommandRules.CheckAppended(stored.Spec.Commands ?? [], updated.Spec.Commands ?? []),
    ];

    internal static RuleViolation? Outside(string field, int? value, int least, int most) =>
        value is { } given && (given < least || given > most) ? new(field, $"{field} is {given}; {least} to {most} are allowed") : null;

    /// <summary>How long a text is as the API server counts: in code points.</summary>
    internal static int Characters(string text) => text.EnumerateRunes().Count();

    static IEnumerable<RuleViolation> Name(ObjectMeta metadata)
    {
        if (metadata.Name is { Length: > LongestName } name) yield return new("metadata.name", $"metadata.name has {name.Length} characters; at most {LongestName} are allowed, since groups and events are named after it");
    }

    static IEnumerable<RuleViolation> Title(OpsTicketSpec spec)
    {
        var length = Characters(spec.Title);
        if (length is < 1 or > 50) yield return new("spec.title", $"spec.title has {length} characters; 1 to 50 are allowed");
    }

    static IEnumerable<RuleViolation> Weights(OpsTicketSpec spec)
    {
        var weights = spec.Weights ?? [];
        if (spec.Operation == Operation.ShiftTraffic && weights.Count == 0) yield return new("spec.weights", "spec.weights is empty; ShiftTraffic needs a weight for each deployment unit");
        if (spec.Operation != Operation.ShiftTraffic && weights.Count > 0) yield return new("spec.weights", $"spec.weights is given for {spec.Operation}; it is allowed for ShiftTraffic only");
        foreach (var twice in weights.CountBy(weight => weight.Unit).Where(unit => unit.Value > 1)) yield return new("spec.weights", $"spec.weights names unit {twice.Key} {twice.Value} times; once is allowed");
        foreach (var weight in weights)
        {
            if (Outside($"spec.weights[{weight.Unit}].weight", weight.Weight, 1, 100) is { } outside) yield return outside;
        }
    }

    static IEnumerable<RuleViolation> Options(OpsTicketSpec spec)
    {
        if (spec.Restart is not null && spec.Operation != Operation.Restart) yield return new("spec.restart", $"spec.restart is given for {spec.Operation}; it is allowed for Restart only");
        if (spec.Replace is not null && spec.Operation != Operation.Replace) yield return new("spec.replace", $"spec.replace is given for {spec.Operation}; it is allowed for Replace only");
        if (Outside("spec.drain.seconds", spec.Drain?.Seconds, 0, 3600) is { } drain) yield return drain;
        if (Outside("spec.ttlSecondsAfterFinished", spec.TtlSecondsAfterFinished, 0, 31_536_000) is { } ttl) yield return ttl;
    }

    static IEnumerable<RuleViolation> Policy(ReleasePolicy? policy)
    {
        if (policy is null) yield break;
        if (policy.GroupBy == GroupBy.UnitPercentage && policy.Percentage is null) yield return new("spec.releasePolicy.percentage", "spec.releasePolicy.percentage is missing; groupBy UnitPercentage needs 1 to 100");
        if (policy.GroupBy != GroupBy.UnitPercentage && policy.Percentage is { } given) yield return new("spec.releasePolicy.percentage", $"spec.releasePolicy.percentage is {given}; it is allowed with groupBy UnitPercentage only");
        if (policy.GroupBy == GroupBy.PodCount && policy.GroupSize is null) yield return new("spec.releasePolicy.groupSize", "spec.releasePolicy.groupSize is missing; groupBy PodCount needs 1 to 3000");
        if (Outside("spec.releasePolicy.percentage", policy.Percentage, 1, 100) is { } percentage) yield return percentage;
        if (Outside("spec.releasePolicy.groupSize", policy.GroupSize, 1, 3000) is { } size) yield return size;
        if (Outside("spec.releasePolicy.soakSeconds", policy.SoakSeconds, 0, 86_400) is { } soak) yield return soak;
    }

    static IEnumerable<RuleViolation> Guard(GuardOptions? guard)
    {
        if (guard?.MaxUnavailable is { } most && (most.Value < 1 || (most.IsPercent && most.Value > 100)))
        {
            yield return new("spec.guard.maxUnavailable", $"spec.guard.maxUnavailable is {most}; 1% to 100%, or a number from 1, are allowed");
        }

        if (Outside("spec.guard.failureThreshold", guard?.FailureThreshold, 0, 3000) is { } threshold) yield return threshold;
        if (Outside("spec.guard.podDeadlineSeconds", guard?.PodDeadlineSeconds, 1, 86_400) is { } deadline) yield return deadline;
        if (Outside("spec.guard.readySeconds", guard?.ReadySeconds, 0, 3600) is { } ready) yield return ready;
        if ((guard?.ReadySeconds ?? 30) >= (guard?.PodDeadlineSeconds ?? 600))
        {
            yield return new("spec.guard.readySeconds", $"spec.guard.readySeconds is {guard?.ReadySeconds ?? 30}; it must be less than podDeadlineSeconds ({guard?.PodDeadlineSeconds ?? 600}), or no pod could succeed");
        }
    }

    static IEnumerable<RuleViolation> Scheduled(ScheduleOptions? schedule)
    {
        if (schedule?.Window is { } window && !Schedule.TryParseWindow(window, out _, out _)) yield return new("spec.schedule.window", $"spec.schedule.window is \"{window}\"; \"HH:mm-HH:mm\" (UTC) is allowed, such as \"22:00-04:00\"");
    }
}
