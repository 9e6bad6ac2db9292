using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Commands;
using Slipway.Resources;
using Slipway.Tickets;
using YamlDotNet.Serialization;

namespace Slipway.Cli.Output;

enum OutputFormat { Table, Wide, Json, Yaml, Name }

/// <summary>kubectl's <c>-o</c>.</summary>
static class OutputFormats
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

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

    public static void Write(Surroundings surroundings, IReadOnlyList<OpsTicket> tickets, OutputFormat format, bool withNamespace, bool asList)
    {
        switch (format)
        {
            case OutputFormat.Json:
                surroundings.Out.WriteLine(Document(tickets, asList).ToJsonString(Indented));
                break;
            case OutputFormat.Yaml:
                surroundings.Out.Write(Yaml.Serialize(Plain(Document(tickets, asList))));
                break;
            case OutputFormat.Name:
                foreach (var ticket in tickets) surroundings.Out.WriteLine($"opsticket.{Kinds.OpsTickets.Group}/{ticket.Key.Name}");
                break;
            default:
                foreach (var line in TicketTable.Render(tickets, surroundings.Time.GetUtcNow(), withNamespace, wide: format == OutputFormat.Wide)) surroundings.Out.WriteLine(line);
                break;
        }
    }

    static JsonNode Document(IReadOnlyList<OpsTicket> tickets, bool asList)
    {
        var items = tickets.Select(ticket => JsonSerializer.SerializeToNode(ticket, TicketJson.Default.OpsTicket)).ToList();
        return asList ? new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) } : items[0]!;
    }

    static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject body => body.ToDictionary(property => property.Key, property => Plain(property.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => node.Deserialize<long>(),
        },
    };
}
