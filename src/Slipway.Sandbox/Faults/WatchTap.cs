using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Faults;

/// <summary>Stands between a watch and its reader, and lets events through as the rules in force say.</summary>
sealed class WatchTap(FaultSwitch faults, ApiCall call, ILineSink sink, TimeProvider time) : ILineSink, IDisposable
{
    /// <summary>How long the first of two events that are to change places waits for the second.</summary>
    static readonly TimeSpan waitsForSecond = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Queue<(DateTimeOffset? Due, ReadOnlyMemory<byte> Line)> _held = [];
    IDisposable? _subscription;
    ReadOnlyMemory<byte>? _first;
    ITimer? _timer;
    bool _ended;

    /// <summary>Opens the watch behind the tap.</summary>
    public WatchTap Over(Func<ILineSink, IDisposable> open)
    {
        _subscription = open(this);
        return this;
    }

    public void Write(ReadOnlyMemory<byte> line)
    {
        lock (_lock)
        {
            if (_ended) return;
            var befalls = faults.BefallEvent(call);
            if (befalls.Count == 0 && _held.Count == 0 && _first is null)
            {
                sink.Write(line);
                return;
            }

            if (befalls.Any(fault => fault is Fault.Cut)) Finish();
            else if (befalls.Any(fault => fault is Fault.Freeze or Fault.Stale)) _held.Enqueue((null, line));
            else if (befalls.OfType<Fault.Lag>().Select(lag => lag.By).DefaultIfEmpty().Max() is var lag && (lag > TimeSpan.Zero || _held.Count > 0)) Hold(line, time.GetUtcNow() + lag);
            else if (_first is { } first) Swap(line, first);
            else if (befalls.Any(fault => fault is Fault.Reorder)) Wait(line);
            else sink.Write(line);

            if (!_ended && befalls.Any(fault => fault is Fault.Duplicate)) sink.Write(line);
        }
    }

    public void End()
    {
        lock (_lock) Finish();
    }

    /// <summary>Lets through what is due, now that a rule is gone or time has passed.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_ended || faults.IsFrozen(call)) return;
            if (_first is { } first) sink.Write(first);
            _first = null;
            var now = time.GetUtcNow();
            while (_held.TryPeek(out var next) && (next.Due ?? now) <= now) sink.Write(_held.Dequeue().Line);
            if (_held.TryPeek(out var later)) RunAfter(later.Due!.Value - now);
        }
    }

    public void Dispose()
    {
        faults.Untap(this);
        lock (_lock)
        {
            _ended = true;
            _timer?.Dispose();
        }

        _subscription?.Dispose();
    }

    void Hold(ReadOnlyMemory<byte> line, DateTimeOffset due)
    {
        _held.Enqueue((due, line));
        if (_held.Count == 1) RunAfter(due - time.GetUtcNow());
    }

    void Swap(ReadOnlyMemory<byte> second, ReadOnlyMemory<byte> first)
    {
        _first = null;
        sink.Write(second);
        sink.Write(first);
    }

    void Wait(ReadOnlyMemory<byte> line)
    {
        _first = line;
        RunAfter(waitsForSecond);
    }

    void RunAfter(TimeSpan delay)
    {
        _timer ??= time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    void Finish()
    {
        if (_ended) return;
        _ended = true;
        sink.End();
    }
}
