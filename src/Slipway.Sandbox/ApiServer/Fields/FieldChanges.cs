using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>What a write changed.</summary>
sealed record FieldChanges(HashSet<string> Written, HashSet<string> Removed)
{
    static readonly JsonElement Nothing = JsonElement.Parse("{}");

    /// <summary>Between the fields there were and the fields there are.</summary>
    public static FieldChanges Between(Dictionary<string, JsonNode?> before, Dictionary<string, JsonNode?> after) => new(
        [.. after.Where(field => !before.TryGetValue(field.Key, out var old) || !JsonNode.DeepEquals(old, field.Value)).Select(field => field.Key)],
        [.. before.Keys.Where(path => !after.ContainsKey(path))]);

    /// <summary>Between two versions of an object, walked side by side: what is the same in both is passed by, not taken apart.</summary>
    /// <param name="kind">The kind of both.</param>
    /// <param name="before">The older; undefined where there was none.</param>
    /// <param name="after">The newer.</param>
    /// <param name="subresource">What the write is about.</param>
    public static FieldChanges Between(ServedKind kind, JsonElement before, JsonObject after, string? subresource)
    {
        var changes = new FieldChanges([], []);
        changes.Compare(before, after, kind.Schema, "", name => name != "metadata" && IsAbout(name));
        if (IsAbout("metadata")) changes.Compare(before.At("metadata"), after["metadata"] as JsonObject ?? [], BuiltInSchemas.Metadata, "f:metadata", FieldWalk.IsOwned);
        return changes;

        bool IsAbout(string name) => FieldWalk.IsAbout(name, subresource, kind.HasStatus);
    }

    void Compare(JsonElement before, JsonObject after, StructuralSchema? schema, string path, Func<string, bool>? counts = null)
    {
        if (before.ValueKind != JsonValueKind.Object) before = Nothing;
        foreach (var (name, now) in after)
        {
            if (counts?.Invoke(name) == false) continue;
            if (before.TryGetProperty(name, out var old)) CompareProperty(name, old, now, schema, path);
            else Written.UnionWith(FieldWalk.Of(name, now, schema, path).Keys);
        }

        foreach (var gone in before.EnumerateObject())
        {
            if (counts?.Invoke(gone.Name) != false && !after.ContainsKey(gone.Name)) Removed.UnionWith(FieldWalk.Of(gone.Name, gone.Value.AsNode(), schema, path).Keys);
        }
    }

    void CompareProperty(string name, JsonElement old, JsonNode? now, StructuralSchema? holder, string path)
    {
        var schema = holder?.Of(name);
        switch (now)
        {
            case JsonObject { Count: > 0 } body when schema?.IsAtomic != true && old.ValueKind == JsonValueKind.Object && old.GetPropertyCount() > 0:
                Compare(old, body, schema, Below());
                break;
            case var _ when old.Says(now):
                break;
            case var _ when IsWhole(schema, old.ValueKind) && IsWhole(schema, now?.GetValueKind() ?? JsonValueKind.Null):
                Written.Add(Below());
                break;
            case JsonArray list when schema is { ListType: "map" } && Pairs(schema, old, list) is { } pairs:
                foreach (var (was, item, key) in pairs) Compare(was, item, schema.Items, FieldSet.Child(Below(), key));
                break;
            default:
                var (written, removed) = Between(FieldWalk.Of(name, old.AsNode(), holder, path), FieldWalk.Of(name, now, holder, path));
                Written.UnionWith(written);
                Removed.UnionWith(removed);
                break;
        }

        string Below() => FieldSet.Child(path, $"f:{name}");
    }

    /// <summary>A value that is owned whole, whatever is in it.</summary>
    static bool IsWhole(StructuralSchema? schema, JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => schema?.IsAtomic == true,
        JsonValueKind.Array => schema?.ListType is not ("map" or "set"),
        _ => true,
    };

    /// <summary>The items that differ, each beside what it was; null where one has come, gone, or changed its place.</summary>
    static List<(JsonElement Was, JsonObject Item, string Key)>? Pairs(StructuralSchema schema, JsonElement old, JsonArray list)
    {
        if (old.ValueKind != JsonValueKind.Array || old.GetArrayLength() != list.Count) return null;
        var pairs = new List<(JsonElement, JsonObject, string)>();
        foreach (var (was, now) in old.EnumerateArray().Zip(list).Where(pair => !pair.First.Says(pair.Second)))
        {
            if (was.AsNode() is not JsonObject before || now is not JsonObject item || FieldWalk.Key(schema, item) is var key && key != FieldWalk.Key(schema, before)) return null;
            pairs.Add((was, item, key));
        }

        return pairs;
    }
}
