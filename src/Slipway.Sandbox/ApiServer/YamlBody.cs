using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Slipway.Sandbox.ApiServer;

/// <summary>YAML as Go reads it: the first document, plain scalars by YAML 1.1, the last of several equal names wins and is told of.</summary>
sealed partial class YamlBody
{
    /// <summary>Aliases can make much of little.</summary>
    const int MostNodes = 200_000;

    readonly IParser _parser;
    readonly List<string> _duplicates = [];
    readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    int _nodes;

    YamlBody(string text) => _parser = new Parser(new StringReader(text));

    /// <exception cref="JsonException">The text is no YAML, nested too deeply, or too much of it.</exception>
    public static (JsonNode? Node, IReadOnlyList<string> Duplicates) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new YamlBody(Encoding.UTF8.GetString(body));
            reader._parser.Consume<StreamStart>();
            if (!reader._parser.TryConsume<DocumentStart>(out _)) return (null, []);
            return (reader.Value("", 0), reader._duplicates);
        }
        catch (YamlException broken)
        {
            throw new JsonException($"yaml: line {broken.Start.Line}: {broken.Message}", broken);
        }
    }

    JsonNode? Value(string path, int depth)
    {
        if (depth > Json.MaxDepth) throw new JsonException("yaml: exceeded max depth");
        if (++_nodes > MostNodes) throw new JsonException("yaml: document contains excessive aliasing");
        if (_parser.TryConsume<AnchorAlias>(out var alias)) return Alias(alias);
        var anchor = _parser.Current is NodeEvent { Anchor: { IsEmpty: false } name } ? name : default;
        JsonNode? node = _parser.TryConsume<Scalar>(out var scalar) ? Plain(scalar)
            : _parser.TryConsume<SequenceStart>(out _) ? List(path, depth)
            : _parser.TryConsume<MappingStart>(out _) ? Map(path, depth)
            : throw new JsonException("yaml: a value is expected");
        if (!anchor.IsEmpty) _anchors[anchor] = node;
        return node;
    }

    JsonArray List(string path, int depth)
    {
        var list = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _)) list.Add(Value($"{path}[{list.Count}]", depth + 1));
        return list;
    }

    JsonObject Map(string path, int depth)
    {
        var body = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var name = _parser.TryConsume<Scalar>(out var key) ? key.Value : throw new JsonException("yaml: the key of a map is no text");
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (body.ContainsKey(name)) _duplicates.Add(at);
            body[name] = Value(at, depth + 1);
        }

        return body;
    }

    JsonNode? Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node)) throw new JsonException($"yaml: unknown anchor '{alias.Value}' referenced");
        _nodes += Count(node);
        if (_nodes > MostNodes) throw new JsonException("yaml: document contains excessive aliasing");
        return node?.DeepClone();
    }

    static int Count(JsonNode? node) => node switch
    {
        JsonObject body => 1 + body.Sum(property => Count(property.Value)),
        JsonArray list => 1 + list.Sum(Count),
        _ => 1,
    };

    static JsonValue? Plain(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any) || !scalar.IsPlainImplicit) return JsonValue.Create(text);
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON") return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF") return JsonValue.Create(false);
        if (Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole is >= int.MinValue and <= int.MaxValue ? JsonValue.Create((int)whole) : JsonValue.Create(whole);
        return Fraction().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) && double.IsFinite(fraction) ? JsonValue.Create(fraction) : JsonValue.Create(text);
    }

    [GeneratedRegex(@"^[-+]?(?:0|[1-9][0-9]*)$", RegexOptions.None, 1000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", RegexOptions.None, 1000)]
    private static partial Regex Fraction();
}
