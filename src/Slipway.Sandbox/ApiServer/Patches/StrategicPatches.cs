using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer.Patches;

/// <summary>The merge patch of built-in kinds that merges lists by the keys their schemas name (Kubernetes, "Notes on the strategic merge patch").</summary>
static class StrategicPatches
{
    public static JsonObject Merge(JsonObject current, JsonObject patch, StructuralSchema? schema, bool isRoot = true)
    {
        if (Directive(patch) == "replace") return Without(patch);
        if (Directive(patch) == "delete") return [];
        var merged = current.DeepClone().AsObject();
        if (patch["$retainKeys"] is JsonArray retained) Retain(merged, retained);
        foreach (var (name, value) in patch)
        {
            var below = isRoot && name == "metadata" ? BuiltInSchemas.Metadata : schema?.Of(name);
            if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal)) DeleteFrom(merged, name[(name.IndexOf('/') + 1)..], value as JsonArray ?? throw Wrong(name));
            else if (name.StartsWith('$')) continue;
            else if (value is null) merged.Remove(name);
            else if (value is JsonObject child && Directive(child) == "delete") merged.Remove(name);
            else if (value is JsonObject inner) merged[name] = Merge(merged[name] as JsonObject ?? [], inner, below, isRoot: false);
            else if (value is JsonArray list) merged[name] = MergeList(merged[name] as JsonArray ?? [], list, below, patch[$"$setElementOrder/{name}"] as JsonArray);
            else merged[name] = value.DeepClone();
        }

        foreach (var name in patch.Select(property => property.Key).Where(name => name.StartsWith("$setElementOrder/", StringComparison.Ordinal)).Select(name => name["$setElementOrder/".Length..]).Where(name => !patch.ContainsKey(name)))
        {
            if (merged[name] is JsonArray list) merged[name] = MergeList(list, [], schema?.Of(name), patch[$"$setElementOrder/{name}"] as JsonArray);
        }

        return merged;
    }

    static JsonArray MergeList(JsonArray current, JsonArray patch, StructuralSchema? schema, JsonArray? order)
    {
        if (schema?.PatchKey is not { } key) return new([.. patch.Select(item => item is JsonObject body ? Without(body) : item?.DeepClone())]);
        if (key.Length == 0) return Ordered([.. current.Concat(patch).DistinctBy(item => item?.ToJsonString()).Select(item => item?.DeepClone())], order, item => item?.ToJsonString());
        if (patch.Objects().Any(item => Directive(item) == "replace")) return new([.. patch.Objects().Where(item => item["$patch"] is null).Select(item => item.DeepClone())]);
        var items = current.Objects().Select(item => item.DeepClone().AsObject()).ToList();
        foreach (var change in patch.Select(item => item as JsonObject ?? throw Wrong(key)))
        {
            if (change[key] is null) throw Failed($"map: {change.ToJsonString()} does not contain declared merge key: {key}");
            var at = items.FindIndex(item => JsonNode.DeepEquals(item[key], change[key]));
            if (Directive(change) == "delete")
            {
                if (at >= 0) items.RemoveAt(at);
            }
            else if (at >= 0) items[at] = Merge(items[at], change, schema.Items, isRoot: false);
            else items.Add(Without(change));
        }

        return Ordered([.. items], order, item => item?[key]?.ToJsonString());
    }

    static JsonArray Ordered(List<JsonNode?> items, JsonArray? order, Func<JsonNode?, string?> keyOf)
    {
        if (order is null) return new([.. items]);
        var places = order.Select((item, place) => (Key: keyOf(item) ?? "", place)).DistinctBy(item => item.Key).ToDictionary(item => item.Key, item => item.place);
        return new([.. items.OrderBy(item => places.GetValueOrDefault(keyOf(item) ?? "", int.MaxValue))]);
    }

    /// <summary>merge, replace or delete; nothing else is known.</summary>
    static string? Directive(JsonObject patch) => patch["$patch"] is not { } directive ? null
        : directive.Text() is "merge" or "replace" or "delete" ? directive.Text()
        : throw Failed($"Unknown patch type: {directive.ToJsonString()}");

    static void Retain(JsonObject merged, JsonArray retained)
    {
        var keep = retained.Select(item => item.Text()).ToHashSet();
        foreach (var name in merged.Select(property => property.Key).Where(name => !keep.Contains(name)).ToList()) merged.Remove(name);
    }

    static void DeleteFrom(JsonObject merged, string name, JsonArray gone)
    {
        if (merged[name] is not JsonArray list) return;
        merged[name] = new JsonArray([.. list.Where(item => !gone.Any(other => JsonNode.DeepEquals(item, other))).Select(item => item?.DeepClone())]);
    }

    static JsonObject Without(JsonObject patch)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith('$') || value is null) continue;
            copy[name] = value switch
            {
                JsonObject child => Without(child),
                JsonArray list => new JsonArray([.. list.Select(item => item is JsonObject body ? Without(body) : item?.DeepClone())]),
                _ => value.DeepClone(),
            };
        }

        return copy;
    }

    static StatusException Wrong(string name) => StatusException.BadRequest($"invalid JSON document: {name} has the wrong type");

    static StatusException Failed(string why) => new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");
}
