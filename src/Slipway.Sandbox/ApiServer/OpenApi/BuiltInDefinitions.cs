using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer.OpenApi;

/// <summary>
/// The types that built-in kinds consist of, as OpenAPI components: names and types of fields and how lists merge, by which kubectl makes its
/// strategic merge patches, without their documentation.
/// </summary>
sealed class BuiltInDefinitions(JsonObject schemas)
{
    const string Prefix = "io.k8s.api.types.";

    /// <summary>Unions, of which a patch keeps what it names only (Kubernetes API reference, patch strategy <c>retainKeys</c>).</summary>
    static readonly HashSet<(string Type, string Field)> Unions = [("PodSpec", "volumes"), ("DeploymentSpec", "strategy")];

    /// <summary>The fields of a kind; every type they refer to becomes a component as well.</summary>
    public JsonObject Of(StructuralSchema kind) => Described(kind);

    JsonObject Described(StructuralSchema schema)
    {
        var described = new JsonObject { ["type"] = "object" };
        if (schema.Properties.Count > 0) described["properties"] = new JsonObject(schema.Properties.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Field(schema, field.Key, field.Value))));
        if (schema.KeepsUnknown) described["x-kubernetes-preserve-unknown-fields"] = true;
        return described;
    }

    JsonObject Field(StructuralSchema parent, string name, StructuralSchema schema)
    {
        var isUnion = Unions.Contains((BuiltInSchemas.NameOf(parent) ?? "", name));
        List<string> strategies = [.. schema.PatchKey is null ? Array.Empty<string>() : ["merge"], .. isUnion ? ["retainKeys"] : Array.Empty<string>()];
        var field = Reference(schema);
        if (schema.Type == "array")
        {
            field["x-kubernetes-list-type"] = schema.ListType;
            if (schema.ListKeys.Count > 0) field["x-kubernetes-list-map-keys"] = new JsonArray([.. schema.ListKeys.Select(key => JsonValue.Create(key))]);
        }

        if (strategies.Count == 0) return field;
        // What stands beside a reference is not read.
        if (field.ContainsKey("$ref")) field = new() { ["allOf"] = new JsonArray(field) };
        field["x-kubernetes-patch-strategy"] = string.Join(',', strategies);
        if (schema.PatchKey is { Length: > 0 } mergeKey) field["x-kubernetes-patch-merge-key"] = mergeKey;
        return field;
    }

    /// <summary>A field's type.</summary>
    public JsonObject Reference(StructuralSchema schema) => schema switch
    {
        _ when BuiltInSchemas.NameOf(schema) is { } name => Component(name, schema),
        { Items: { } items } => new() { ["type"] = "array", ["items"] = Reference(items) },
        { Additional: { } values } => new() { ["type"] = "object", ["additionalProperties"] = Reference(values) },
        { IsIntOrString: true } => new() { ["x-kubernetes-int-or-string"] = true, ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }) },
        { Type: "time" } => new() { ["type"] = "string", ["format"] = "date-time" },
        { Type: "quantity" } => new() { ["type"] = "string" },
        { Type: { Length: > 0 } type } => new() { ["type"] = type },
        _ => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
    };

    JsonObject Component(string name, StructuralSchema schema)
    {
        if (!schemas.ContainsKey(Prefix + name))
        {
            // Set first, since types contain each other.
            schemas[Prefix + name] = new JsonObject();
            schemas[Prefix + name] = Described(schema);
        }

        return new() { ["$ref"] = $"#/components/schemas/{Prefix}{name}" };
    }
}
