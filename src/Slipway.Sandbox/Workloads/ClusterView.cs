using System.Collections.Concurrent;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads;

/// <summary>
/// What all controllers see: one mirror a kind, shared like the informers of kube-controller-manager. Because the store calls
/// back within the write and every step catches up first, a step always sees the writes of the steps before it; that takes
/// the place of controller expectations.
/// </summary>
sealed class ClusterView : IDisposable
{
    public static readonly ResourceType ControllerRevisionKind = new("apps", "v1", "controllerrevisions", "ControllerRevision", Namespaced: true);

    readonly ConcurrentQueue<(ResourceType Type, ObjectChange Change)> arrived = new();
    readonly Dictionary<ResourceType, List<Action<ObjectChange>>> followers = [];
    readonly Dictionary<ResourceType, IDisposable> watches = [];
    readonly Lock watching = new();
    bool disposed;
    int announced;
    bool started;

    public ClusterView(Objects objects, Turns turns)
    {
        Objects = objects;
        Turns = turns;
        ReplicaSetsByOwner = ReplicaSets.IndexBy(Ownership.OwnerOf);
    }

    public Objects Objects { get; }

    /// <summary>Where Events go; null where they are not recorded.</summary>
    public EventSink? Events { get; init; }

    public Turns Turns { get; }
    public DateTimeOffset Now => Turns.Now;

    public PodMirror Pods { get; } = new();
    public Mirror<SelectingObject> ReplicaSets { get; } = new(SelectingObject.ByExpressions);
    public MirrorIndex<SelectingObject> ReplicaSetsByOwner { get; }
    public Mirror<SelectingObject> Deployments { get; } = new(SelectingObject.ByExpressions);
    public Mirror<SelectingObject> StatefulSets { get; } = new(SelectingObject.ByExpressions);
    public Mirror<SelectingObject> DaemonSets { get; } = new(SelectingObject.ByExpressions);
    public Mirror<SelectingObject> PodDisruptionBudgets { get; } = new(SelectingObject.ByExpressions);
    public Mirror<SelectingObject> Services { get; } = new(SelectingObject.ByLabels);
    public Mirror<SelectingObject> ControllerRevisions { get; } = new(stored => new(stored, selector: null));
    public Mirror<SelectingObject> EndpointSlices { get; } = new(stored => new(stored, selector: null));
    public Mirror<PlainObject> Nodes { get; } = new(stored => new(stored));
    public Mirror<PlainObject> Namespaces { get; } = new(stored => new(stored));
    public Mirror<PlainObject> Definitions { get; } = new(stored => new(stored));

    /// <summary>Hears of every change of a kind, in the order of the writes.</summary>
    public void Follow(ResourceType type, Action<ObjectChange> apply)
    {
        if (followers.TryGetValue(type, out var list)) list.Add(apply);
        else followers[type] = [apply];
        if (started) Watch(type);
    }

    public void Unfollow(ResourceType type)
    {
        followers.Remove(type);
        lock (watching)
        {
            if (watches.Remove(type, out var watch)) watch.Dispose();
        }
    }

    /// <summary>Begins to watch. Everything there is arrives first.</summary>
    public void Start()
    {
        Mirror(Kinds.Namespaces, Namespaces.Apply);
        Mirror(Kinds.Nodes, Nodes.Apply);
        Mirror(Kinds.CustomResourceDefinitions, Definitions.Apply);
        Mirror(Kinds.Deployments, Deployments.Apply);
        Mirror(Kinds.StatefulSets, StatefulSets.Apply);
        Mirror(Kinds.DaemonSets, DaemonSets.Apply);
        Mirror(Kinds.ReplicaSets, ReplicaSets.Apply);
        Mirror(ControllerRevisionKind, ControllerRevisions.Apply);
        Mirror(Kinds.Services, Services.Apply);
        Mirror(Kinds.EndpointSlices, EndpointSlices.Apply);
        Mirror(Kinds.PodDisruptionBudgets, PodDisruptionBudgets.Apply);
        Mirror(Kinds.Pods, Pods.Apply);
        started = true;
        foreach (var type in followers.Keys.ToArray()) Watch(type);
    }

    /// <summary>Takes in all changes that have arrived.</summary>
    public void CatchUp()
    {
        Volatile.Write(ref announced, 0);
        while (arrived.TryDequeue(out var next)) Tell(next.Type, next.Change);
    }

    public void Dispose()
    {
        lock (watching)
        {
            disposed = true;
            foreach (var watch in watches.Values) watch.Dispose();
            watches.Clear();
        }
    }

    // Mirrors come first, so that a follower already finds the change in them.
    void Mirror(ResourceType type, Action<ObjectChange> apply)
    {
        if (followers.TryGetValue(type, out var list)) list.Insert(0, apply);
        else followers[type] = [apply];
    }

    // Dispose may come from another thread than the steps.
    void Watch(ResourceType type)
    {
        lock (watching)
        {
            if (!disposed && !watches.ContainsKey(type)) watches[type] = Objects.Watch(type, change => Arrive(type, change));
        }
    }

    void Arrive(ResourceType type, ObjectChange change)
    {
        arrived.Enqueue((type, change));
        if (Interlocked.Exchange(ref announced, 1) == 0) Turns.Post(CatchUp);
    }

    void Tell(ResourceType type, ObjectChange change)
    {
        if (!followers.TryGetValue(type, out var list)) return;
        foreach (var apply in list) apply(change);
    }
}
