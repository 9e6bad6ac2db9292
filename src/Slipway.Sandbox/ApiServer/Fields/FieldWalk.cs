using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>The fields of an object that can be owned, with their values, as the schema divides them (Kubernetes, "Server-Side Apply", "Merge strategy").</summary>
sealed class FieldWalk
{
    /// <summary>The value of items and entries that are more than a value: they are there, and that is all.</summary>
    static readonly JsonNode Present = JsonValue.Create(true);

    /// <summary>Identity and bookkeeping belong to nobody.</summary>
    static readonly HashSet<string> Unowned = ["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink"];

    readonly Dictionary<string, JsonNode?> _fields = [];

    /// <summary>The fields that a write through the main resource, or the status subresource, is about.</summary>
    public static Dictionary<string, JsonNode?> Of(JsonObject body, StructuralSchema? schema, string? subresource, bool hasStatus)
    {
        var walk = new FieldWalk();
        foreach (var (name, value) in body)
        {
            if (!IsAbout(name, subresource, hasStatus)) continue;
            if (name != "metadata") walk.VisitProperty(name, value, schema, "");
            else if (value is JsonObject metadata) walk.VisitMetadata(metadata);
        }

        return walk._fields;
    }

    /// <summary>The fields of one property of an object that is at a path.</summary>
    public static Dictionary<string, JsonNode?> Of(string name, JsonNode? value, StructuralSchema? holder, string path)
    {
        var walk = new FieldWalk();
        walk.VisitProperty(name, value, holder, path);
        return walk._fields;
    }

    /// <summary>Whether a write through the main resource, or the status subresource, is about a property of the object.</summary>
    public static bool IsAbout(string name, string? subresource, bool hasStatus) =>
        name is not ("apiVersion" or "kind") && (subresource == "status" ? name == "status" : !(hasStatus && name == "status"));

    /// <summary>Whether a property of the metadata can be owned.</summary>
    public static bool IsOwned(string metadata) => !Unowned.Contains(metadata);

    /// <summary>The element that names an item of a list of objects.</summary>
    public static string Key(StructuralSchema list, JsonObject item)
    {
        var keys = new JsonObject();
        foreach (var key in list.ListKeys.Order(StringComparer.Ordinal))
        {
            var value = item[key]?.DeepClone() ?? (list.Items?.Of(key)?.Default is { } filled ? JsonNode.Parse(filled.GetRawText()) : null);
            if (value is not null) keys[key] = value;
        }

        return $"k:{keys.ToJsonString()}";
    }

    void VisitMetadata(JsonObject metadata)
    {
        foreach (var (name, value) in metadata)
        {
            if (IsOwned(name)) VisitProperty(name, value, BuiltInSchemas.Metadata, "f:metadata");
        }
    }

    void VisitProperty(string name, JsonNode? value, StructuralSchema? holder, string path)
    {
        var below = FieldSet.Child(path, $"f:{name}");
        if (value is JsonObject { Count: > 0 } && holder?.Properties.ContainsKey(name) != true) _fields[below] = Present;
        Visit(value, holder?.Of(name), below);
    }

    void Visit(JsonNode? node, StructuralSchema? schema, string path)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } body when schema?.IsAtomic != true:
                foreach (var (name, value) in body) VisitProperty(name, value, schema, path);
                break;
            case JsonArray { Count: > 0 } list when schema is { ListType: "map" }:
                foreach (var item in list.Objects())
                {
                    var below = FieldSet.Child(path, Key(schema, item));
                    _fields[below] = Present;
                    foreach (var (name, value) in item) VisitProperty(name, value, schema.Items, below);
                }

                break;
            case JsonArray { Count: > 0 } list when schema is { ListType: "set" }:
                foreach (var item in list) _fields[FieldSet.Child(path, $"v:{item?.ToJsonString() ?? "null"}")] = Present;
                break;
            default:
                _fields[path] = node;
                break;
        }
    }
}
