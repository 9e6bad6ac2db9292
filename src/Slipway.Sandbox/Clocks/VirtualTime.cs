namespace Slipway.Sandbox.Clocks;

/// <summary>A clock that stands still until it is moved. Timers fire on the thread that moves it, in order of time and then of creation.</summary>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    readonly Lock _lock = new();
    readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    DateTimeOffset _now = start;
    long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due; null when there is none.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
            {
                while (_timers.TryPeek(out var timer, out var at))
                {
                    if (timer.Due == at.Due) return new(at.Due, TimeSpan.Zero);
                    _timers.Dequeue();
                }

                return null;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it; false when there is none up to <paramref name="limit"/>.</summary>
    public bool RunNext(DateTimeOffset? limit = null)
    {
        if (NextDue is not { } due || due > limit) return false;
        VirtualTimer timer;
        lock (_lock)
        {
            timer = _timers.Dequeue();
            if (due > _now) _now = due;
        }

        timer.Fire();
        return true;
    }

    /// <summary>Moves the clock on, firing every timer that falls due on the way.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(_now + by);

    /// <summary>Moves the clock to a time, firing every timer that falls due on the way.</summary>
    public void AdvanceTo(DateTimeOffset target)
    {
        while (RunNext(target))
        {
            // Each fires in its turn.
        }

        _now = target;
    }

    sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan _period;

        /// <summary>UTC ticks; -1 when it is not set.</summary>
        public long Due { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? -1 : (clock._now + dueTime).UtcTicks;
                if (Due >= 0) clock._timers.Enqueue(this, (Due, clock._order++));
                return true;
            }
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero) Change(_period, _period);
            else Due = -1;
            callback(state);
        }

        public void Dispose() => Due = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
