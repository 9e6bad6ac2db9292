using System.Collections.Concurrent;

namespace Slipway.Sandbox.Workloads;

/// <summary>Where every step of the control plane runs: one at a time, on the context given or on a thread of its own.</summary>
sealed class Turns : IDisposable
{
    readonly TimeProvider time;
    readonly StepThread? own;
    readonly SynchronizationContext context;
    volatile bool stopped;

    public Turns(SynchronizationContext? given, TimeProvider time)
    {
        this.time = time;
        own = given is null ? new StepThread() : null;
        context = given ?? own!;
        Now = time.GetUtcNow();
    }

    /// <summary>When the step under way began. One time for the whole step: what falls due between two looks at a clock would be lost to both.</summary>
    public DateTimeOffset Now { get; private set; }

    public void Post(Action step) => context.Post(_ => Take(step), null);

    public ITimer PostAfter(TimeSpan delay, Action step) => time.CreateTimer(_ => Post(step), null, delay, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        stopped = true;
        own?.Dispose();
    }

    void Take(Action step)
    {
        if (stopped) return;
        Now = time.GetUtcNow();
        step();
    }
}

/// <summary>A thread that runs what is posted to it, in order.</summary>
sealed class StepThread : SynchronizationContext, IDisposable
{
    readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> posted = [];

    public StepThread() => new Thread(Run) { IsBackground = true, Name = "sandbox control plane" }.Start();

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            posted.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // A timer or a watch may still call while the control plane is being taken down.
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("A step never waits for another.");

    public void Dispose() => posted.CompleteAdding();

    void Run()
    {
        SetSynchronizationContext(this);
        foreach (var (callback, state) in posted.GetConsumingEnumerable()) callback(state);
    }
}
