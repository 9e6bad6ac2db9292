using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.Storage;

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
            if (name is "apiVersion" or "kind" || (subresource == "status" ? name != "status" : hasStatus && name == "status")) continue;
            if (name != "metadata") walk.Visit(value, schema?.Of(name), $"f:{name}");
            else if (value is JsonObject metadata) walk.VisitMetadata(metadata);
        }

        return walk._fields;
    }

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
            if (!Unowned.Contains(name)) Visit(value, BuiltInSchemas.Metadata.Of(name), FieldSet.Child("f:metadata", $"f:{name}"));
        }
    }

    void Visit(JsonNode? node, StructuralSchema? schema, string path)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } body when schema?.IsAtomic != true:
                foreach (var (name, value) in body)
                {
                    var below = FieldSet.Child(path, $"f:{name}");
                    if (value is JsonObject { Count: > 0 } && schema?.Properties.ContainsKey(name) != true) _fields[below] = Present;
                    Visit(value, schema?.Of(name), below);
                }

                break;
            case JsonArray { Count: > 0 } list when schema is { ListType: "map" }:
                foreach (var item in list.Objects())
                {
                    var below = FieldSet.Child(path, Key(schema, item));
                    _fields[below] = Present;
                    foreach (var (name, value) in item) Visit(value, schema.Items?.Of(name), FieldSet.Child(below, $"f:{name}"));
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

/// <summary>What a write changed.</summary>
sealed record FieldChanges(HashSet<string> Written, HashSet<string> Removed)
{
    /// <param name="before">The fields there were.</param>
    /// <param name="after">The fields there are.</param>
    /// <param name="stored">The document that had them before, where it is at hand: what is in it need not become nodes to be compared.</param>
    public static FieldChanges Between(Dictionary<string, JsonNode?> before, Dictionary<string, JsonNode?> after, JsonElement stored = default) => new(
        [.. after.Where(field => !before.TryGetValue(field.Key, out var old) || !IsSame(field.Key, old, field.Value, stored)).Select(field => field.Key)],
        [.. before.Keys.Where(path => !after.ContainsKey(path))]);

    static bool IsSame(string path, JsonNode? old, JsonNode? now, JsonElement stored) =>
        old is JsonArray && FieldSet.Find(stored, path) is { ValueKind: JsonValueKind.Array } list ? list.Says(now) : JsonNode.DeepEquals(old, now);
}
