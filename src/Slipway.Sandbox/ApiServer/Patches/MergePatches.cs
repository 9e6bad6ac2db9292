using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Patches;

/// <summary>RFC 7386, and the strategic form that merges lists of built-in kinds by key.</summary>
static class MergePatches
{
    public static JsonObject Merge(JsonObject current, JsonObject patch)
    {
        var merged = current.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject child) merged[name] = Merge(merged[name] as JsonObject ?? [], child);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }

    /// <summary>Keys of the lists that merge (patchMergeKey in the Kubernetes API reference); other lists are replaced.</summary>
    static readonly Dictionary<string, string[]> MergeKeys = new()
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["env"] = ["name"],
        ["volumes"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["ports"] = ["containerPort", "port"],
        ["conditions"] = ["type"],
        ["imagePullSecrets"] = ["name"],
        ["hostAliases"] = ["ip"],
        ["ownerReferences"] = ["uid"],
        ["topologySpreadConstraints"] = ["topologyKey"],
        ["addresses"] = ["type"],
        ["taints"] = ["key"],
        ["secrets"] = ["name"],
    };

    public static JsonObject Strategic(JsonObject current, JsonObject patch)
    {
        if (patch["$patch"].Text() == "replace") return Without(patch);
        var merged = current.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (name == "$retainKeys" && value is JsonArray retained) Retain(merged, retained);
            else if (name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal)) DeleteFrom(merged, name[(name.IndexOf('/') + 1)..], value as JsonArray ?? []);
            else if (name.StartsWith('$')) continue;
            else if (value is null) merged.Remove(name);
            else if (value is JsonObject { } child && child["$patch"].Text() == "delete") merged.Remove(name);
            else if (value is JsonObject inner) merged[name] = Strategic(merged[name] as JsonObject ?? [], inner);
            else if (value is JsonArray list) merged[name] = MergeList(name, merged[name] as JsonArray ?? [], list, patch[$"$setElementOrder/{name}"] as JsonArray);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }

    static JsonArray MergeList(string name, JsonArray current, JsonArray patch, JsonArray? order)
    {
        if (name == "finalizers") return new([.. current.Concat(patch).Select(item => item.Text()).Distinct().Select(item => JsonValue.Create(item))]);
        var key = MergeKeys.GetValueOrDefault(name)?.FirstOrDefault(candidate => patch.Concat(current).Objects().Any(item => item[candidate] is not null));
        if (key is null || patch.Any(item => item is not JsonObject)) return patch.DeepClone().AsArray();
        if (patch.Objects().Any(item => item["$patch"].Text() == "replace")) return new([.. patch.Objects().Where(item => item["$patch"] is null).Select(item => item.DeepClone())]);
        var items = current.Objects().Select(item => item.DeepClone().AsObject()).ToList();
        foreach (var change in patch.Objects())
        {
            var at = items.FindIndex(item => JsonNode.DeepEquals(item[key], change[key]));
            if (change["$patch"].Text() == "delete")
            {
                if (at >= 0) items.RemoveAt(at);
            }
            else if (at >= 0) items[at] = Strategic(items[at], change);
            else items.Add(Without(change));
        }

        if (order is not null)
        {
            var places = order.Objects().Select((item, place) => (Key: item[key]?.ToJsonString() ?? "", place)).DistinctBy(item => item.Key).ToDictionary(item => item.Key, item => item.place);
            items = [.. items.OrderBy(item => places.GetValueOrDefault(item[key]?.ToJsonString() ?? "", int.MaxValue))];
        }

        return new([.. items]);
    }

    static IEnumerable<JsonObject> Objects(this IEnumerable<JsonNode?> nodes) => nodes.OfType<JsonObject>();

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
        var copy = patch.DeepClone().AsObject();
        copy.Remove("$patch");
        return copy;
    }
}
