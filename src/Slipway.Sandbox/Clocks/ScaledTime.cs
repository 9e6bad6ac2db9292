namespace Slipway.Sandbox.Clocks;

/// <summary>The real clock, run faster: at speed 10 a minute passes in six seconds.</summary>
public sealed class ScaledTime(TimeProvider real, double speed) : TimeProvider
{
    readonly DateTimeOffset _start = real.GetUtcNow();
    readonly long _startTimestamp = real.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Passed;

    public override long GetTimestamp() => Passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(real.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    TimeSpan Passed => real.GetElapsedTime(_startTimestamp) * speed;

    TimeSpan Real(TimeSpan scaled) => scaled == Timeout.InfiniteTimeSpan ? scaled : scaled / speed;

    sealed class ScaledTimer(ITimer timer, ScaledTime clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
