using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>
/// What the workload controllers know before their informers do. All of it can be lost in a crash: it is seen again, or is asked
/// again to the same effect. Decisions are taken, and their acts noted, under <see cref="Gate"/>, so that no budget is spent twice.
/// </summary>
sealed class WorkloadMemory(TimeProvider time)
{
    static readonly TimeSpan Presumed = TimeSpan.FromSeconds(30);

    /// <summary>A pod whose budget had no room, or of which it is not known whether an act arrived, is left alone for so long.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    static readonly TimeSpan StatusPause = TimeSpan.FromSeconds(1);

    readonly Dictionary<PackedUid, Act> _acts = [];
    readonly Dictionary<string, DateTimeOffset> _statusWrites = [];

    /// <summary>Something under way about a pod.</summary>
    sealed record Act(ObjectKey Pod, DateTimeOffset Until, bool Goes);

    public Lock Gate { get; } = new();

    public FreshWrites<CafeDeployment> Cafes { get; } = new(time);
    public FreshWrites<InPlaceSet> Sets { get; } = new(time);
    public FreshWrites<Workload> BuiltIns { get; } = new(time);
    public FreshWrites<HistoryEntry> History { get; } = new(time);
    public FreshWrites<Pod> Pods { get; } = new(time);

    /// <summary>An act is sent; <paramref name="goes"/> where the pod is to go away by it.</summary>
    public void Acting(Pod pod, bool goes) => _acts[pod.Identity] = new(pod.Key, time.GetUtcNow() + Presumed, goes);

    /// <summary>The pod has been written; the answer stands for it until the informer shows it.</summary>
    public void Wrote(Pod pod)
    {
        lock (Gate)
        {
            _acts.Remove(pod.Identity);
            Pods.Wrote(pod);
        }
    }

    public void Forget(Pod pod)
    {
        lock (Gate) _acts.Remove(pod.Identity);
    }

    public void LeaveAlone(Pod pod)
    {
        lock (Gate) _acts[pod.Identity] = new(pod.Key, time.GetUtcNow() + Rest, Goes: false);
    }

    public IReadOnlySet<PackedUid> ActedOn(ClusterView view)
    {
        var now = time.GetUtcNow();
        foreach (var (uid, act) in _acts.ToList())
        {
            if (act.Until <= now || (act.Goes && (view.Pods.Get(act.Pod) is not { Terminating: false } pod || pod.Identity != uid))) _acts.Remove(uid);
        }

        return _acts.Keys.ToHashSet();
    }

    /// <summary>When one of these pods, which are left alone for now, is to be looked at again.</summary>
    public Requeue NextLook(IEnumerable<SetPod> pods)
    {
        lock (Gate)
        {
            if (_acts.Count == 0) return Requeue.OnChange;
            var next = pods.Select(pod => _acts.GetValueOrDefault(pod.Pod.Identity)).OfType<Act>().Select(act => (DateTimeOffset?)act.Until).Min();
            return next is { } until ? Requeue.After(until - time.GetUtcNow()) : Requeue.OnChange;
        }
    }

    /// <summary>Takes this second's turn to write a status of a CafeDeployment or of one of its sets; else how long to wait for the next.</summary>
    public TimeSpan StatusTurn(string root)
    {
        lock (Gate)
        {
            var now = time.GetUtcNow();
            if (_statusWrites.TryGetValue(root, out var last) && now - last < StatusPause) return StatusPause - (now - last);
            _statusWrites[root] = now;
            return TimeSpan.Zero;
        }
    }

    public void Gone(string root)
    {
        lock (Gate) _statusWrites.Remove(root);
    }
}
