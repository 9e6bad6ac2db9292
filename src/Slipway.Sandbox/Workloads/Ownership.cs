using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>The controlling owner an object names. The UID decides; a name may have been reused.</summary>
sealed record ControllerRef(string ApiVersion, string Kind, string Name, string Uid)
{
    public static ControllerRef? Of(JsonElement json)
    {
        foreach (var owner in json.Items("metadata", "ownerReferences"))
        {
            if (owner.Flag("controller")) return new(owner.Text("apiVersion")!, owner.Text("kind")!, owner.Text("name")!, owner.Text("uid")!);
        }
        return null;
    }
}

/// <summary>Owner references as controllers write them.</summary>
static class Ownership
{
    /// <summary>Index value of objects without a controller in a namespace.</summary>
    public static string Orphans(string ns) => $"orphans/{ns}";

    /// <summary>Index value: the UID of the controller, or the orphans of the namespace.</summary>
    public static string[] OwnerOf(IOwned owned) => [owned.Controller?.Uid ?? Orphans(owned.Stored.Key.Namespace)];

    public static JsonObject ReferenceTo(StoredObject owner) => new()
    {
        ["apiVersion"] = owner.Type.ApiVersion,
        ["kind"] = owner.Type.Kind,
        ["name"] = owner.Key.Name,
        ["uid"] = owner.Uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static void Adopt(Objects objects, StoredObject orphan, StoredObject owner)
    {
        var copy = orphan.Copy();
        var metadata = copy.Child("metadata");
        var references = orphan.Json.CopyArray("metadata", "ownerReferences");
        references.Add(ReferenceTo(owner));
        metadata["ownerReferences"] = references;
        objects.Update(orphan.Type, copy);
    }

    /// <summary>Takes the references to these UIDs off an object.</summary>
    public static void Release(Objects objects, StoredObject owned, params IReadOnlyCollection<string> uids)
    {
        var copy = owned.Copy();
        var kept = owned.Json.Items("metadata", "ownerReferences").Where(owner => !uids.Contains(owner.Text("uid"))).Select(owner => JsonObject.Create(owner));
        copy.Child("metadata")["ownerReferences"] = new JsonArray([.. kept]);
        objects.Update(owned.Type, copy);
    }
}
