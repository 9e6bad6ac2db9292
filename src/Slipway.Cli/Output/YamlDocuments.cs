using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Commands;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Slipway.Cli.Output;

/// <summary>Reads YAML (and so JSON) files as JSON documents, and writes them.</summary>
static class YamlDocuments
{
    /// <exception cref="CommandException">One sentence: the file, the line and what is wrong there.</exception>
    public static IReadOnlyList<JsonNode> Read(string path, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => Json(document.RootNode)).OfType<JsonNode>()];
        }
        catch (YamlException broken)
        {
            throw CommandException.Usage($"{path}, line {broken.Start.Line}: {broken.Message}");
        }
    }

    /// <summary>A document as YAML; text that a reader could take for something else is quoted.</summary>
    public static string Write(JsonNode document)
    {
        var text = new StringWriter();
        new YamlStream(new YamlDocument(Yaml(document))).Save(text, assignAnchors: false);
        return text.ToString().TrimEnd().TrimEnd('.').TrimEnd() + "\n";
    }

    static YamlNode Yaml(JsonNode? node) => node switch
    {
        null => new YamlScalarNode("null"),
        JsonObject { Count: 0 } => new YamlMappingNode { Style = MappingStyle.Flow },
        JsonObject body => new YamlMappingNode(body.SelectMany(property => new[] { Text(property.Key), Yaml(property.Value) })),
        JsonArray { Count: 0 } => new YamlSequenceNode { Style = SequenceStyle.Flow },
        JsonArray list => new YamlSequenceNode(list.Select(Yaml)),
        _ when node.GetValueKind() == JsonValueKind.String => Text(node.GetValue<string>()),
        _ => new YamlScalarNode(node.ToJsonString()),
    };

    static YamlScalarNode Text(string text) => new(text)
    {
        Style = text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal : IsPlain(text) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted,
    };

    /// <summary>Not a number, a truth, a null or a time to any reader, of YAML 1.1 or 1.2.</summary>
    static bool IsPlain(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text[0] is not ('.' or '-' or '+' or '~' or '=' or '<')
        && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");

    static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value ?? "", Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode scalar => Scalar(scalar),
        _ => null,
    };

    /// <summary>Plain scalars by YAML's core schema; quoted ones are text.</summary>
    static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" => null,
            "true" or "True" => JsonValue.Create(true),
            "false" or "False" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
