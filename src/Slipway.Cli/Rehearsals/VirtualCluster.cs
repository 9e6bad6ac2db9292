using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Operator;
using Slipway.Operator.Schemas;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Imports;

namespace Slipway.Cli.Rehearsals;

/// <summary>A sandbox with a copy of a cluster and an operator in it, on the caller's thread and a clock that jumps to whatever happens next.</summary>
sealed class VirtualCluster : IDisposable
{
    readonly Steps _steps = new();
    readonly SynchronizationContext? _outside = SynchronizationContext.Current;
    readonly CancellationTokenSource _end = new();
    readonly VirtualTime _time;
    Task _operator = Task.CompletedTask;

    public VirtualCluster(ClusterCopy copy, DateTimeOffset now)
    {
        SynchronizationContext.SetSynchronizationContext(_steps);
        _time = new(now);
        Cluster = new(new() { Context = _steps, Nodes = copy.Nodes, KubernetesVersion = copy.KubernetesVersion ?? SandboxOptions.NewestKubernetes }, _time);
        foreach (var kind in ShippedKinds.All) Cluster.Objects.Create(Kinds.CustomResourceDefinitions, kind.Definition());
        Cluster.TakeUp(copy);
        Cluster.Start();
        Api = new(new HttpMessageInvoker(Cluster.CreateHandler()), new("http://sandbox"));
    }

    public SandboxCluster Cluster { get; }

    public KubernetesApi Api { get; }

    public TimeProvider Time => _time;

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Called after every step.</summary>
    public Action AfterStep { get; set; } = () => { };

    public void StartOperator() => _operator = new OperatorHost(Api, new(), _time, NullLoggerFactory.Instance).RunAsync(_end.Token);

    /// <summary>Lets the cluster live until a condition holds; false when the time is over first.</summary>
    public bool RunUntil(Func<bool> holds, DateTimeOffset limit)
    {
        while (true)
        {
            while (_steps.RunOne()) AfterStep();
            if (holds()) return true;
            if (!_time.RunNext(limit)) return false;
        }
    }

    /// <summary>Lets the cluster live until a call of it is answered.</summary>
    public T Answer<T>(Task<T> call)
    {
        RunUntil(() => call.IsCompleted, Now.AddMinutes(1));
        return call.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _end.Cancel();
        RunUntil(() => _operator.IsCompleted, Now.AddMinutes(1));
        var gone = Cluster.DisposeAsync().AsTask();
        RunUntil(() => gone.IsCompleted, Now.AddMinutes(1));
        SynchronizationContext.SetSynchronizationContext(_outside);
        _end.Dispose();
    }

    /// <summary>What is ready to run, in order.</summary>
    sealed class Steps : SynchronizationContext
    {
        readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

        public override void Post(SendOrPostCallback d, object? state) => _ready.Enqueue((d, state));

        public override SynchronizationContext CreateCopy() => this;

        public bool RunOne()
        {
            if (!_ready.TryDequeue(out var step)) return false;
            step.Callback(step.State);
            return true;
        }
    }
}
