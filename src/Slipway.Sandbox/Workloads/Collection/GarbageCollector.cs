using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.Collection;

/// <summary>
/// Deletes what has lost all its owners and carries out foreground and orphaning deletions
/// (kubernetes/pkg/controller/garbagecollector).
/// </summary>
sealed class GarbageCollector
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";

    readonly ClusterView view;
    readonly ObjectGraph graph;
    readonly KeyedLoop<string> loop;

    public GarbageCollector(ClusterView view, ObjectGraph graph)
    {
        this.view = view;
        this.graph = graph;
        loop = new(view, Step);
        graph.Changed += GraphChanged;
    }

    void GraphChanged(GraphNode? old, GraphNode? seen)
    {
        if (old is not null && seen is { IsDeleting: false } && old.Owners.SequenceEqual(seen.Owners)) return;
        if (seen is not null && (seen.Owners.Count > 0 || seen.IsDeleting)) loop.Add(seen.Uid);
        var hasBegunToWait = seen is { WaitsForDependents: true } && old is not { WaitsForDependents: true };
        if (seen is null || hasBegunToWait) AddAll(graph.DependentsOf((seen ?? old)!.Uid));
        foreach (var owner in old?.Owners ?? []) loop.Add(owner.Uid);
    }

    void AddAll(IEnumerable<GraphNode> nodes)
    {
        foreach (var node in nodes) loop.Add(node.Uid);
    }

    void Step(string uid)
    {
        if (graph[uid] is not { } node) return;
        if (node.IsDeleting) FinishDeletion(node);
        else if (node.Owners.Count > 0) Collect(node);
    }

    void FinishDeletion(GraphNode node)
    {
        if (node.Finalizers.Contains(Orphan))
        {
            foreach (var dependent in graph.DependentsOf(node.Uid)) Release(dependent, node.Uid);
            RemoveFinalizer(node, Orphan);
        }
        else if (node.WaitsForDependents && !graph.DependentsOf(node.Uid).Any(dependent => Blocks(dependent, node.Uid)))
        {
            RemoveFinalizer(node, Foreground);
        }
    }

    static bool Blocks(GraphNode dependent, string ownerUid) => dependent.Owners.Any(owner => owner.Uid == ownerUid && owner.BlockOwnerDeletion == true);

    void Collect(GraphNode node)
    {
        var stays = node.Owners.Where(owner => !graph.Knows(owner) || Owner(node, owner) is { WaitsForDependents: false }).ToArray();
        var waiting = node.Owners.Where(owner => Owner(node, owner) is { WaitsForDependents: true }).ToArray();
        if (stays.Length > 0)
        {
            if (stays.Length < node.Owners.Count) Release(node, [.. node.Owners.Except(stays).Select(owner => owner.Uid)]);
            return;
        }
        var policy = Policy(node, hasWaitingOwner: waiting.Length > 0);
        view.Objects.Delete(node.Type, node.Key, node.Uid, propagationPolicy: policy);
    }

    string Policy(GraphNode node, bool hasWaitingOwner)
    {
        if (node.Finalizers.Contains(Orphan)) return "Orphan";
        if (node.Finalizers.Contains(Foreground)) return "Foreground";
        return hasWaitingOwner && graph.DependentsOf(node.Uid).Any() ? "Foreground" : "Background";
    }

    // An owner in another namespace is no owner.
    GraphNode? Owner(GraphNode node, OwnerReference reference) =>
        graph[reference.Uid] is { } owner && (owner.Key.Namespace.Length == 0 || owner.Key.Namespace == node.Key.Namespace) ? owner : null;

    void Release(GraphNode node, params IReadOnlyCollection<string> uids)
    {
        if (Fresh(node) is { } stored) Ownership.Release(view.Objects, stored, uids);
    }

    void RemoveFinalizer(GraphNode node, string finalizer)
    {
        if (Fresh(node) is not { } stored) return;
        var copy = stored.Copy();
        copy.Child("metadata")["finalizers"] = new JsonArray([.. node.Finalizers.Where(kept => kept != finalizer)]);
        view.Objects.Update(node.Type, copy);
    }

    StoredObject? Fresh(GraphNode node) => view.Objects.Get(node.Type, node.Key) is { } stored && stored.Uid == node.Uid ? stored : null;
}
