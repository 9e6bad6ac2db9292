namespace Slipway.Tickets;

/// <summary>The rules of what people append to a ticket.</summary>
static class CommandRules
{
    const int Most = 200;
    const int LongestReason = 100;

    public static IEnumerable<RuleViolation> Check(IReadOnlyList<TicketCommand> commands)
    {
        if (commands.Count > Most) yield return new("spec.commands", $"spec.commands has {commands.Count} entries; at most {Most} are allowed");
        foreach (var twice in commands.CountBy(command => command.Id).Where(id => id.Value > 1)) yield return new("spec.commands", $"spec.commands has the id {twice.Key} {twice.Value} times; once is allowed");
        foreach (var violation in commands.SelectMany((command, index) => Check(command, $"spec.commands[{index}]"))) yield return violation;
    }

    /// <summary>History cannot be rewritten: what was there stays, in its order, at the front.</summary>
    public static IEnumerable<RuleViolation> CheckAppended(IReadOnlyList<TicketCommand> stored, IReadOnlyList<TicketCommand> updated)
    {
        foreach (var (index, command) in stored.Index())
        {
            if (updated.ElementAtOrDefault(index) != command) yield return new($"spec.commands[{index}]", $"spec.commands[{index}] ({command.Verb} by {command.By}) was changed or removed; commands can only be appended");
        }
    }

    static IEnumerable<RuleViolation> Check(TicketCommand command, string field)
    {
        if (command.Id.Length is < 1 or > 64) yield return new($"{field}.id", $"{field}.id has {command.Id.Length} characters; 1 to 64 are allowed");
        if (command.By.Length is < 1 or > 253) yield return new($"{field}.by", $"{field}.by has {command.By.Length} characters; 1 to 253 are allowed");
        if (command.Verb == CommandVerb.Cancel && string.IsNullOrWhiteSpace(command.Reason)) yield return new($"{field}.reason", $"{field}.reason is missing; Cancel needs a reason of 1 to {LongestReason} characters");
        if (command.Reason is { } reason && TicketRules.Characters(reason) is > LongestReason and var length) yield return new($"{field}.reason", $"{field}.reason has {length} characters; at most {LongestReason} are allowed");
        if (TicketRules.Outside($"{field}.group", command.Group, 1, TargetPods.Most) is { } group) yield return group;
    }
}
