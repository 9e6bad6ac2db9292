using System.CommandLine;
using Slipway.Cli.Copies;
using Slipway.Cli.Rehearsals;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket rehearse</c>: carries a ticket out on a copy of its namespace in this process, and tells how long it took and how low services got.</summary>
static class RehearseTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var command = cluster.AddTo(new Command("rehearse", "Carry a ticket out on a copy of its namespace in this process; the live cluster is only read") { name });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            using var open = cluster.Open(parsed, surroundings);
            var ticket = open.Key(parsed.GetValue(name)!);
            await open.Api.GetAsync(Kinds.OpsTickets, ticket, TicketJson.Default.OpsTicket, cancellation);
            var copy = await NamespaceReader.ReadAsync(open.Api, open.Namespace, cancellation);
            await surroundings.Talk.WriteLineAsync($"rehearsing {ticket.Name} on a copy of {copy.Objects.Count} objects of namespace {ticket.Namespace} and {copy.Nodes.Count} nodes");
            var report = Rehearsal.Run(copy, ticket, surroundings.Time.GetUtcNow());
            foreach (var line in Render(report)) await surroundings.Out.WriteLineAsync(line);
            return report.Phase == TicketPhase.Succeeded ? ExitCode.Done : report.HasEnded ? ExitCode.TicketFailed : ExitCode.TimedOut;
        }));
        return command;
    }

    public static IEnumerable<string> Render(RehearsalReport report)
    {
        var confirmed = report.Confirmations switch { 0 => "", 1 => "; one confirmation was given at once", var n => $"; {n} confirmations were given at once" };
        yield return report.HasEnded ? $"{report.Phase} after {Duration(report.Took)}{confirmed}" : $"{report.Phase}, not ended after {Duration(report.Took)}{confirmed}";
        if (report.Why is not null) yield return report.Why;
        if (report.Services.Count == 0) yield break;
        var width = Math.Max("SERVICE".Length, report.Services.Max(service => service.Service.Length));
        yield return $"{"SERVICE".PadRight(width)}  PODS  LOWEST  AFTER";
        foreach (var low in report.Services) yield return $"{low.Service.PadRight(width)}  {low.Desired,-4}  {low.Lowest,-6}  {Duration(low.After)}";
    }

    static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}h{time.Minutes}m" : time.TotalMinutes >= 1 ? $"{time.Minutes}m{time.Seconds}s" : $"{time.Seconds}s";
}
