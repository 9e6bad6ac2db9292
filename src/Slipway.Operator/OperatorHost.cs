using Microsoft.Extensions.Logging;
using Slipway.Operator.Cluster;
using Slipway.Operator.Tickets;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;

namespace Slipway.Operator;

/// <summary>What an operator looks after.</summary>
public sealed record OperatorOptions
{
    /// <summary>One namespace; null means all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Seed of the jitter of retries.</summary>
    public int Seed { get; init; }

    /// <summary>Tickets looked at at the same time.</summary>
    public int Workers { get; init; } = 4;
}

/// <summary>The operator of one cluster: informers, then the ticket controller. One leader at a time is the caller's business.</summary>
public sealed partial class OperatorHost(KubernetesApi api, OperatorOptions options, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var informersLog = logs.CreateLogger("slipway.informers");
        var view = new ClusterView(api, options.Namespace, new Random(options.Seed), time, trouble => NotSeen(informersLog, trouble));
        var memory = new TicketMemory(time);
        var queue = new WorkQueue<ObjectKey>(time);
        var tickets = new TicketController(
            view,
            memory,
            new TicketObserver(view, memory, time),
            new TicketActor(api, memory, new EventRecorder(api, logs.CreateLogger("slipway.events"))),
            queue);
        var controller = new Controller("tickets", queue, tickets.ReconcileAsync, options.Workers, logs.CreateLogger("slipway.tickets"));
        var informers = view.RunAsync(cancellation);
        try
        {
            await view.SyncedAsync(cancellation);
            await controller.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop before the first lists were in.
        }

        await informers;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
    static partial void NotSeen(ILogger logger, string trouble);
}
