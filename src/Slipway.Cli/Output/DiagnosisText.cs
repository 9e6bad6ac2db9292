using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Commands;
using Slipway.Components;
using YamlDotNet.Serialization;

namespace Slipway.Cli.Output;

/// <summary>What components allow, as a table or a document.</summary>
static class DiagnosisText
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(Surroundings surroundings, IReadOnlyList<DiagnosisLine> lines, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                surroundings.Out.WriteLine(new JsonArray([.. lines.Select(Document)]).ToJsonString(Indented));
                break;
            case OutputFormat.Yaml:
                surroundings.Out.Write(new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(lines.Select(line => Document(line).ToDictionary(field => field.Key, field => Plain(field.Value)))));
                break;
            case OutputFormat.Name:
                foreach (var name in lines.Where(line => line.Found is not null).Select(line => line.Component).Distinct()) surroundings.Out.WriteLine(name);
                break;
            default:
                foreach (var line in Render(lines, wide: format == OutputFormat.Wide)) surroundings.Out.WriteLine(line);
                break;
        }
    }

    static IEnumerable<string> Render(IReadOnlyList<DiagnosisLine> lines, bool wide)
    {
        string[] head = ["COMPONENT", "FOUND", "NEEDED", "FOR", .. wide ? ["SOURCE"] : Array.Empty<string>(), "ALLOWED"];
        var rows = lines.Select(line => Row(line, wide)).Prepend(head).ToList();
        var widths = Enumerable.Range(0, head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static string[] Row(DiagnosisLine line, bool wide) =>
    [
        line.Component,
        line.Found ?? "-",
        line.Needed,
        line.Allows,
        .. wide ? [line.Source ?? "-"] : Array.Empty<string>(),
        line.Refusal is { } refusal ? $"no: {refusal}" : "yes",
    ];

    static JsonObject Document(DiagnosisLine line) => new()
    {
        ["component"] = line.Component,
        ["found"] = line.Found,
        ["source"] = line.Source,
        ["needed"] = line.Needed,
        ["operation"] = $"{line.Operation}",
        ["allows"] = line.Allows,
        ["allowed"] = line.Refusal is null,
        ["optional"] = line.IsOptional,
        ["reason"] = line.Refusal,
    };

    static object? Plain(JsonNode? node) => node?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        _ => node.GetValue<string>(),
    };
}
