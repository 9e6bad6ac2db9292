using System.CommandLine;
using Slipway.Cli.Output;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket watch</c>: a live tree until the ticket ends.</summary>
static class WatchTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var command = cluster.AddTo(new Command("watch", "Follow a ticket live until it ends: repainted on a terminal, a line a change elsewhere") { name });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            using var open = cluster.Open(parsed, surroundings);
            return await ShowAsync(surroundings, open, parsed.GetValue(name)!, cancellation);
        }));
        return command;
    }

    /// <summary>Shows a ticket until it ends and returns the exit code of that end.</summary>
    public static async Task<int> ShowAsync(Surroundings surroundings, OpenCluster open, string name, CancellationToken cancellation)
    {
        var view = new TicketView(surroundings.Out, surroundings.Terminal, surroundings.Time);
        var last = await view.ShowAsync(new(open.Api, open.Key(name), surroundings.Time), sight => IsEnd(sight.Phase), cancellation);
        return IsEnd(last.Phase) ? CodeOf(last.Phase) : throw Deleted(name, last);
    }

    public static CommandException Deleted(string name, TicketSight? last) => new(ExitCode.Error, $"ticket {name} was deleted{(last is null ? "" : $" while it was {last.Phase}")}");

    public static bool IsEnd(TicketPhase phase) => phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.Undone or TicketPhase.InitializeFailed;

    static int CodeOf(TicketPhase end) => end is TicketPhase.Succeeded or TicketPhase.Undone ? ExitCode.Done : ExitCode.TicketFailed;
}
