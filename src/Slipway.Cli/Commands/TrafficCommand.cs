using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Traffic;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway traffic list</c>: every pod that a ticket holds out of traffic. A forgotten drain is the worst silent failure.</summary>
static class TrafficCommand
{
    public static Command Verb(Surroundings surroundings) => new("traffic", "Look at who is held out of traffic") { List(surroundings) };

    static Command List(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Of all namespaces" };
        var command = cluster.AddTo(new Command("list", "List every pod held out of traffic, by which ticket, how and since when") { all });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            using var open = cluster.Open(parsed, surroundings);
            var pods = await open.Api.ListAsync(Kinds.Pods, parsed.GetValue(all) ? null : open.Namespace, Selection.All, CliJson.Default.JsonObject, cancellation);
            var held = pods.SelectMany(Holds).OrderBy(row => row.Since).ToList();
            if (held.Count == 0) await surroundings.Talk.WriteLineAsync("No pod is held out of traffic");
            else await WriteAsync(surroundings.Out, held);
            return ExitCode.Done;
        }));
        return command;
    }

    static async Task WriteAsync(TextWriter to, List<Row> rows)
    {
        string[][] cells = [["NAMESPACE", "POD", "TICKET", "BY", "SINCE"], .. rows.Select(row => new[] { row.Namespace, row.Pod, row.Ticket, row.Way, $"{row.Since:u}" })];
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToList();
        foreach (var row in cells) await to.WriteLineAsync(string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static IEnumerable<Row> Holds(JsonObject pod)
    {
        var (ns, name) = ($"{pod["metadata"]?["namespace"]}", $"{pod["metadata"]?["name"]}");
        var gate = pod["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => $"{condition?["type"]}" == Names.TrafficGate && $"{condition?["status"]}" == "False");
        foreach (var hold in TrafficMarks.ReadGate($"{gate?["message"]}")) yield return new(ns, name, hold.Ticket, "readiness gate", hold.Since);
        if (TrafficMarks.ReadLabels($"{pod["metadata"]?["annotations"]?[Names.TrafficMark]}") is not { } mark) yield break;
        foreach (var hold in mark.Holds) yield return new(ns, name, hold.Ticket, $"label {string.Join(", ", mark.Labels.Keys)}", hold.Since);
    }

    sealed record Row(string Namespace, string Pod, string Ticket, string Way, DateTimeOffset Since);
}
