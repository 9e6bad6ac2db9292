namespace Slipway.Runtime.Queues;

/// <summary>Keys to look at: each at most once in the queue, never with two workers at a time, later on failure (5 ms doubling to 1000 s), never dropped.</summary>
public sealed class WorkQueue<TKey>(TimeProvider time) where TKey : notnull
{
    public int Count => throw new NotImplementedException();

    public void Add(TKey key) => throw new NotImplementedException();

    /// <summary>Adds the key after a delay; the earliest of several delays holds.</summary>
    public void AddAfter(TKey key, TimeSpan delay) => throw new NotImplementedException();

    /// <summary>Adds the key after its back-off, which doubles with each failure.</summary>
    public void AddBackoff(TKey key) => throw new NotImplementedException();

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key) => throw new NotImplementedException();

    /// <summary>The next key; the caller calls <see cref="Done"/> when finished with it.</summary>
    public Task<TKey> TakeAsync(CancellationToken cancellation) { _ = time; throw new NotImplementedException(); }

    public void Done(TKey key) => throw new NotImplementedException();
}
