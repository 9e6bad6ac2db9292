using System.CommandLine;
using System.Globalization;
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
            var within = Duration(parsed.GetValue(timeout)!);
            using var open = cluster.Open(parsed, surroundings);
            return await WaitAsync(surroundings, open, parsed.GetValue(name)!, parsed.GetValue(phase), within, cancellation);
        }));
        return command;
    }

    public static async Task<int> WaitAsync(Surroundings surroundings, OpenCluster open, string name, TicketPhase wanted, TimeSpan within, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = surroundings.Time.CreateTimer(_ => limit.Cancel(), null, within, Timeout.InfiniteTimeSpan);
        TicketSight? last = null;
        try
        {
            await foreach (var sight in new TicketFeed(open.Api, open.Key(name), surroundings.Time).FollowAsync(tick: null, limit.Token))
            {
                last = sight;
                if (sight.Phase == wanted) break;
                if (WatchTicket.IsEnd(sight.Phase)) throw new CommandException(ExitCode.TicketFailed, $"{name} is {sight.Phase}: {sight.Ticket.Status?.FailureReason ?? sight.Ticket.Status?.Message}");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.TimedOut, $"{name} is {last?.Phase} and not {wanted} after {within}: {last?.Ticket.Status?.Message}");
        }

        await surroundings.Talk.WriteLineAsync($"{name}: {last?.Phase}");
        return ExitCode.Done;
    }

    static TimeSpan Duration(string text)
    {
        var unit = text.Length == 0 ? ' ' : text[^1];
        var scale = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return scale > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromSeconds(number * scale)
            : throw CommandException.Usage($"--timeout is \"{text}\"; a number with s, m or h is allowed, such as 90s");
    }
}
