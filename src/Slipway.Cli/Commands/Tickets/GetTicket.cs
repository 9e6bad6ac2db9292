using System.CommandLine;
using System.Text.Json;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket get</c>: one ticket, as its tree or in kubectl's formats.</summary>
static class GetTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var output = OutputFormats.Option();
        var command = cluster.AddTo(new Command("get", "Show a ticket with its groups and pods") { name, output });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var format = parsed.GetValue(output) is { } given ? OutputFormats.Parse(given) : (OutputFormat?)null;
            using var open = cluster.Open(parsed, surroundings);
            var key = open.Key(parsed.GetValue(name)!);
            var stored = await open.Api.GetAsync(Kinds.OpsTickets, key, CliJson.Default.JsonObject, cancellation);
            if (format is { } chosen)
            {
                OutputFormats.Write(surroundings, [stored], chosen, withNamespace: false, asList: false);
                return ExitCode.Done;
            }

            var ticket = stored.Deserialize(TicketJson.Default.OpsTicket)!;
            var groups = await open.Api.ListAsync(Kinds.OpsTicketGroups, key.Namespace, new($"{Names.TicketLabel}={ticket.Uid}"), TicketJson.Default.OpsTicketGroup, cancellation);
            var sight = new TicketSight(ticket, [.. groups.OrderBy(group => group.Spec.Number).ThenBy(group => group.Spec.Part)]);
            foreach (var line in TicketTree.Render(sight, surroundings.Time.GetUtcNow(), whole: true)) await surroundings.Out.WriteLineAsync(new string(' ', line.Depth * 2) + line.Text);
            return ExitCode.Done;
        }));
        return command;
    }
}
