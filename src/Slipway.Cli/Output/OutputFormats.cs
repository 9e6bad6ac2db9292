using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Commands;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Output;

enum OutputFormat { Table, Wide, Json, Yaml, Name }

/// <summary>kubectl's <c>-o</c>.</summary>
static class OutputFormats
{
    /// <summary>For a terminal or a file, never for a page: nothing but quotes and control characters is escaped.</summary>
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Option<string?> Option() => new("--output", "-o") { Description = "table, wide, json, yaml or name" };

    public static OutputFormat Parse(string? text) => text switch
    {
        null or "table" => OutputFormat.Table,
        "wide" => OutputFormat.Wide,
        "json" => OutputFormat.Json,
        "yaml" => OutputFormat.Yaml,
        "name" => OutputFormat.Name,
        _ => throw CommandException.Usage($"--output is \"{text}\"; table, wide, json, yaml and name are allowed"),
    };

    /// <summary>Writes objects as the API server gave them, so that no field of them is lost.</summary>
    public static void Write(Surroundings surroundings, IReadOnlyList<JsonObject> tickets, OutputFormat format, bool withNamespace, bool asList)
    {
        switch (format)
        {
            case OutputFormat.Json:
                surroundings.Out.WriteLine(Document(tickets, asList).ToJsonString(Indented));
                break;
            case OutputFormat.Yaml:
                surroundings.Out.Write(YamlDocuments.Write(Document(tickets, asList)));
                break;
            case OutputFormat.Name:
                foreach (var ticket in tickets) surroundings.Out.WriteLine($"opsticket.{Kinds.OpsTickets.Group}/{ticket["metadata"]?["name"]}");
                break;
            default:
                var read = tickets.Select(ticket => ticket.Deserialize(TicketJson.Default.OpsTicket)!).ToList();
                foreach (var line in TicketTable.Render(read, surroundings.Time.GetUtcNow(), withNamespace, wide: format == OutputFormat.Wide)) surroundings.Out.WriteLine(line);
                break;
        }
    }

    static JsonObject Document(IReadOnlyList<JsonObject> tickets, bool asList)
    {
        // As kubectl: who manages which field is asked for seldom, and longer than all the rest.
        foreach (var ticket in tickets) ticket["metadata"]?.AsObject().Remove("managedFields");
        return asList ? new() { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. tickets.Select(ticket => ticket.DeepClone())]) } : tickets[0];
    }
}
