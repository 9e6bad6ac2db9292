using System.CommandLine;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary>The verbs that people do to a ticket: each appends a command and says what became of it.</summary>
static class OperateTicket
{
    /// <summary>An operator that runs answers at once; one that does not is worth saying.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static IEnumerable<Command> Verbs(Surroundings surroundings)
    {
        yield return Verb(surroundings, CommandVerb.Approve, "Approve a ticket of somebody else, where an OpsPolicy wants that");
        yield return Verb(surroundings, CommandVerb.Publish, "Start an initialized ticket (Publish All), or only through a group", group: "--through-group");
        yield return Verb(surroundings, CommandVerb.Confirm, "Go on with the next group, or through a group", group: "--group");
        yield return Verb(surroundings, CommandVerb.Pause, "Finish the pods in flight and start none");
        yield return Verb(surroundings, CommandVerb.Resume, "Go on; everything is checked again");
        yield return Verb(surroundings, CommandVerb.Retry, "Do the failed pods again, or one of them", group: "--group", pod: true);
        yield return Verb(surroundings, CommandVerb.Skip, "Leave a failed or waiting pod or group, and count it as skipped", group: "--group", pod: true);
        yield return Verb(surroundings, CommandVerb.Cancel, "Start nothing more and let what is in flight finish; needs --reason");
        yield return Verb(surroundings, CommandVerb.Reinitialize, "Resolve and check again after initialization failed");
        yield return Verb(surroundings, CommandVerb.Undo, "Put back exactly what a finished RemoveTraffic or ShiftTraffic changed");
    }

    static Command Verb(Surroundings surroundings, CommandVerb verb, string description, string? group = null, bool pod = false)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var reason = new Option<string?>("--reason") { Description = "Why, up to 100 characters; part of the record" };
        var groupOption = group is null ? null : new Option<int?>(group) { Description = "Number of a group" };
        var podOption = pod ? new Option<string?>("--pod") { Description = "Name of a pod" } : null;
        var command = cluster.AddTo(new Command(verb.ToString().ToLowerInvariant(), description) { name, reason });
        if (groupOption is not null) command.Options.Add(groupOption);
        if (podOption is not null) command.Options.Add(podOption);
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var text = parsed.GetValue(reason);
            if (verb == CommandVerb.Cancel && string.IsNullOrWhiteSpace(text)) throw CommandException.Usage("--reason is missing; cancel needs one of 1 to 100 characters");
            if (text is { Length: > 100 }) throw CommandException.Usage($"--reason has {text.Length} characters; at most 100 are allowed");
            using var open = cluster.Open(parsed, surroundings);
            var wanted = new TicketCommand
            {
                Id = "",
                Verb = verb,
                By = await Identity.OfAsync(open.Connection, cancellation),
                At = surroundings.Time.GetUtcNow(),
                Reason = text,
                Group = groupOption is null ? null : parsed.GetValue(groupOption),
                Pod = podOption is null ? null : parsed.GetValue(podOption),
            };
            return await AppendAsync(surroundings, open, open.Key(parsed.GetValue(name)!), wanted, cancellation);
        }));
        return command;
    }

    /// <summary>Appends a command, waits for its acknowledgement, and tells it.</summary>
    public static async Task<int> AppendAsync(Surroundings surroundings, OpenCluster open, ObjectKey key, TicketCommand wanted, CancellationToken cancellation)
    {
        var appended = await TicketWrites.AppendAsync(open.Api, key, wanted, cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = surroundings.Time.CreateTimer(_ => patience.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await foreach (var sight in new TicketFeed(open.Api, key, surroundings.Time).FollowAsync(tick: null, patience.Token))
            {
                if ((sight.Ticket.Status?.AcknowledgedCommands ?? []).FirstOrDefault(known => known.Id == appended.Id) is not { } acknowledged) continue;
                if (!acknowledged.Accepted) throw CommandException.Refused(acknowledged.Message ?? $"{wanted.Verb} was refused");
                await surroundings.Talk.WriteLineAsync($"{key.Name}: {wanted.Verb} accepted; {sight.Phase}");
                return ExitCode.Done;
            }

            throw new CommandException(ExitCode.Error, $"ticket {key.Name} was deleted");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.TimedOut, $"{wanted.Verb} was written, but no operator acknowledged it within {Patience.TotalSeconds} s; is slipway controller running?");
        }
    }
}
