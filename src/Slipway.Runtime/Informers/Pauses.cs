namespace Slipway.Runtime.Informers;

/// <summary>Waits that end early when their loop is cancelled; the loop sees that by itself.</summary>
sealed class Pauses(TimeProvider time)
{
    public async Task ForAsync(TimeSpan delay, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(delay, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    /// <summary>Until something is told, and no longer than a time.</summary>
    public async Task UntilAsync(Task told, TimeSpan atMost, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pause = ForAsync(atMost, enough.Token);
        await Task.WhenAny(told, pause);
        enough.Cancel();
        await pause;
    }
}
