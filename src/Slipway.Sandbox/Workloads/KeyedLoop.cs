using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Workloads;

/// <summary>
/// Keys to look at, each at most once in the queue, one step each. A refused step is taken again later, like client-go's
/// rate-limited queue (5 ms doubling).
/// </summary>
sealed class KeyedLoop<TKey>(ClusterView view, Action<TKey> step) where TKey : notnull
{
    static readonly TimeSpan firstBackoff = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan longestBackoff = TimeSpan.FromMinutes(1);

    // Timers of the system clock take at most 49 days; a step too early is harmless.
    static readonly TimeSpan longestDelay = TimeSpan.FromDays(1);

    readonly Queue<TKey> waiting = new();
    readonly HashSet<TKey> queued = [];
    readonly Dictionary<TKey, int> failures = [];
    readonly Dictionary<TKey, Alarm> alarms = [];
    bool posted;

    /// <summary>How long <see cref="AddSpaced"/> gathers changes of one key.</summary>
    public TimeSpan Spacing { get; init; }

    public void Add(TKey key)
    {
        if (!queued.Add(key)) return;
        waiting.Enqueue(key);
        PostNext();
    }

    /// <summary>Adds the key one spacing from now, with all that changes until then: a flock of changes costs one step.</summary>
    public void AddSpaced(TKey key) => AddAfter(key, Spacing);

    /// <summary>Adds the key at a time; the earliest of several holds.</summary>
    public void AddAt(TKey key, DateTimeOffset due)
    {
        if (alarms.TryGetValue(key, out var set))
        {
            if (set.Due <= due) return;
            set.Timer.Dispose();
        }
        var delay = due - view.Now;
        if (delay < TimeSpan.Zero) delay = TimeSpan.Zero;
        if (delay > longestDelay) delay = longestDelay;
        alarms[key] = new(due, view.Turns.PostAfter(delay, () => Ring(key, due)));
    }

    public void AddAfter(TKey key, TimeSpan delay) => AddAt(key, view.Now + delay);

    void Ring(TKey key, DateTimeOffset due)
    {
        if (!alarms.TryGetValue(key, out var set) || set.Due != due) return;
        set.Timer.Dispose();
        alarms.Remove(key);
        Add(key);
    }

    void PostNext()
    {
        if (posted || waiting.Count == 0) return;
        posted = true;
        view.Turns.Post(TakeOne);
    }

    void TakeOne()
    {
        posted = false;
        view.CatchUp();
        var key = waiting.Dequeue();
        queued.Remove(key);
        Take(key);
        PostNext();
    }

    void Take(TKey key)
    {
        try
        {
            step(key);
            failures.Remove(key);
        }
        catch (StatusException)
        {
            var failed = failures[key] = failures.GetValueOrDefault(key) + 1;
            AddAfter(key, Backoff(failed));
        }
    }

    static TimeSpan Backoff(int failed)
    {
        var doubled = firstBackoff * Math.Pow(2, Math.Min(failed, 20) - 1);
        return doubled < longestBackoff ? doubled : longestBackoff;
    }

    readonly record struct Alarm(DateTimeOffset Due, ITimer Timer);
}
