using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Patches;

/// <summary>
/// Server-side apply: what a manager applies is merged in, what it no longer applies goes, what another manager applied stays
/// or is a conflict (Kubernetes, "Server-Side Apply"). Ownership is kept per field of an object; lists are owned whole.
/// </summary>
static class ServerSideApply
{
    public static JsonObject Apply(ServedKind kind, JsonObject? current, JsonObject applied, string manager, bool force, string? subresource, string now)
    {
        var entries = current?.At("metadata", "managedFields").Objects().Select(entry => entry.DeepClone().AsObject()).ToList() ?? [];
        var mine = entries.FirstOrDefault(entry => IsOf(entry, manager, subresource));
        var others = entries.Where(entry => entry != mine).ToList();
        var fields = FieldSet.Of(applied);

        var merged = current?.DeepClone().AsObject() ?? [];
        foreach (var path in FieldSet.Paths(mine?["fieldsV1"] as JsonObject).Where(path => !fields.Contains(path)))
        {
            if (!others.Any(other => FieldSet.Paths(other["fieldsV1"] as JsonObject).Contains(path))) FieldSet.Remove(merged, path);
        }

        var conflicts = current is null ? [] : Conflicts(current, applied, others).ToList();
        if (conflicts.Count > 0 && !force) throw Conflict(kind, conflicts);
        foreach (var other in others) other["fieldsV1"] = FieldSet.Tree(FieldSet.Paths(other["fieldsV1"] as JsonObject).Except(conflicts.Where(conflict => conflict.Entry == other).Select(conflict => conflict.Path)));

        merged = kind.Schema is null ? MergePatches.Strategic(merged, applied) : MergePatches.Merge(merged, applied);
        var entry = new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Apply",
            ["apiVersion"] = kind.Type.ApiVersion,
            ["time"] = now,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = FieldSet.Tree(fields),
        };
        if (subresource is not null) entry["subresource"] = subresource;
        merged.Child("metadata")["managedFields"] = new JsonArray([.. others.Select(other => other.DeepClone()), entry]);
        return merged;
    }

    sealed record Clash(JsonObject Entry, string Path);

    static IEnumerable<Clash> Conflicts(JsonObject current, JsonObject applied, IReadOnlyList<JsonObject> others)
    {
        foreach (var entry in others)
        {
            var owned = FieldSet.Paths(entry["fieldsV1"] as JsonObject).ToHashSet();
            foreach (var path in FieldSet.Of(applied).Where(owned.Contains))
            {
                if (!JsonNode.DeepEquals(FieldSet.Find(current, path), FieldSet.Find(applied, path))) yield return new(entry, path);
            }
        }
    }

    static StatusException Conflict(ServedKind kind, IReadOnlyList<Clash> conflicts)
    {
        var causes = conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with \"{conflict.Entry["manager"].Text()}\"{(conflict.Entry["operation"].Text() == "Update" ? $" using {kind.Type.ApiVersion}" : "")}",
            ["field"] = $".{conflict.Path}",
        }).ToList();
        var count = conflicts.Count == 1 ? "1 conflict" : $"{conflicts.Count} conflicts";
        return new(409, "Conflict", $"Apply failed with {count}: {string.Join("; ", causes.Select(cause => $"{cause["message"].Text()}: {cause["field"].Text()}"))}")
        {
            Details = new() { ["causes"] = new JsonArray([.. causes]) },
        };
    }

    static bool IsOf(JsonObject entry, string manager, string? subresource) =>
        entry["manager"].Text() == manager && entry["operation"].Text() == "Apply" && entry["subresource"].Text() == subresource;
}

/// <summary>Sets of fields as dotted paths, and as the <c>FieldsV1</c> trees that managedFields hold.</summary>
static class FieldSet
{
    /// <summary>The leaves of an applied configuration; lists are leaves. Identity and type belong to nobody.</summary>
    public static IReadOnlyList<string> Of(JsonObject applied) =>
        [.. Leaves(applied, "").Where(path => path is not ("apiVersion" or "kind" or "metadata.name" or "metadata.namespace" or "metadata.uid" or "metadata.resourceVersion" or "metadata.managedFields" or "metadata.creationTimestamp"))];

    public static IReadOnlyList<string> Paths(JsonObject? tree) => tree is null ? [] : [.. Branches(tree, "")];

    public static JsonObject Tree(IEnumerable<string> paths)
    {
        var tree = new JsonObject();
        foreach (var path in paths)
        {
            var node = tree;
            foreach (var name in Split(path)) node = node.Child($"f:{name}");
        }

        return tree;
    }

    public static JsonNode? Find(JsonObject root, string path) => root.At(Split(path));

    public static void Remove(JsonObject root, string path)
    {
        var names = Split(path);
        if ((names.Length == 1 ? root : root.At(names.AsSpan(0, names.Length - 1))) is JsonObject parent) parent.Remove(names[^1]);
    }

    static IEnumerable<string> Leaves(JsonObject node, string prefix) => node.SelectMany(property =>
        property.Value is JsonObject { Count: > 0 } child ? Leaves(child, $"{prefix}{Escape(property.Key)}.") : [$"{prefix}{Escape(property.Key)}"]);

    static IEnumerable<string> Branches(JsonObject tree, string prefix) => tree.Where(branch => branch.Key.StartsWith("f:", StringComparison.Ordinal)).SelectMany(branch =>
        branch.Value is JsonObject { Count: > 0 } child ? Branches(child, $"{prefix}{Escape(branch.Key[2..])}.") : [$"{prefix}{Escape(branch.Key[2..])}"]);

    /// <summary>Label and annotation keys contain dots of their own.</summary>
    static string Escape(string name) => name.Replace(".", "\u0001");

    static string[] Split(string path) => [.. path.Split('.').Select(name => name.Replace("\u0001", "."))];
}
