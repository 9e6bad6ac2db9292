using Slipway.Resources;

namespace Slipway.Runtime.Informers;

/// <summary>The cached records of one kind, with indexes. Readers on any thread; one informer writes.</summary>
public sealed class Store<T> where T : class, IProjected
{
    public int Count => throw new NotImplementedException();

    public T? Get(ObjectKey key) => throw new NotImplementedException();

    /// <summary>A copy of all records.</summary>
    public IReadOnlyList<T> All() => throw new NotImplementedException();

    /// <summary>Adds an index before the informer runs; <paramref name="keys"/> gives the keys one record is found under.</summary>
    public StoreIndex<T> AddIndex(Func<T, IEnumerable<string>> keys) => throw new NotImplementedException();

    /// <summary>Called after each change, on the informer's context, in order.</summary>
    public event Action<StoreChange<T>>? Changed;

    /// <summary>The records now, and every change after them, without a gap.</summary>
    public StoreSubscription<T> Subscribe() => throw new NotImplementedException();

    /// <summary>For informers and tests.</summary>
    public void Put(T record) { Changed?.Invoke(new(null, record)); throw new NotImplementedException(); }

    /// <summary>For informers and tests.</summary>
    public void Remove(ObjectKey key) => throw new NotImplementedException();
}

/// <summary>Records by a key of their own, such as the UID of their owner.</summary>
public abstract class StoreIndex<T>
{
    public abstract IReadOnlyList<T> Get(string key);
}

/// <summary><see cref="Old"/> null: added. <see cref="New"/> null: deleted. A different UID under the same name is a deletion and an addition.</summary>
public readonly record struct StoreChange<T>(T? Old, T? New) where T : class;

/// <summary>A snapshot and the stream that continues it.</summary>
public sealed class StoreSubscription<T>(IReadOnlyList<T> snapshot, IAsyncEnumerable<StoreChange<T>> changes) : IDisposable where T : class
{
    public IReadOnlyList<T> Snapshot { get; } = snapshot;
    public IAsyncEnumerable<StoreChange<T>> Changes { get; } = changes;

    public void Dispose() => throw new NotImplementedException();
}
