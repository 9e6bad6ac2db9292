namespace Slipway.Runtime.Queues;

/// <summary>Keys to look at: each at most once in the queue, never with two workers at a time, later on failure (5 ms doubling to 1000 s), never dropped.</summary>
public sealed class WorkQueue<TKey>(TimeProvider time)
    where TKey : notnull
{
    static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(1000);

    readonly Lock _lock = new();
    readonly Queue<TKey> _ready = [];

    // In the queue, or to be put into it once the worker that has the key is done.
    readonly HashSet<TKey> _dirty = [];
    readonly HashSet<TKey> _taken = [];
    readonly Dictionary<TKey, Delayed> _delayed = [];
    readonly Dictionary<TKey, int> _failures = [];
    readonly Queue<TaskCompletionSource<TKey>> _waiting = [];

    sealed record Delayed(DateTimeOffset Due, ITimer Timer);

    /// <summary>Keys ready to be taken.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _ready.Count;
        }
    }

    public void Add(TKey key)
    {
        TaskCompletionSource<TKey>? worker = null;
        lock (_lock)
        {
            if (!_dirty.Add(key) || _taken.Contains(key)) return;
            worker = Hand(key);
        }

        if (worker is not null) Wake(worker, key);
    }

    /// <summary>Adds the key after a delay; the earliest of several delays holds.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_delayed.TryGetValue(key, out var earlier))
            {
                if (earlier.Due <= due) return;
                earlier.Timer.Dispose();
            }

            _delayed[key] = new(due, time.CreateTimer(_ => Due(key, due), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Adds the key after its back-off, which doubles with each failure.</summary>
    public void AddBackoff(TKey key)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
        }

        var delay = FirstBackoff * Math.Pow(2, Math.Min(failures, 30));
        AddAfter(key, delay < LongestBackoff ? delay : LongestBackoff);
    }

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key)
    {
        lock (_lock) _failures.Remove(key);
    }

    /// <summary>The next key; the caller calls <see cref="Done"/> when finished with it.</summary>
    public async Task<TKey> TakeAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<TKey> turn;
        lock (_lock)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_ready.TryDequeue(out var key))
            {
                Take(key);
                return key;
            }

            turn = new();
            _waiting.Enqueue(turn);
        }

        using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        return await turn.Task;
    }

    public void Done(TKey key)
    {
        TaskCompletionSource<TKey>? worker;
        lock (_lock)
        {
            _taken.Remove(key);
            worker = _dirty.Contains(key) ? Hand(key) : null;
        }

        if (worker is not null) Wake(worker, key);
    }

    /// <summary>Gives the key to a worker that waits, or queues it. Called under the lock; the worker is woken outside it.</summary>
    TaskCompletionSource<TKey>? Hand(TKey key)
    {
        while (_waiting.TryDequeue(out var worker))
        {
            if (worker.Task.IsCompleted) continue;
            Take(key);
            return worker;
        }

        _ready.Enqueue(key);
        return null;
    }

    /// <summary>A worker that was cancelled just now leaves the key to the next one.</summary>
    void Wake(TaskCompletionSource<TKey> worker, TKey key)
    {
        if (worker.TrySetResult(key)) return;
        lock (_lock) _dirty.Add(key);
        Done(key);
    }

    void Take(TKey key)
    {
        _dirty.Remove(key);
        _taken.Add(key);
    }

    void Due(TKey key, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (!_delayed.TryGetValue(key, out var delayed) || delayed.Due != due) return;
            delayed.Timer.Dispose();
            _delayed.Remove(key);
        }

        Add(key);
    }
}
