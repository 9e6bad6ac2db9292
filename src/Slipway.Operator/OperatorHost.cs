using Microsoft.Extensions.Logging;
using Slipway.Operator.Applications;
using Slipway.Operator.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Operator.Policies;
using Slipway.Operator.Tickets;
using Slipway.Operator.Traffic;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Operator.Units;
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

    /// <summary>Runtime APIs of HAProxies, by the name that application services call them: a socket's path, or host:port.</summary>
    public IReadOnlyDictionary<string, string> HAProxies { get; init; } = new Dictionary<string, string>();

    /// <summary>How their runtime APIs are reached; null: over sockets.</summary>
    public HAProxyDial? HAProxyDial { get; init; }

    /// <summary>How Alibaba Cloud's own API is reached, which confirms weights; null without an access key.</summary>
    public AlibabaAccess? Alibaba { get; init; }

    /// <summary>Seed of the jitter of retries.</summary>
    public int Seed { get; init; }

    /// <summary>Tickets looked at at the same time.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>It runs the controllers of CafeDeployments and InPlaceSets; false where others do.</summary>
    public bool Workloads { get; init; } = true;
}

/// <summary>The operator of one cluster: informers, then the controllers of tickets and workloads. One leader at a time is the caller's business.</summary>
/// <param name="api">The API server.</param>
/// <param name="options">What it looks after.</param>
/// <param name="time">The cluster's clock.</param>
/// <param name="logs">Where it says what it does.</param>
/// <param name="seen">The cluster as this process follows it already, run by the caller; null: the operator follows it by itself.</param>
public sealed partial class OperatorHost(KubernetesApi api, OperatorOptions options, TimeProvider time, ILoggerFactory logs, LiveCluster? seen = null)
{
    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var informersLog = logs.CreateLogger("slipway.informers");
        var view = seen is not null ? new ClusterView(seen.View) : new ClusterView(api, options.Namespace, new Random(options.Seed), time, trouble => NotSeen(informersLog, trouble));
        var memory = new TicketMemory(time);
        var queue = new WorkQueue<ObjectKey>(time);
        var balancers = new Balancers(view, api, options.HAProxies, time, options.Alibaba, options.HAProxyDial);
        var tickets = new TicketController(
            view,
            memory,
            new TicketObserver(view, memory, new TrafficObserver(view, balancers), time),
            new TicketActor(api, memory, new EventRecorder(api, logs.CreateLogger("slipway.events")), balancers),
            queue);
        var workloads = options.Workloads ? new CafeControllers(view, balancers, api, time) : null;
        var controller = new Controller("tickets", queue, tickets.ReconcileAsync, options.Workers, logs.CreateLogger("slipway.tickets"));
        Controller[] reports =
        [
            UnitController.Create(view, api, time, logs.CreateLogger("slipway.units")),
            ApplicationController.Create(view, balancers, api, time, logs.CreateLogger("slipway.services")),
            PolicyController.Create(view, api, time, logs.CreateLogger("slipway.policies")),
            ShareKeeper.Create(view, balancers, time, logs.CreateLogger("slipway.shares")),
            Gatekeeper.Create(view, api, time, logs.CreateLogger("slipway.traffic")),
        ];
        var informers = view.RunAsync(cancellation);
        try
        {
            await view.SyncedAsync(cancellation);
            await Task.WhenAll([
                controller.RunAsync(cancellation),
                workloads?.RunAsync(options.Workers, logs.CreateLogger("slipway.workloads"), cancellation) ?? Task.CompletedTask,
                .. reports.Select(report => report.RunAsync(cancellation)),
            ]);
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
