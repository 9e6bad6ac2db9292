using System.Threading.Channels;
using Slipway.Resources;

namespace Slipway.Runtime.Informers;

/// <summary>The cached records of one kind, with indexes. Readers on any thread; one informer writes.</summary>
public sealed class Store<T>
    where T : class, IProjected
{
    readonly Lock _lock = new();
    readonly Dictionary<ObjectKey, T> _records = [];
    readonly List<StoreIndex<T>> _indexes = [];
    readonly List<ChannelWriter<StoreChange<T>>> _subscribers = [];

    /// <summary>Called after each change, on the informer's context, in order.</summary>
    public event Action<StoreChange<T>>? Changed;

    public int Count
    {
        get
        {
            lock (_lock) return _records.Count;
        }
    }

    public T? Get(ObjectKey key)
    {
        lock (_lock) return _records.GetValueOrDefault(key);
    }

    /// <summary>A copy of all records.</summary>
    public IReadOnlyList<T> All()
    {
        lock (_lock) return [.. _records.Values];
    }

    /// <summary>Adds an index before the informer runs; <paramref name="keys"/> gives the keys one record is found under.</summary>
    public StoreIndex<T> AddIndex(Func<T, IEnumerable<string>> keys)
    {
        lock (_lock)
        {
            var index = new StoreIndex<T>(_lock, keys);
            foreach (var record in _records.Values) index.Add(record);
            _indexes.Add(index);
            return index;
        }
    }

    /// <summary>The records now, and every change after them, without a gap.</summary>
    public StoreSubscription<T> Subscribe()
    {
        var changes = Channel.CreateUnbounded<StoreChange<T>>(new() { SingleReader = true, SingleWriter = true });
        lock (_lock)
        {
            _subscribers.Add(changes.Writer);
            return new([.. _records.Values], changes.Reader, () => Unsubscribe(changes.Writer));
        }
    }

    /// <summary>For informers and tests.</summary>
    public void Put(T record)
    {
        T? old;
        lock (_lock)
        {
            _records.TryGetValue(record.Key, out old);
            if (old is not null && old.HasUidOf(record) && old.ResourceVersion == record.ResourceVersion) return;
            _records[record.Key] = record;
            foreach (var index in _indexes)
            {
                if (old is not null) index.Remove(old);
                index.Add(record);
            }
        }

        if (old is null || old.HasUidOf(record))
        {
            Tell(new(old, record));
            return;
        }

        Tell(new(old, null));
        Tell(new(null, record));
    }

    /// <summary>For informers and tests.</summary>
    public void Remove(ObjectKey key)
    {
        T? old;
        lock (_lock)
        {
            if (!_records.Remove(key, out old)) return;
            foreach (var index in _indexes) index.Remove(old);
        }

        Tell(new(old, null));
    }

    /// <summary>The keys of all records.</summary>
    public IReadOnlyList<ObjectKey> Keys()
    {
        lock (_lock) return [.. _records.Keys];
    }

    void Tell(StoreChange<T> change)
    {
        Changed?.Invoke(change);
        lock (_lock)
        {
            foreach (var subscriber in _subscribers) subscriber.TryWrite(change);
        }
    }

    void Unsubscribe(ChannelWriter<StoreChange<T>> subscriber)
    {
        lock (_lock) _subscribers.Remove(subscriber);
        subscriber.TryComplete();
    }
}

/// <summary>Records by a key of their own, such as the UID of their owner.</summary>
public sealed class StoreIndex<T>
{
    readonly Lock _lock;
    readonly Func<T, IEnumerable<string>> _keys;
    readonly Dictionary<string, List<T>> _records = [];

    internal StoreIndex(Lock storeLock, Func<T, IEnumerable<string>> keys) => (_lock, _keys) = (storeLock, keys);

    /// <summary>A copy of the records under a key.</summary>
    public IReadOnlyList<T> Get(string key)
    {
        lock (_lock) return _records.TryGetValue(key, out var records) ? records.ToArray() : [];
    }

    internal void Add(T record)
    {
        foreach (var key in _keys(record))
        {
            if (_records.TryGetValue(key, out var records)) records.Add(record);
            else _records[key] = [record];
        }
    }

    internal void Remove(T record)
    {
        foreach (var key in _keys(record))
        {
            if (!_records.TryGetValue(key, out var records)) continue;
            var at = records.FindIndex(other => ReferenceEquals(other, record));
            if (at < 0) continue;
            records[at] = records[^1];
            records.RemoveAt(records.Count - 1);
            if (records.Count == 0) _records.Remove(key);
        }
    }
}

/// <summary><see cref="Old"/> null: added. <see cref="New"/> null: deleted. A different UID under the same name is a deletion and an addition.</summary>
public readonly record struct StoreChange<T>(T? Old, T? New)
    where T : class;

/// <summary>A snapshot and the stream that continues it.</summary>
public sealed class StoreSubscription<T> : IDisposable
    where T : class
{
    readonly ChannelReader<StoreChange<T>> _changes;
    readonly Action _unsubscribe;

    internal StoreSubscription(IReadOnlyList<T> snapshot, ChannelReader<StoreChange<T>> changes, Action unsubscribe) =>
        (Snapshot, _changes, _unsubscribe) = (snapshot, changes, unsubscribe);

    public IReadOnlyList<T> Snapshot { get; }

    public IAsyncEnumerable<StoreChange<T>> ReadAllAsync(CancellationToken cancellation) => _changes.ReadAllAsync(cancellation);

    public void Dispose() => _unsubscribe();
}
