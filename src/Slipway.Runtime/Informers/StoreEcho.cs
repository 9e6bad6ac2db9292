using Slipway.Resources;

namespace Slipway.Runtime.Informers;

/// <summary>
/// A store that repeats another one of this process. Whoever reads for a time only, as a leader does for a term, listens to an echo:
/// it hears of everything there is as of something new, and its handlers end with it.
/// </summary>
/// <param name="source">What is repeated.</param>
/// <param name="sourceSynced">Ends when the source is whole.</param>
public sealed class StoreEcho<T>(Store<T> source, Func<CancellationToken, Task> sourceSynced)
    where T : class, IProjected
{
    readonly TaskCompletionSource _synced = new();

    public Store<T> Store { get; } = new();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await sourceSynced(cancellation);
            using var heard = source.Subscribe();
            foreach (var record in heard.Snapshot) Store.Put(record);
            _synced.TrySetResult();
            await foreach (var change in heard.ReadAllAsync(cancellation)) Repeat(change);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _synced.TrySetCanceled(cancellation);
        }
    }

    /// <summary>Ends when the echo is whole.</summary>
    public Task SyncedAsync(CancellationToken cancellation) => _synced.Task.WaitAsync(cancellation);

    void Repeat(StoreChange<T> change)
    {
        if (change.New is { } record) Store.Put(record);
        // The snapshot may have been taken between a change and its telling, and hold a successor already.
        else if (change.Old is { } gone && Store.Get(gone.Key) is { } held && held.HasUidOf(gone)) Store.Remove(gone.Key);
    }
}
