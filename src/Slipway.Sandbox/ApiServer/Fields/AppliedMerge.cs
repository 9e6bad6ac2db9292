using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>Merges an applied configuration into an object, and takes out fields again, as the schema divides them.</summary>
static class AppliedMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, StructuralSchema? schema) => (live, applied) switch
    {
        (JsonObject into, JsonObject from) when schema?.IsAtomic != true => Merge(into, from, schema),
        (JsonArray into, JsonArray from) when schema is { ListType: "map" } => MergeByKey(into, from, schema),
        (JsonArray into, JsonArray from) when schema is { ListType: "set" } => new JsonArray([.. into.Concat(from).DistinctBy(item => item?.ToJsonString()).Select(item => item?.DeepClone())]),
        _ => applied?.DeepClone(),
    };

    public static JsonObject Merge(JsonObject live, JsonObject applied, StructuralSchema? schema, bool isRoot = false)
    {
        var merged = live.DeepClone().AsObject();
        foreach (var (name, value) in applied)
        {
            merged[name] = Merge(merged[name], value, isRoot && name == "metadata" ? BuiltInSchemas.Metadata : schema?.Of(name));
        }

        return merged;
    }

    /// <summary>Takes a field out, and with it what is empty then.</summary>
    public static void Remove(JsonObject root, string path, StructuralSchema? schema) => Remove(root, FieldSet.Split(path), schema, isRoot: true);

    static JsonArray MergeByKey(JsonArray live, JsonArray applied, StructuralSchema schema)
    {
        var items = live.Objects().Select(item => (Key: FieldWalk.Key(schema, item), Item: item.DeepClone().AsObject())).ToList();
        foreach (var change in applied.Objects())
        {
            var key = FieldWalk.Key(schema, change);
            var at = items.FindIndex(item => item.Key == key);
            if (at < 0) items.Add((key, change.DeepClone().AsObject()));
            else items[at] = (key, Merge(items[at].Item, change, schema.Items));
        }

        return new([.. items.Select(item => item.Item)]);
    }

    static void Remove(JsonNode? node, ReadOnlySpan<string> path, StructuralSchema? schema, bool isRoot = false)
    {
        switch (node)
        {
            case JsonObject body when path[0].StartsWith("f:", StringComparison.Ordinal):
                var name = path[0][2..];
                if (path.Length == 1)
                {
                    body.Remove(name);
                    break;
                }

                if (body[name] is not { } child) break;
                Remove(child, path[1..], isRoot && name == "metadata" ? BuiltInSchemas.Metadata : schema?.Of(name));
                if (child is JsonObject { Count: 0 } or JsonArray { Count: 0 }) body.Remove(name);
                break;
            case JsonArray list:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    var element = list[i] is JsonObject item && schema is { ListType: "map" } ? FieldWalk.Key(schema, item) : $"v:{list[i]?.ToJsonString() ?? "null"}";
                    if (element != path[0]) continue;
                    if (path.Length == 1) list.RemoveAt(i);
                    else Remove(list[i], path[1..], schema?.Items);
                }

                break;
        }
    }
}
