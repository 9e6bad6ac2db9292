using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket list</c>.</summary>
static class ListTickets
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Of all namespaces" };
        var selector = new Option<string?>("--selector", "-l") { Description = "Label selector" };
        var output = OutputFormats.Option();
        var command = cluster.AddTo(new Command("list", "List tickets, newest first") { all, selector, output });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var format = OutputFormats.Parse(parsed.GetValue(output));
            using var open = cluster.Open(parsed, surroundings);
            var everywhere = parsed.GetValue(all);
            var tickets = await open.Api.ListAsync(Kinds.OpsTickets, everywhere ? null : open.Namespace, new Selection(parsed.GetValue(selector)), CliJson.Default.JsonObject, cancellation);
            List<JsonObject> newest = [.. tickets.OrderByDescending(ticket => $"{ticket["metadata"]?["creationTimestamp"]}", StringComparer.Ordinal).ThenBy(ticket => $"{ticket["metadata"]?["name"]}", StringComparer.Ordinal)];
            if (newest.Count == 0 && format is OutputFormat.Table or OutputFormat.Wide) await surroundings.Talk.WriteLineAsync(everywhere ? "No tickets found" : $"No tickets found in namespace {open.Namespace}");
            else OutputFormats.Write(surroundings, newest, format, everywhere, asList: true);
            return ExitCode.Done;
        }));
        return command;
    }
}
