using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>Checks an object against its structural schema, in the API server's words.</summary>
sealed class SchemaValidation
{
    readonly List<FieldError> _errors = [];
    readonly FieldPath _at = new();

    public static IReadOnlyList<FieldError> Check(StructuralSchema schema, JsonObject body)
    {
        var validation = new SchemaValidation();
        foreach (var name in schema.Required)
        {
            if (!body.ContainsKey(name)) validation._errors.Add(FieldError.Required(name));
        }

        foreach (var (name, child) in schema.Properties)
        {
            if (name is not ("apiVersion" or "kind" or "metadata") && body.TryGetPropertyValue(name, out var value)) validation.Check(child, value, name);
        }

        return validation._errors;
    }

    /// <summary>Only what a write of the status can have brought.</summary>
    public static IReadOnlyList<FieldError> CheckStatus(StructuralSchema schema, JsonObject body)
    {
        var validation = new SchemaValidation();
        if (schema.Of("status") is { } status && body.TryGetPropertyValue("status", out var value)) validation.Check(status, value, "status");
        return validation._errors;
    }

    void Check(StructuralSchema schema, JsonNode? node, string name)
    {
        _at.Enter(name);
        Check(schema, node);
        _at.Leave();
    }

    void Check(StructuralSchema schema, JsonNode? node)
    {
        if (node is null ? !schema.Nullable : !IsOfType(schema, node)) _errors.Add(WrongType(schema, node, _at));
        else if (node is not null) CheckValue(schema, node);
    }

    void CheckValue(StructuralSchema schema, JsonNode node)
    {
        if (schema.Enum.Count > 0 && !schema.Allows(node)) _errors.Add(FieldError.Unsupported($"{_at}", node.ToJsonString(), schema.Enum.Select(allowed => allowed.Text() ?? allowed.GetRawText())));
        else schema.Bounds?.Check(node, _at, _errors);
        if (node is JsonObject body) CheckProperties(schema, body);
        else if (node is JsonArray list) CheckItems(schema, list);
    }

    void CheckProperties(StructuralSchema schema, JsonObject body)
    {
        foreach (var name in schema.Required)
        {
            if (!body.ContainsKey(name)) _errors.Add(FieldError.Required(_at.Of(name)));
        }

        for (var i = 0; i < body.Count; i++)
        {
            var (name, value) = body.GetAt(i);
            if (schema.Of(name) is { } child) Check(child, value, name);
        }
    }

    void CheckItems(StructuralSchema schema, JsonArray list)
    {
        if (schema.ListType is "set" or "map") CheckDuplicates(schema, list);
        if (schema.Items is not { } items) return;
        for (var i = 0; i < list.Count; i++)
        {
            _at.Enter(i);
            Check(items, list[i]);
            _at.Leave();
        }
    }

    void CheckDuplicates(StructuralSchema schema, JsonArray list)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = schema.ListType == "set"
                ? list[i]?.ToJsonString() ?? "null"
                : $"{{{string.Join(",", schema.ListKeys.Select(name => $"\"{name}\":{list[i].At(name)?.ToJsonString()}"))}}}";
            if (!seen.Add(key)) _errors.Add(FieldError.Duplicate($"{_at}[{i}]", schema.ListType == "map" ? $"map[string]interface {{}}{key}" : key));
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
