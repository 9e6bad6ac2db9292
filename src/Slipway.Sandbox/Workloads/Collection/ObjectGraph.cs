using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.Collection;

/// <summary>One object in the graph: who owns it and how its deletion stands.</summary>
sealed record GraphNode(ResourceType Type, ObjectKey Key, string Uid, IReadOnlyList<OwnerReference> Owners, IReadOnlyList<string> Finalizers, bool IsDeleting)
{
    /// <summary>Deletion waits until nothing that blocks it is left.</summary>
    public bool WaitsForDependents => IsDeleting && Finalizers.Contains(GarbageCollector.Foreground);

    public static GraphNode Of(StoredObject stored) => new(
        stored.Type,
        stored.Key,
        stored.Uid,
        [.. stored.Json.Items("metadata", "ownerReferences").Select(Reference)],
        [.. stored.Json.Items("metadata", "finalizers").Select(finalizer => finalizer.ToString())],
        stored.Json.IsDeleting);

    static OwnerReference Reference(JsonElement owner) => new()
    {
        ApiVersion = owner.Text("apiVersion") ?? "",
        Kind = owner.Text("kind") ?? "",
        Name = owner.Text("name") ?? "",
        Uid = owner.Text("uid") ?? "",
        BlockOwnerDeletion = owner.Flag("blockOwnerDeletion"),
    };
}

/// <summary>Every object of every kind served, by UID, by owner and by namespace; custom kinds come and go with their definitions.</summary>
sealed class ObjectGraph
{
    static readonly string[] ofGraph = ["ownerReferences", "finalizers", "deletionTimestamp"];

    readonly ClusterView view;
    readonly Dictionary<string, ResourceType> types = [];
    readonly Dictionary<string, GraphNode> byUid = [];
    readonly Dictionary<string, HashSet<string>> dependents = [];
    readonly Dictionary<string, HashSet<string>> byNamespace = [];

    public ObjectGraph(ClusterView view)
    {
        this.view = view;
        foreach (var kind in BuiltInKinds.All) Take(kind.Type);
        view.Definitions.Changed += DefinitionChanged;
    }

    /// <summary>Tells of every change: the object before (null: added) and after (null: deleted).</summary>
    public event Action<GraphNode?, GraphNode?>? Changed;

    public GraphNode? this[string uid] => byUid.GetValueOrDefault(uid);

    public IEnumerable<GraphNode> DependentsOf(string uid) => Nodes(dependents, uid);

    public IEnumerable<GraphNode> InNamespace(string ns) => Nodes(byNamespace, ns);

    /// <summary>Whether objects of the owner's kind are seen at all; of others nothing can be concluded.</summary>
    public bool Knows(OwnerReference owner) => types.ContainsKey(GroupKind(owner.ApiVersion, owner.Kind));

    IEnumerable<GraphNode> Nodes(Dictionary<string, HashSet<string>> index, string value) =>
        index.TryGetValue(value, out var uids) ? uids.Select(uid => byUid[uid]) : [];

    void DefinitionChanged(PlainObject? old, PlainObject? seen)
    {
        var served = seen is null ? null : CustomTypes.Served(seen.Json);
        var before = old is null ? null : CustomTypes.Served(old.Json);
        if (served == before) return;
        if (before is not null) Drop(before);
        if (served is not null) Take(served);
    }

    void Take(ResourceType type)
    {
        try
        {
            view.Follow(type, Apply);
            types[GroupKind(type.ApiVersion, type.Kind)] = type;
        }
        catch (StatusException refusal) when (refusal.Code == 404)
        {
            // The definition was withdrawn before its kind was looked at.
            view.Unfollow(type);
        }
    }

    void Drop(ResourceType type)
    {
        view.Unfollow(type);
        types.Remove(GroupKind(type.ApiVersion, type.Kind));
        foreach (var gone in byUid.Values.Where(node => node.Type == type).ToArray()) Replace(gone, null);
    }

    static string GroupKind(string apiVersion, string kind) => $"{(apiVersion.Contains('/') ? apiVersion.Split('/')[0] : "")}/{kind}";

    void Apply(ObjectChange change)
    {
        var old = change.Old is { } before ? byUid.GetValueOrDefault(before.Uid) : null;
        if (old is not null && change.New is { } after && after.Uid == old.Uid && IsSame(change.Old!.Json.At("metadata"), after.Json.At("metadata"))) Changed?.Invoke(old, old);
        else Replace(old, change.New is { } seen ? GraphNode.Of(seen) : null);
    }

    /// <summary>Most changes are of a status, and none of a graph.</summary>
    static bool IsSame(JsonElement old, JsonElement seen) => Array.TrueForAll(ofGraph, name => old.At(name).Says(seen.At(name)));

    void Replace(GraphNode? old, GraphNode? seen)
    {
        if (old is not null)
        {
            byUid.Remove(old.Uid);
            foreach (var owner in old.Owners) Remove(dependents, owner.Uid, old.Uid);
            if (old.Uid != seen?.Uid) Remove(byNamespace, old.Key.Namespace, old.Uid);
        }
        if (seen is not null)
        {
            byUid[seen.Uid] = seen;
            foreach (var owner in seen.Owners) Put(dependents, owner.Uid, seen.Uid);
            Put(byNamespace, seen.Key.Namespace, seen.Uid);
        }
        Changed?.Invoke(old, seen);
    }

    static void Put(Dictionary<string, HashSet<string>> index, string value, string uid)
    {
        if (!index.TryGetValue(value, out var uids)) index[value] = uids = [];
        uids.Add(uid);
    }

    static void Remove(Dictionary<string, HashSet<string>> index, string value, string uid)
    {
        if (index.TryGetValue(value, out var uids) && uids.Remove(uid) && uids.Count == 0) index.Remove(value);
    }
}
