using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Who last wrote an object, and how: an entry a manager. Field-level ownership is kept for server-side apply only.</summary>
static class ManagedFields
{
    public static void Note(JsonObject after, JsonObject? before, string? manager, string operation, string? subresource, string now)
    {
        if (string.IsNullOrEmpty(manager)) return;
        var metadata = after["metadata"]!.AsObject();
        var entries = metadata["managedFields"] as JsonArray ?? [];
        metadata.Remove("managedFields");
        var kept = entries.Objects()
            .Where(entry => !(entry["manager"].Text() == manager && entry["operation"].Text() == operation && entry["subresource"].Text() == subresource))
            .Select(entry => entry.DeepClone());
        var entry = new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = operation,
            ["apiVersion"] = after["apiVersion"]!.DeepClone(),
            ["time"] = now,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = FieldsOf(after, before),
        };
        if (subresource is not null) entry["subresource"] = subresource;
        metadata["managedFields"] = new JsonArray([.. kept, entry]);
    }

    /// <summary>The top-level fields a write changed.</summary>
    static JsonObject FieldsOf(JsonObject after, JsonObject? before)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in after)
        {
            if (name is "apiVersion" or "kind" or "metadata" || JsonNode.DeepEquals(value, before?[name])) continue;
            var inner = new JsonObject();
            if (value is JsonObject children)
            {
                foreach (var (child, _) in children) inner[$"f:{child}"] = new JsonObject();
            }

            fields[$"f:{name}"] = inner;
        }

        return fields;
    }
}
