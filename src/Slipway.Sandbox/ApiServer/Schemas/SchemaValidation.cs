using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>Checks an object against its structural schema, in the API server's words.</summary>
static class SchemaValidation
{
    public static IEnumerable<FieldError> Check(StructuralSchema schema, JsonObject body) =>
        schema.Required.Where(name => !body.ContainsKey(name)).Select(name => FieldError.Required(name))
            .Concat(schema.Properties.Where(property => property.Key is not ("apiVersion" or "kind" or "metadata") && body.ContainsKey(property.Key))
                .SelectMany(property => Check(property.Value, body[property.Key], property.Key)));

    static IEnumerable<FieldError> Check(StructuralSchema schema, JsonNode? node, string path)
    {
        if (node is null) return schema.Nullable ? [] : [WrongType(schema, node, path)];
        if (!IsOfType(schema, node)) return [WrongType(schema, node, path)];
        var own = schema.Enum.Count > 0 && !schema.Enum.Any(allowed => JsonNode.DeepEquals(JsonNode.Parse(allowed.GetRawText()), node))
            ? [FieldError.Unsupported(path, node.ToJsonString(), schema.Enum.Select(allowed => allowed.Text() ?? allowed.GetRawText()))]
            : Bounds(schema, node, path);
        return node switch
        {
            JsonObject body => own.Concat(Children(schema, body, path)),
            JsonArray list => own.Concat(Duplicates(schema, list, path)).Concat(schema.Items is { } items ? list.SelectMany((item, index) => Check(items, item, $"{path}[{index}]")) : []),
            _ => own,
        };
    }

    static IEnumerable<FieldError> Children(StructuralSchema schema, JsonObject body, string path) =>
        schema.Required.Where(name => !body.ContainsKey(name)).Select(name => FieldError.Required($"{path}.{name}"))
            .Concat(body.SelectMany(property => schema.Properties.TryGetValue(property.Key, out var child) ? Check(child, property.Value, $"{path}.{property.Key}")
                : schema.Additional is { } additional ? Check(additional, property.Value, $"{path}.{property.Key}") : []));

    static bool IsOfType(StructuralSchema schema, JsonNode node)
    {
        var kind = node.GetValueKind();
        if (schema.IsIntOrString) return kind is JsonValueKind.String || IsInteger(node);
        return schema.Type switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => IsInteger(node),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
    }

    static bool IsInteger(JsonNode node) => node.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value == decimal.Truncate(value);

    static FieldError WrongType(StructuralSchema schema, JsonNode? node, string path)
    {
        var found = node?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.Number => IsInteger(node) ? "integer" : "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            _ => "string",
        };
        var wanted = schema.IsIntOrString ? "integer,string" : schema.Type;
        return new(path, "FieldValueTypeInvalid", $"Invalid value: \"{found}\": {path} in body must be of type {wanted}: \"{found}\"");
    }

    static IEnumerable<FieldError> Bounds(StructuralSchema schema, JsonNode node, string path)
    {
        if (node.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (Number(schema, "minimum") is { } least && number < least) yield return FieldError.Invalid(path, node.ToJsonString(), $"{path} in body should be greater than or equal to {least}");
            if (Number(schema, "maximum") is { } most && number > most) yield return FieldError.Invalid(path, node.ToJsonString(), $"{path} in body should be less than or equal to {most}");
        }

        if (node.Text() is { } text)
        {
            var length = text.EnumerateRunes().Count();
            if (Number(schema, "minLength") is { } least && length < least) yield return FieldError.Invalid(path, $"\"{text}\"", $"{path} in body should be at least {least} chars long");
            if (Number(schema, "maxLength") is { } most && length > most) yield return new(path, "FieldValueTooLong", $"Too long: may not be more than {most} bytes");
            if (schema.Bound("pattern").Text() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1))) yield return FieldError.Invalid(path, $"\"{text}\"", $"{path} in body should match '{pattern}'");
            if (schema.Bound("format").Text() == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)) yield return FieldError.Invalid(path, $"\"{text}\"", $"{path} in body must be of type date-time: \"{text}\"");
        }

        if (node is JsonArray list)
        {
            if (Number(schema, "minItems") is { } least && list.Count < least) yield return FieldError.Invalid(path, $"{list.Count}", $"{path} in body should have at least {least} items");
            if (Number(schema, "maxItems") is { } most && list.Count > most) yield return new(path, "FieldValueTooMany", $"Too many: {list.Count}: must have at most {most} items");
        }

        if (node is JsonObject few && Number(schema, "minProperties") is { } leastProperties && few.Count < leastProperties) yield return FieldError.Invalid(path, $"{few.Count}", $"{path} in body should have at least {leastProperties} properties");
        if (node is JsonObject body && Number(schema, "maxProperties") is { } mostProperties && body.Count > mostProperties) yield return new(path, "FieldValueTooMany", $"Too many: {body.Count}: must have at most {mostProperties} items");
    }

    static IEnumerable<FieldError> Duplicates(StructuralSchema schema, JsonArray list, string path)
    {
        if (schema.ListType is not ("set" or "map")) yield break;
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = schema.ListType == "set"
                ? list[i]?.ToJsonString() ?? "null"
                : $"{{{string.Join(",", schema.ListKeys.Select(name => $"\"{name}\":{list[i].At(name)?.ToJsonString()}"))}}}";
            if (!seen.Add(key)) yield return FieldError.Duplicate($"{path}[{i}]", schema.ListType == "map" ? $"map[string]interface {{}}{key}" : key);
        }
    }

    static decimal? Number(StructuralSchema schema, string bound) => schema.Bound(bound) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : null;
}
