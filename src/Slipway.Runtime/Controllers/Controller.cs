using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Runtime.Queues;

namespace Slipway.Runtime.Controllers;

/// <summary>The loop: takes keys, reconciles, requeues. It holds the one catch; a failure backs its key off and is logged.</summary>
public sealed class Controller(string name, WorkQueue<ObjectKey> queue, Func<ObjectKey, CancellationToken, Task<Requeue>> reconcile, int workers, ILogger log)
{
    /// <summary>Runs until cancelled; work in hand is finished first.</summary>
    public Task RunAsync(CancellationToken cancellation) { _ = (name, queue, reconcile, workers, log); throw new NotImplementedException(); }
}
