namespace Slipway.Sandbox.Faults;

/// <summary>Decides which calls and which events of watches go wrong. Rules can come and go at any time, on any thread.</summary>
/// <param name="time">The clock of delays and of rules that end by themselves.</param>
/// <param name="version">The version of the latest write.</param>
public sealed class FaultSwitch(TimeProvider time, Func<long> version)
{
    readonly Lock _lock = new();
    readonly List<Entry> _entries = [];
    readonly HashSet<WatchTap> _taps = [];
    DateTimeOffset? _downUntil;
    int _lastId;

    /// <summary>Asked once per call, before the rules, and may keep count; null: nothing.</summary>
    public Func<ApiCall, Fault?>? Rule { get; set; }

    /// <summary>The rules in force, oldest first.</summary>
    public IReadOnlyList<FaultInForce> InForce
    {
        get
        {
            lock (_lock) return [.. _entries.Select(entry => entry.Shown)];
        }
    }

    public FaultInForce Add(FaultRule rule)
    {
        Entry entry;
        lock (_lock) _entries.Add(entry = new(++_lastId, rule, version()));
        if (rule.For is { } length) entry.End = time.CreateTimer(_ => Remove(entry.Shown.Id), null, length, Timeout.InfiniteTimeSpan);
        return entry.Shown;
    }

    /// <summary>Takes a rule back; false when it is not in force.</summary>
    public bool Remove(int id)
    {
        Entry? found;
        lock (_lock)
        {
            found = _entries.Find(entry => entry.Shown.Id == id);
            if (found is not null) _entries.Remove(found);
        }

        if (found is null) return false;
        found.End?.Dispose();
        Release();
        return true;
    }

    public void Clear()
    {
        foreach (var rule in InForce) Remove(rule.Id);
    }

    /// <summary>The server goes down and comes back: every watch ends, and for so long every connection breaks.</summary>
    public void Restart(TimeSpan down = default)
    {
        WatchTap[] taps;
        lock (_lock)
        {
            if (down > TimeSpan.Zero) _downUntil = time.GetUtcNow() + down;
            taps = [.. _taps];
        }

        foreach (var tap in taps) tap.End();
    }

    /// <summary>What befalls a call; asked once.</summary>
    internal FaultPlan Befall(ApiCall call)
    {
        lock (_lock)
        {
            if (_downUntil is { } until)
            {
                if (time.GetUtcNow() < until) throw new DroppedConnectionException();
                _downUntil = null;
            }
        }

        var plan = FaultPlan.None.With(Rule?.Invoke(call), 0);
        var isOver = false;
        lock (_lock)
        {
            foreach (var entry in _entries.ToList())
            {
                if (!entry.Shown.Rule.Match.Matches(call) || !entry.Shown.Rule.Faults.Any(fault => !fault.IsOfEvents)) continue;
                if (!entry.TakesTurn()) continue;
                plan = entry.Shown.Rule.Faults.Aggregate(plan, (sum, fault) => sum.With(fault, entry.Since));
                if (entry.IsOver) isOver |= _entries.Remove(entry);
            }
        }

        if (isOver) Release();
        return plan;
    }

    /// <summary>What befalls the next event of a watch.</summary>
    internal IReadOnlyList<Fault> BefallEvent(ApiCall call)
    {
        lock (_lock)
        {
            if (_entries.Count == 0) return [];
            var faults = new List<Fault>();
            foreach (var entry in _entries.ToList())
            {
                var ofEvents = entry.Shown.Rule.Faults.Where(fault => fault.IsOfEvents || fault is Fault.Stale).ToList();
                if (ofEvents.Count == 0 || !entry.Shown.Rule.Match.Matches(call) || (!ofEvents.All(fault => fault is Fault.Stale or Fault.Freeze) && !entry.TakesTurn())) continue;
                faults.AddRange(ofEvents);
                if (entry.IsOver) _entries.Remove(entry);
            }

            return faults;
        }
    }

    /// <summary>A watch of this kind stands still now.</summary>
    internal bool IsFrozen(ApiCall call)
    {
        lock (_lock) return _entries.Any(entry => entry.Shown.Rule.Faults.Any(fault => fault is Fault.Freeze or Fault.Stale) && entry.Shown.Rule.Match.Matches(call));
    }

    /// <summary>Puts a watch behind the switch.</summary>
    internal WatchTap Tap(ApiCall call, ApiServer.ILineSink sink)
    {
        var tap = new WatchTap(this, call, sink, time);
        lock (_lock) _taps.Add(tap);
        return tap;
    }

    internal void Untap(WatchTap tap)
    {
        lock (_lock) _taps.Remove(tap);
    }

    void Release()
    {
        WatchTap[] taps;
        lock (_lock) taps = [.. _taps];
        foreach (var tap in taps) tap.Release();
    }

    sealed class Entry(int id, FaultRule rule, long since)
    {
        int _skipped;

        public FaultInForce Shown { get; private set; } = new(id, rule, 0);

        /// <summary>The version of the latest write when the rule began.</summary>
        public long Since => since;

        public ITimer? End { get; set; }

        public bool IsOver => Shown.Befallen >= (rule.Times ?? int.MaxValue);

        public bool TakesTurn()
        {
            if (_skipped++ < rule.Skip) return false;
            Shown = Shown with { Befallen = Shown.Befallen + 1 };
            return true;
        }
    }
}

/// <summary>What befalls one call.</summary>
/// <param name="Delay">How long it waits first.</param>
/// <param name="Outcome">How it fails; null: it does not.</param>
/// <param name="StaleVersion">The version whose state a read sees; null: the latest.</param>
sealed record FaultPlan(TimeSpan Delay, Fault? Outcome, long? StaleVersion)
{
    public static FaultPlan None { get; } = new(TimeSpan.Zero, null, null);

    public FaultPlan With(Fault? fault, long since) => fault switch
    {
        null => this,
        Fault.Delay delay => this with { Delay = Delay + delay.By },
        Fault.Stale => this with { StaleVersion = StaleVersion is { } other ? Math.Min(other, since) : since },
        { IsOfEvents: true } => this,
        _ => this with { Outcome = Outcome ?? fault },
    };

    /// <summary>Fails the call now where that is to happen before it is applied.</summary>
    public void Before(FaultSwitch faults)
    {
        switch (Outcome)
        {
            case Fault.Refuse refuse:
                throw new ApiServer.StatusException(refuse.Code, refuse.Reason, $"{refuse.Reason}: injected by the sandbox")
                {
                    Details = refuse.RetryAfter is { } seconds ? new() { ["retryAfterSeconds"] = seconds } : null,
                };
            case Fault.DropBefore:
                throw new DroppedConnectionException();
            case Fault.Restart restart:
                faults.Restart(restart.Down);
                throw new DroppedConnectionException();
        }
    }

    public void After()
    {
        if (Outcome is Fault.DropAfter) throw new DroppedConnectionException();
    }
}
