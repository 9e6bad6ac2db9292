using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Storage;

/// <summary>All objects of a cluster under one lock and one increasing resource version, and the changes of late for watches.</summary>
/// <param name="firstVersion">Where versions begin.</param>
public sealed class ObjectStore(long firstVersion = 1)
{
    readonly Dictionary<string, ObjectCollection> _collections = [];
    readonly Dictionary<string, List<Action<ObjectChange>>> _watchers = [];
    readonly ChangeLog _changes = new();

    /// <summary>Held while objects are read and written; callers that read before they write hold it themselves.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Version of the latest write.</summary>
    public long Version { get; private set; } = firstVersion;

    /// <summary>Watches can resume after this version.</summary>
    public long Compacted => _changes.Compacted;

    public StoredObject? Get(ResourceType type, ObjectKey key)
    {
        lock (Gate) return Collection(type)[key];
    }

    /// <summary>In the order of namespace and name, as etcd gives them.</summary>
    public IReadOnlyList<StoredObject> List(ResourceType type, string? ns)
    {
        lock (Gate) return Collection(type).In(ns);
    }

    /// <summary>As it was at a version, which must not be compacted.</summary>
    public IReadOnlyList<StoredObject> ListAt(ResourceType type, string? ns, long version)
    {
        lock (Gate)
        {
            var then = new ObjectCollection();
            foreach (var found in Collection(type).In(ns)) then.Put(found);
            var later = _changes.After(version);
            for (var i = later.Length - 1; i >= 0; i--)
            {
                var change = later[i];
                if (!IsOf(change, type)) continue;
                if (!string.IsNullOrEmpty(ns) && change.Object.Key.Namespace != ns) continue;
                if (change.Old is null) then.Remove(change.Object.Key);
                else then.Put(change.Old);
            }

            return then.In(ns);
        }
    }

    /// <summary>Stores a new version of an object; its resourceVersion is set here.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="key">Its name.</param>
    /// <param name="body">The object.</param>
    /// <param name="beside">The version that it differs from in metadata and status alone, where that is known: the rest is taken over as it is written there.</param>
    public StoredObject Put(ResourceType type, ObjectKey key, JsonObject body, StoredObject? beside = null)
    {
        lock (Gate)
        {
            var version = ++Version;
            var metadata = body["metadata"]!.AsObject();
            metadata["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            var json = body.ToElement(beside?.Json);
            var collection = Collection(type);
            var old = collection[key];
            var stored = new StoredObject { Type = type, Key = key, Uid = metadata["uid"].Text() ?? "", ResourceVersion = version, Json = json, Labels = LabelsOf(json, old) };
            collection.Put(stored);
            Tell(type, new(version, old, stored));
            return stored;
        }
    }

    /// <summary>Removes an object; the removal has a version of its own.</summary>
    public void Remove(ResourceType type, ObjectKey key)
    {
        lock (Gate)
        {
            if (Collection(type).Remove(key) is { } old) Tell(type, new(++Version, old, null));
        }
    }

    /// <summary>Calls back, under the lock, with every change of a kind after a version.</summary>
    /// <returns>Null when that version is compacted.</returns>
    public IDisposable? Watch(ResourceType type, long after, Action<ObjectChange> onChange)
    {
        lock (Gate)
        {
            if (after < Compacted) return null;
            foreach (var change in _changes.After(after))
            {
                if (IsOf(change, type)) onChange(change);
            }

            var watchers = Watchers(type);
            watchers.Add(onChange);
            return new Subscription(() =>
            {
                lock (Gate) watchers.Remove(onChange);
            });
        }
    }

    /// <summary>A store with the objects of one kind as they were at a version, as far as changes are kept.</summary>
    public ObjectStore AsOf(long version, ResourceType type)
    {
        lock (Gate)
        {
            var past = new ObjectStore(version);
            past._changes.Compact(version);
            foreach (var then in ListAt(type, null, version)) past.Collection(type).Put(then);
            return past;
        }
    }

    /// <summary>Forgets the changes kept for watches, as etcd's compaction does.</summary>
    public void Compact()
    {
        lock (Gate) _changes.Compact(Version);
    }

    /// <summary>The labels; those of the version before where they are the same.</summary>
    static LabelSet LabelsOf(JsonElement json, StoredObject? old)
    {
        var labels = json.At("metadata", "labels");
        if (labels.ValueKind != JsonValueKind.Object) return LabelSet.Empty;
        return old is not null && old.Json.At("metadata", "labels").Says(labels)
            ? old.Labels
            : new(labels.EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString() ?? "")));
    }

    void Tell(ResourceType type, ObjectChange change)
    {
        _changes.Add(change);
        foreach (var watcher in Watchers(type).ToArray()) watcher(change);
        change.Told();
    }

    ObjectCollection Collection(ResourceType type) => _collections.TryGetValue(Name(type), out var collection) ? collection : _collections[Name(type)] = new();

    List<Action<ObjectChange>> Watchers(ResourceType type) =>
        _watchers.TryGetValue(Name(type), out var watchers) ? watchers : _watchers[Name(type)] = [];

    static string Name(ResourceType type) => $"{type.Group}/{type.Plural}";

    static bool IsOf(ObjectChange change, ResourceType type) => change.Object.Type.Plural == type.Plural && change.Object.Type.Group == type.Group;

    sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
