using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary>Reads tickets from YAML, and refuses what is no ticket with one sentence.</summary>
static class TicketFile
{
    public static IReadOnlyList<OpsTicket> Read(string path)
    {
        var text = path == "-" ? Console.In.ReadToEnd() : File.Exists(path) ? File.ReadAllText(path) : throw CommandException.Usage($"-f {path}: there is no such file");
        var documents = YamlDocuments.Read(path, text);
        return documents.Count == 0 ? throw CommandException.Usage($"-f {path}: the file is empty") : [.. documents.Select(document => One(path, document))];
    }

    static OpsTicket One(string path, JsonNode document)
    {
        if (document is not JsonObject body) throw CommandException.Usage($"{path}: a ticket is a mapping of fields");
        if (body["kind"]?.ToString() is var kind && kind != Kinds.OpsTickets.Kind) throw CommandException.Usage($"{path}: kind is {kind ?? "missing"}; {Kinds.OpsTickets.Kind} is allowed");
        if (body["apiVersion"]?.ToString() is var version && version != Kinds.OpsTickets.ApiVersion) throw CommandException.Usage($"{path}: apiVersion is {version ?? "missing"}; {Kinds.OpsTickets.ApiVersion} is allowed");
        body["metadata"] ??= new JsonObject();
        if (Unknown(body, TicketJson.Default.OpsTicket, "") is { } unknown) throw CommandException.Refused($"{path}: {unknown}");
        try
        {
            return body.Deserialize(TicketJson.Default.OpsTicket)!;
        }
        catch (JsonException wrong)
        {
            throw CommandException.Refused($"{path}: {(wrong.Path ?? "$").TrimStart('$', '.')} {Why(wrong)}");
        }
    }

    static string Why(JsonException wrong) => wrong.InnerException is null && wrong.Message.Contains("missing required", StringComparison.Ordinal)
        ? wrong.Message[wrong.Message.IndexOf("missing", StringComparison.Ordinal)..]
        : $"cannot be read: {wrong.Message.Split(" Path:")[0]}";

    /// <summary>The first field that a ticket does not have, with those it has.</summary>
    static string? Unknown(JsonNode? node, JsonTypeInfo type, string path)
    {
        switch (node)
        {
            case JsonObject body when type.Kind == JsonTypeInfoKind.Object:
                foreach (var (name, value) in body)
                {
                    var property = type.Properties.FirstOrDefault(property => property.Name == name);
                    if (property is null)
                    {
                        // Metadata is Kubernetes' own and has more than we read.
                        if (type.Type == typeof(ObjectMeta)) continue;
                        return $"{path}{name} is not a field; {(path.Length == 0 ? "a ticket" : path.TrimEnd('.'))} has {string.Join(", ", type.Properties.Where(field => field.Get is not null).Select(field => field.Name))}";
                    }

                    if (Unknown(value, type.Options.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType), $"{path}{name}.") is { } inner) return inner;
                }

                return null;
            case JsonArray list when type.Kind == JsonTypeInfoKind.Enumerable:
                return list.Select((item, index) => Unknown(item, type.Options.GetTypeInfo(type.ElementType!), $"{path.TrimEnd('.')}[{index}].")).FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }
}
