using System.CommandLine;
using Slipway.Cli.Output;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket wait</c>: for scripts.</summary>
static class WaitForTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var phase = new Option<TicketPhase>("--for") { Description = "Phase to wait for", DefaultValueFactory = _ => TicketPhase.Succeeded };
        var timeout = new Option<string>("--timeout") { Description = "How long, such as 90s, 10m or 1h", DefaultValueFactory = _ => "10m" };
        var command = cluster.AddTo(new Command("wait", "Wait for a phase; exits 3 when the ticket ends otherwise, 4 when the time is over") { name, phase, timeout });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var within = Limit.Parse(parsed.GetValue(timeout)!);
            using var open = cluster.Open(parsed, surroundings);
            return await WaitAsync(surroundings, open, parsed.GetValue(name)!, parsed.GetValue(phase), within, cancellation);
        }));
        return command;
    }

    public static async Task<int> WaitAsync(Surroundings surroundings, OpenCluster open, string name, TicketPhase wanted, TimeSpan within, CancellationToken cancellation)
    {
        TicketSight? last = null;
        await Limit.WithinAsync(surroundings, within, TooLate, FollowAsync, cancellation);
        await surroundings.Talk.WriteLineAsync($"{name}: {wanted}");
        return ExitCode.Done;

        string TooLate() => $"{name} is {last?.Phase} and not {wanted} after {Limit.Text(within)}: {last?.Ticket.Status?.Message}";

        async Task FollowAsync(CancellationToken limit)
        {
            await foreach (var sight in new TicketFeed(open.Api, open.Key(name), surroundings.Time).FollowAsync(tick: null, limit))
            {
                last = sight;
                if (sight.Phase == wanted) return;
                if (WatchTicket.IsEnd(sight.Phase)) throw new CommandException(ExitCode.TicketFailed, $"{name} is {sight.Phase}: {sight.Ticket.Status?.FailureReason ?? sight.Ticket.Status?.Message}");
            }

            throw WatchTicket.Deleted(name, last);
        }
    }
}
