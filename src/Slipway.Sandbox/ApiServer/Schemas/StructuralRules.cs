using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>What a schema must keep to, to be structural (Kubernetes, "Specifying a structural schema").</summary>
static class StructuralRules
{
    static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    public static IEnumerable<FieldError> Check(JsonObject schema, string path)
    {
        if (schema["type"].Text() is null) yield return FieldError.Required($"{path}.type", "must not be empty at the root");
        else if (schema["type"].Text() != "object") yield return FieldError.Invalid($"{path}.type", schema["type"]!.ToJsonString(), "must be object at the root");
        foreach (var error in Below(schema, path)) yield return error;
    }

    /// <summary>Whether rules in CEL are anywhere in a schema.</summary>
    public static bool HasRules(JsonNode? schema) => schema switch
    {
        JsonObject body => body["x-kubernetes-validations"] is JsonArray { Count: > 0 } || body.Any(property => HasRules(property.Value)),
        JsonArray list => list.Any(HasRules),
        _ => false,
    };

    static IEnumerable<FieldError> Below(JsonObject schema, string path)
    {
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            foreach (var error in One(property as JsonObject, $"{path}.properties[{name}]")) yield return error;
        }

        if (schema["items"] is JsonObject items)
        {
            foreach (var error in One(items, $"{path}.items")) yield return error;
        }

        if (schema["additionalProperties"] is JsonObject additional)
        {
            foreach (var error in One(additional, $"{path}.additionalProperties")) yield return error;
        }
    }

    static IEnumerable<FieldError> One(JsonObject? schema, string path)
    {
        if (schema is null) yield break;
        var isFree = schema["x-kubernetes-int-or-string"]?.GetValue<bool>() == true || schema["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() == true;
        if (schema["type"].Text() is not { } type)
        {
            if (!isFree) yield return FieldError.Required($"{path}.type", "must not be empty for specified object fields");
        }
        else if (!Types.Contains(type))
        {
            yield return FieldError.Unsupported($"{path}.type", $"\"{type}\"", Types);
        }
        else if (type == "array" && schema["items"] is not JsonObject)
        {
            yield return FieldError.Required($"{path}.items", "must be specified");
        }

        if (schema["uniqueItems"]?.GetValue<bool>() == true) yield return FieldError.Forbidden($"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        if (schema["$ref"] is not null) yield return FieldError.Forbidden($"{path}.$ref", "$ref is not supported");
        if (schema["properties"] is JsonObject && schema["additionalProperties"] is not null) yield return FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive");
        if (schema["x-kubernetes-list-type"].Text() == "map" && schema["x-kubernetes-list-map-keys"] is not JsonArray { Count: > 0 }) yield return FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        foreach (var error in Below(schema, path)) yield return error;
    }
}
