using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Nodes;
using Slipway.Sandbox.Workloads.Access;
using Slipway.Sandbox.Workloads.Collection;
using Slipway.Sandbox.Workloads.DaemonSets;
using Slipway.Sandbox.Workloads.Deployments;
using Slipway.Sandbox.Workloads.Disruption;
using Slipway.Sandbox.Workloads.EndpointSlices;
using Slipway.Sandbox.Workloads.Events;
using Slipway.Sandbox.Workloads.Kruise;
using Slipway.Sandbox.Workloads.ReplicaSets;
using Slipway.Sandbox.Workloads.Scheduling;
using Slipway.Sandbox.Workloads.StatefulSets;

namespace Slipway.Sandbox.Workloads;

/// <summary>
/// What kube-controller-manager, kube-scheduler and the kubelets do in a real cluster. All of it runs as small steps on
/// <see cref="SandboxOptions.Context"/>, or on one thread of its own.
/// </summary>
public sealed class ControlPlane : IDisposable
{
    readonly Turns turns;
    readonly ClusterView view;
    readonly NodeRegistry nodes;
    readonly LoopbackBlock? reached;

    public ControlPlane(Objects objects, SandboxOptions options, TimeProvider time)
    {
        turns = new(options.Context, time);
        view = new(objects, turns) { Events = options.RecordsEvents ? new(objects, turns) : null };
        nodes = new(view, options);
        reached = options.LoopbackPods ? LoopbackBlock.Take() : null;
        var graph = new ObjectGraph(view);
        _ = new GarbageCollector(view, graph);
        _ = new NamespaceController(view, graph);
        _ = new NamespaceContents(view);
        _ = new RoleAggregationController(view);
        _ = new DeploymentController(view);
        _ = new ReplicaSetController(view);
        _ = new StatefulSetController(view);
        _ = new DaemonSetController(view);
        _ = new KruiseController(view, graph);
        _ = new EndpointSliceController(view);
        _ = new DisruptionController(view);
        _ = new Scheduler(view);
        var kubelets = new Kubelets(view, new Random(options.Seed), reached);
        _ = new RecreateDaemon(view, graph, kubelets);
        _ = new GatewayController(view, graph);
        if (options.RecordsEvents) _ = new EventExpiry(view);
    }

    /// <summary>Registers the nodes and begins to work on everything there is.</summary>
    public void Start()
    {
        nodes.Register();
        turns.Post(view.Start);
    }

    public void Dispose()
    {
        view.Dispose();
        turns.Dispose();
        reached?.Dispose();
    }
}
