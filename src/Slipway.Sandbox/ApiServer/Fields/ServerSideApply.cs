using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>
/// Server-side apply: what a manager applies is merged in, what it no longer applies and nobody else owns goes, what another
/// manager owns and would change is a conflict unless forced (Kubernetes, "Server-Side Apply").
/// </summary>
static class ServerSideApply
{
    public static JsonObject Apply(ServedKind kind, JsonObject? current, JsonObject applied, string manager, bool force, string? subresource, string now)
    {
        var live = current ?? [];
        var standing = ManagedFields.Fields(kind, live, subresource);
        var entries = ManagedFields.Entries(live);
        if (entries.Count == 0 && standing.Keys.ToHashSet() is { Count: > 0 } unowned)
        {
            // What is there already belongs to somebody: it is kept from the first applier.
            entries.Add(new("before-first-apply", "Update", kind.Type.ApiVersion, null, unowned, now));
        }

        var mine = entries.Find(entry => entry.Manager == manager && entry.Operation == "Apply" && entry.Subresource == subresource);
        var others = entries.Where(entry => entry != mine).ToList();
        var configuration = Configuration(applied, kind, subresource);
        var owned = ManagedFields.Fields(kind, configuration, subresource).Keys.ToHashSet();

        var merged = AppliedMerge.Merge(live, configuration, kind.Schema, isRoot: true);
        var kept = FieldSet.WithParents(others.SelectMany(other => other.Fields).Concat(owned));
        foreach (var path in mine?.Fields.Where(path => !kept.Contains(path)) ?? []) AppliedMerge.Remove(merged, path, kind.Schema);

        var filled = merged.DeepClone().AsObject();
        kind.Default(filled);
        var changes = FieldChanges.Between(standing, ManagedFields.Fields(kind, filled, subresource));
        var clashes = others.SelectMany(other => other.Fields.Where(changes.Written.Contains).Select(path => (Entry: other, Path: path))).ToList();
        if (clashes.Count > 0 && !force && manager == LastApplied.Manager)
        {
            var before = LastApplied.Fields(kind, live, standing, subresource);
            clashes.RemoveAll(clash => before.Contains(clash.Path));
        }

        if (clashes.Count > 0 && !force) throw Conflict(clashes);
        foreach (var other in others)
        {
            other.Fields.ExceptWith(changes.Written);
            other.Fields.ExceptWith(changes.Removed);
        }

        var isSame = mine is not null && mine.Fields.SetEquals(owned) && mine.ApiVersion == kind.Type.ApiVersion && changes.Written.Count + changes.Removed.Count == 0;
        ManagedFields.Write(merged, [.. others, new(manager, "Apply", kind.Type.ApiVersion, subresource, owned, isSame ? mine!.Time : now)]);
        if (manager == LastApplied.Manager) LastApplied.Renew(merged, applied);
        return merged;
    }

    /// <summary>The part of an applied configuration that this resource is about; the rest is not looked at.</summary>
    static JsonObject Configuration(JsonObject applied, ServedKind kind, string? subresource)
    {
        var part = applied.DeepClone().AsObject();
        if (subresource == "status")
        {
            foreach (var name in part.Select(property => property.Key).Where(name => name is not ("apiVersion" or "kind" or "metadata" or "status")).ToList()) part.Remove(name);
            part["metadata"] = new JsonObject { ["name"] = applied.At("metadata", "name")?.DeepClone() };
        }
        else if (kind.HasStatus)
        {
            part.Remove("status");
        }

        return part;
    }

    static StatusException Conflict(IReadOnlyList<(ManagedFieldsEntry Entry, string Path)> clashes)
    {
        var causes = clashes.OrderBy(clash => clash.Path, StringComparer.Ordinal).Select(clash => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {Text(clash.Entry)}",
            ["field"] = FieldSet.Text(clash.Path),
        }).ToList();
        var count = causes.Count == 1 ? "1 conflict" : $"{causes.Count} conflicts";
        return new(409, "Conflict", $"Apply failed with {count}: {string.Join("; ", causes.Select(cause => $"{cause["message"].Text()}: {cause["field"].Text()}"))}")
        {
            Details = new() { ["causes"] = new JsonArray([.. causes]) },
        };
    }

    static string Text(ManagedFieldsEntry entry)
    {
        var name = entry.Subresource is null ? $"\"{entry.Manager}\"" : $"\"{entry.Manager}\" with subresource \"{entry.Subresource}\"";
        return entry.Operation != "Update" ? name : $"{name} using {entry.ApiVersion}";
    }
}
