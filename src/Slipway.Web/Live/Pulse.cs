using Slipway.Operator;

namespace Slipway.Web.Live;

/// <summary>
/// Carries changes of the cluster to the pages that show them: each page hears of its own changes only, many at once as one,
/// and no sooner than it has drawn the last.
/// </summary>
public sealed class Pulse : IDisposable
{
    /// <summary>Changes come in flocks; a page is drawn once for those of this long.</summary>
    static readonly TimeSpan Flock = TimeSpan.FromMilliseconds(100);

    readonly LiveCluster _cluster;
    readonly Lock _lock = new();
    readonly List<Follower> _followers = [];
    readonly ITimer _timer;
    bool _armed;

    public Pulse(LiveCluster cluster, TimeProvider time)
    {
        _cluster = cluster;
        _timer = time.CreateTimer(_ => Beat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        cluster.Changed += OnChanged;
        cluster.TroubleChanged += OnTrouble;
    }

    /// <summary>Pages that listen now.</summary>
    public int Followers
    {
        get
        {
            lock (_lock) return _followers.Count;
        }
    }

    /// <summary>Calls <paramref name="draw"/> after changes that concern the caller, one call at a time, until disposed.</summary>
    public IDisposable Follow(Func<LiveChange, bool> concerns, Func<Task> draw)
    {
        var follower = new Follower(concerns, draw, this);
        lock (_lock) _followers.Add(follower);
        return follower;
    }

    public void Dispose()
    {
        _cluster.Changed -= OnChanged;
        _cluster.TroubleChanged -= OnTrouble;
        _timer.Dispose();
    }

    void OnChanged(LiveChange change) => Mark(follower => follower.Concerns(change));

    void OnTrouble() => Mark(_ => true);

    void Mark(Func<Follower, bool> isConcerned)
    {
        lock (_lock)
        {
            foreach (var follower in _followers) follower.Stale |= isConcerned(follower);
            Arm();
        }
    }

    void Arm()
    {
        if (_armed || !_followers.Any(follower => follower is { Stale: true, Drawing: false })) return;
        _armed = true;
        _timer.Change(Flock, Timeout.InfiniteTimeSpan);
    }

    void Beat()
    {
        List<Follower> due;
        lock (_lock)
        {
            _armed = false;
            due = [.. _followers.Where(follower => follower is { Stale: true, Drawing: false })];
            foreach (var follower in due) (follower.Stale, follower.Drawing) = (false, true);
        }

        foreach (var follower in due) _ = DrawAsync(follower);
    }

    async Task DrawAsync(Follower follower)
    {
        try
        {
            await follower.Draw();
        }
        catch (ObjectDisposedException)
        {
            // The page went away between the change and its drawing.
        }
        finally
        {
            lock (_lock)
            {
                follower.Drawing = false;
                Arm();
            }
        }
    }

    sealed class Follower(Func<LiveChange, bool> concerns, Func<Task> draw, Pulse pulse) : IDisposable
    {
        public Func<LiveChange, bool> Concerns { get; } = concerns;
        public Func<Task> Draw { get; } = draw;
        public bool Stale { get; set; }
        public bool Drawing { get; set; }

        public void Dispose()
        {
            lock (pulse._lock) pulse._followers.Remove(this);
        }
    }
}
