using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>Checks an object against its structural schema, in the API server's words.</summary>
sealed class SchemaValidation
{
    readonly List<FieldError> _errors = [];

    public static IReadOnlyList<FieldError> Check(StructuralSchema schema, JsonObject body)
    {
        var validation = new SchemaValidation();
        foreach (var name in schema.Required)
        {
            if (!body.ContainsKey(name)) validation._errors.Add(FieldError.Required(name));
        }

        foreach (var (name, child) in schema.Properties)
        {
            if (name is not ("apiVersion" or "kind" or "metadata") && body.TryGetPropertyValue(name, out var value)) validation.Check(child, value, new(name));
        }

        return validation._errors;
    }

    void Check(StructuralSchema schema, JsonNode? node, FieldPath at)
    {
        if (node is null)
        {
            if (!schema.Nullable) _errors.Add(WrongType(schema, node, at));
            return;
        }

        if (!IsOfType(schema, node))
        {
            _errors.Add(WrongType(schema, node, at));
            return;
        }

        if (schema.Enum.Count > 0 && !schema.Allows(node)) _errors.Add(FieldError.Unsupported($"{at}", node.ToJsonString(), schema.Enum.Select(allowed => allowed.Text() ?? allowed.GetRawText())));
        else schema.Bounds?.Check(node, at, _errors);
        if (node is JsonObject body) CheckProperties(schema, body, at);
        else if (node is JsonArray list) CheckItems(schema, list, at);
    }

    void CheckProperties(StructuralSchema schema, JsonObject body, FieldPath at)
    {
        foreach (var name in schema.Required)
        {
            if (!body.ContainsKey(name)) _errors.Add(FieldError.Required($"{at.Of(name)}"));
        }

        foreach (var (name, value) in body)
        {
            if (schema.Of(name) is { } child) Check(child, value, at.Of(name));
        }
    }

    void CheckItems(StructuralSchema schema, JsonArray list, FieldPath at)
    {
        if (schema.ListType is "set" or "map") CheckDuplicates(schema, list, at);
        if (schema.Items is not { } items) return;
        for (var i = 0; i < list.Count; i++) Check(items, list[i], at.At(i));
    }

    void CheckDuplicates(StructuralSchema schema, JsonArray list, FieldPath at)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = schema.ListType == "set"
                ? list[i]?.ToJsonString() ?? "null"
                : $"{{{string.Join(",", schema.ListKeys.Select(name => $"\"{name}\":{list[i].At(name)?.ToJsonString()}"))}}}";
            if (!seen.Add(key)) _errors.Add(FieldError.Duplicate($"{at.At(i)}", schema.ListType == "map" ? $"map[string]interface {{}}{key}" : key));
        }
    }

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

    static bool IsInteger(JsonNode node) =>
        node.Number() is not null || (node.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value == decimal.Truncate(value));

    static FieldError WrongType(StructuralSchema schema, JsonNode? node, FieldPath at)
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
        return new($"{at}", "FieldValueTypeInvalid", $"Invalid value: \"{found}\": {at} in body must be of type {wanted}: \"{found}\"");
    }
}
