using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Queues;

namespace Slipway.Runtime.Controllers;

/// <summary>The loop: takes keys, reconciles, requeues. It holds the one catch; a failure backs its key off and is logged.</summary>
public sealed partial class Controller(string name, WorkQueue<ObjectKey> queue, Func<ObjectKey, CancellationToken, Task<Requeue>> reconcile, int workers, ILogger log)
{
    /// <summary>Runs until cancelled; work in hand is finished first.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellation)));

    async Task WorkAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await queue.TakeAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ReconcileAsync(key, cancellation);
        }
    }

    async Task ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        try
        {
            var requeue = await reconcile(key, cancellation);
            queue.Forget(key);
            if (requeue is Requeue.Delay(var delay)) queue.AddAfter(key, delay);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            queue.Add(key);
        }
        catch (Exception failure)
        {
            Log(key, failure);
            if (failure is TooManyRequestsException { RetryAfter: { } pause }) queue.AddAfter(key, pause);
            else queue.AddBackoff(key);
        }
        finally
        {
            queue.Done(key);
        }
    }

    void Log(ObjectKey key, Exception failure)
    {
        if (failure is ConflictException) WillRetryConflict(log, key, name, failure.Message);
        else if (failure is ApiException) WillRetry(log, key, name, failure.Message);
        else Failed(log, failure, key, name);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Key}: {Controller} tries again: {Why}")]
    static partial void WillRetryConflict(ILogger logger, ObjectKey key, string controller, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key}: {Controller} tries again: {Why}")]
    static partial void WillRetry(ILogger logger, ObjectKey key, string controller, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Key}: {Controller} failed and tries again")]
    static partial void Failed(ILogger logger, Exception failure, ObjectKey key, string controller);
}
