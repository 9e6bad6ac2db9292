using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>Who owns which fields of an object: an entry a manager and way of writing.</summary>
static class ManagedFields
{
    /// <summary>After an update or patch: what it wrote is the manager's, and nobody else's any more.</summary>
    public static void Note(ServedKind kind, JsonObject after, JsonElement before, string manager, string? subresource, string now)
    {
        if (IsReset(after))
        {
            after["metadata"]!.AsObject().Remove("managedFields");
            return;
        }

        var changes = FieldChanges.Between(kind, before, after, subresource);
        if (changes.Written.Count == 0 && changes.Removed.Count == 0) return;
        if (changes.Removed.Count == 0 && SoleOwner(after, changes.Written) is { } owner && ManagedFieldsEntry.Is(owner, manager, "Update", kind.Type.ApiVersion, subresource))
        {
            owner["time"] = now;
            return;
        }

        var entries = Entries(after);
        var mine = entries.Find(entry => entry.Is(manager, "Update", kind.Type.ApiVersion, subresource)) ?? new(manager, "Update", kind.Type.ApiVersion, subresource, [], now);
        foreach (var other in entries.Where(entry => entry != mine))
        {
            other.Fields.ExceptWith(changes.Written);
            other.Fields.ExceptWith(changes.Removed);
        }

        mine.Fields.UnionWith(changes.Written);
        mine.Fields.ExceptWith(changes.Removed);
        Write(after, [.. entries.Where(entry => entry != mine), mine with { Time = now }]);
    }

    /// <summary>The latest of the entries, where it owns all of these fields and no other does: of such a write only the time is new.</summary>
    static JsonObject? SoleOwner(JsonObject body, IReadOnlyCollection<string> fields)
    {
        if (body.At("metadata", "managedFields") is not JsonArray { Count: > 0 } list || list[^1] is not JsonObject last || !fields.All(path => FieldSet.Has(last["fieldsV1"], path))) return null;
        return list.Take(list.Count - 1).Any(other => fields.Any(path => FieldSet.Has(other.At("fieldsV1"), path))) ? null : last;
    }

    public static Dictionary<string, JsonNode?> Fields(ServedKind kind, JsonObject body, string? subresource) => FieldWalk.Of(body, kind.Schema, subresource, kind.HasStatus);

    public static List<ManagedFieldsEntry> Entries(JsonObject body) => [.. body.At("metadata", "managedFields").Objects().Select(ManagedFieldsEntry.Read)];

    /// <summary>Applied entries first, each kind by time; those that own nothing any more go.</summary>
    public static void Write(JsonObject body, IReadOnlyList<ManagedFieldsEntry> entries)
    {
        var kept = entries.Where(entry => entry.Fields.Count > 0)
            .OrderBy(entry => entry.Operation, StringComparer.Ordinal).ThenBy(entry => entry.Time, StringComparer.Ordinal).ThenBy(entry => entry.Manager, StringComparer.Ordinal).ToList();
        var metadata = body.Child("metadata");
        if (kept.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = new JsonArray([.. kept.Select(entry => entry.ToJson())]);
    }

    /// <summary>One empty entry, or none at all, asks to forget all ownership.</summary>
    static bool IsReset(JsonObject body) => body.At("metadata", "managedFields") is JsonArray list && (list.Count == 0 || list is [JsonObject { Count: 0 }]);
}

/// <summary>One entry of managedFields.</summary>
sealed record ManagedFieldsEntry(string Manager, string Operation, string ApiVersion, string? Subresource, HashSet<string> Fields, string? Time)
{
    public bool Is(string manager, string operation, string apiVersion, string? subresource) => (Manager, Operation, ApiVersion, Subresource) == (manager, operation, apiVersion, subresource);

    /// <summary>The same, of an entry that is not read for it.</summary>
    public static bool Is(JsonObject json, string manager, string operation, string apiVersion, string? subresource) =>
        json["manager"].Text() == manager && json["operation"].Text() == operation && json["apiVersion"].Text() == apiVersion && (json["subresource"].Text() ?? "") == (subresource ?? "");

    public static ManagedFieldsEntry Read(JsonObject json) => new(
        json["manager"].Text() ?? "", json["operation"].Text() ?? "", json["apiVersion"].Text() ?? "", json["subresource"].Text() is { Length: > 0 } sub ? sub : null, FieldSet.Of(json["fieldsV1"]), json["time"].Text());

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null) json["time"] = Time;
        json["fieldsType"] = "FieldsV1";
        json["fieldsV1"] = FieldSet.Tree(Fields);
        if (Subresource is not null) json["subresource"] = Subresource;
        return json;
    }
}
