using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>What the control plane last saw of one kind, by key, with what its controllers need to be told.</summary>
sealed class Mirror<T>(Func<StoredObject, T> project) where T : class, IMirrored
{
    readonly Dictionary<ObjectKey, T> objects = [];
    readonly List<MirrorIndex<T>> indexes = [];

    /// <summary>Tells of every change: the object before (null: added) and after (null: deleted).</summary>
    public event Action<T?, T?>? Changed;

    public int Count => objects.Count;

    public IEnumerable<T> All => objects.Values;

    public T? this[ObjectKey key] => objects.GetValueOrDefault(key);

    /// <summary>Keeps an index by one or more values of each object. Call before the first change.</summary>
    public MirrorIndex<T> IndexBy(Func<T, string[]> values)
    {
        var index = new MirrorIndex<T>(values);
        indexes.Add(index);
        return index;
    }

    public void Apply(ObjectChange change)
    {
        var key = (change.New ?? change.Old)!.Key;
        var old = objects.GetValueOrDefault(key);
        var seen = change.New is { } stored ? project(stored) : null;
        if (seen is null) objects.Remove(key);
        else objects[key] = seen;
        foreach (var index in indexes) index.Replace(old, seen);
        Changed?.Invoke(old, seen);
    }
}

/// <summary>Something that is one version of one object.</summary>
interface IMirrored
{
    StoredObject Stored { get; }
}

/// <summary>Objects by a value they carry.</summary>
sealed class MirrorIndex<T>(Func<T, string[]> values) where T : class, IMirrored
{
    readonly Dictionary<string, Dictionary<ObjectKey, T>> entries = [];

    public IReadOnlyCollection<T> this[string value] => entries.TryGetValue(value, out var found) ? found.Values : [];

    internal void Replace(T? old, T? seen)
    {
        string[] before = old is null ? [] : values(old);
        string[] after = seen is null ? [] : values(seen);
        foreach (var value in before)
        {
            // Most changes leave an object where it is.
            if (!after.Contains(value)) Remove(value, old!.Stored.Key);
        }
        foreach (var value in after) Put(value, seen!);
    }

    void Put(string value, T seen)
    {
        if (!entries.TryGetValue(value, out var found)) entries[value] = found = [];
        found[seen.Stored.Key] = seen;
    }

    void Remove(string value, ObjectKey key)
    {
        if (!entries.TryGetValue(value, out var found)) return;
        found.Remove(key);
        if (found.Count == 0) entries.Remove(value);
    }
}
