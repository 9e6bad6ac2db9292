using System.Diagnostics;
using Slipway.Operations;
using Slipway.Resources;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>Sees how far each pod of a started group has come, by the ticket's operation, and knows its act.</summary>
public sealed class PodProgression
{
    readonly TicketObservation _seen;
    readonly OpsTicketSpec _spec;
    readonly TicketPhase _phase;
    readonly RestartMethod _method;
    readonly IReadOnlyList<GroupRun> _groups;
    readonly Dictionary<PackedUid, PodSeen> _byUid;

    public PodProgression(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups)
    {
        _seen = seen;
        _spec = seen.Ticket.Spec;
        _phase = state.Phase;
        _method = state.Method ?? RestartMethod.ImageReference;
        _groups = groups;
        _byUid = new(seen.Services.Values.Sum(service => service.Pods.Count));
        foreach (var pod in seen.Services.Values.SelectMany(service => service.Pods)) _byUid.Add(pod.Pod.Identity, pod);
        Places = new(seen, LookAgain);
    }

    /// <summary>Soonest time at which a pod's seconds or deadline are over.</summary>
    public TimeSpan? Requeue { get; private set; }

    /// <summary>Pods go and others come: Replace, and Restart by Recreate.</summary>
    public bool Replaces => _spec.Operation == Operation.Replace || _method == RestartMethod.Recreate;

    public bool Evicts => _spec.Operation == Operation.Replace ? _spec.Via() == ReplaceVia.Eviction : _method == RestartMethod.Recreate;

    /// <summary>The pod that was frozen: by UID, never by name.</summary>
    public PodSeen? Find(FrozenPod frozen) => _byUid.GetValueOrDefault(new(frozen.Uid));

    public void Observe(GroupRun group)
    {
        if (Replaces) FindReplacements(group);
        foreach (var pod in group.Pods.Where(pod => !pod.IsDone)) ObserveOpen(pod);
        if (ChangesTraffic) foreach (var pod in group.Pods.Where(pod => pod.IsDone)) ObserveDone(pod);
    }

    /// <summary>The first act on a pod: out of traffic where it is drained first, else the operation's own.</summary>
    public (TicketChange.PodChange? Change, string? Refusal) Act(PodRun run) => Drains(run) || _spec.Operation == Operation.RemoveTraffic
        ? RemoveTraffic.Act(Work(run))
        : OwnAct(run);

    /// <summary>What is said of a pod that has just been acted on: what its next look would say; null where it leaves traffic first.</summary>
    public string? Sent(PodRun run) => !ChangesTraffic && Progress(Work(run) with { ActedOn = true }) is PodProgress.Applying(var what) ? what : null;

    (TicketChange.PodChange? Change, string? Refusal) OwnAct(PodRun run) => Replaces
        ? (Replace.Act(Work(run), _spec.Operation == Operation.Replace ? _spec.Via() : ReplaceVia.Eviction), null)
        : Restart.Act(Work(run), run.WorkName, _method, _spec.RestartContainers(), (int)_spec.PodDeadline().TotalSeconds);

    /// <summary>Pods that count as unavailable whatever they look like: being updated by this or another ticket, or just acted on.</summary>
    public IReadOnlySet<PackedUid> Spent()
    {
        HashSet<PackedUid> spent = [];
        foreach (var uid in _seen.UpdatedByOthers.Concat(_seen.ActedOn)) spent.Add(new(uid));
        foreach (var pod in _groups.SelectMany(group => group.Pods).Where(pod => pod.IsUpdating))
        {
            spent.Add(new(pod.Frozen.Uid));
            if (pod.Result.Replacement is { } replacement) spent.Add(new(replacement.Uid));
        }

        return spent;
    }

    /// <summary>Takes a pod out of traffic that is drained before it goes for good: the act that is due, and what is left in one clause. Nothing is left of a pod that is out.</summary>
    public (TicketChange.PodChange? Change, string? Left) Leave(PodRun run)
    {
        var work = Work(run);
        if (!Drains(run)) return (null, null);
        if (work.ActedOn) return (null, "leaves traffic first");
        if (!work.IsMarked)
        {
            var (change, refusal) = RemoveTraffic.Act(work);
            return (change, refusal ?? "leaves traffic first");
        }

        Places.Settle(run, work, isOver: false);
        Take(run, RemoveTraffic.Steps(work));
        if (RemoveTraffic.IsOut(work)) return (null, null);
        if (RemoveTraffic.UntilDrained(work) is { } left) LookAgain(left);
        return (null, $"leaves traffic first: {RemoveTraffic.Clause(work)}");
    }

    /// <summary>A pod that was drained and stays goes back into traffic.</summary>
    public void Return(PodRun run)
    {
        if (Drains(run)) ObserveDone(run);
    }

    bool ChangesTraffic => _spec.Operation == Operation.RemoveTraffic || _spec.DrainsFirst();

    /// <summary>A pod that no Service selects has no traffic to be drained of.</summary>
    bool Drains(PodRun run) => _spec.DrainsFirst() && run.Frozen.Traffic is not null;

    /// <summary>The pods' places at balancers that follow no endpoints.</summary>
    public BalancerPlaces Places { get; }

    void ObserveOpen(PodRun run)
    {
        var work = Work(run);
        if (!ChangesTraffic)
        {
            run.Result = Next(run, Progress(work));
            return;
        }

        // What was just written to the pod is not seen yet: nothing can be said of it.
        if (work.ActedOn)
        {
            run.Result = run.Result with { State = PodState.Updating, StartedAt = run.Result.StartedAt ?? _seen.Now };
            LookAgain((run.Result.StartedAt ?? _seen.Now) + _spec.PodDeadline() - _seen.Now);
            return;
        }

        Places.Settle(run, work, isOver: IsCancelling);
        work = work with { Result = run.Result };
        var (progress, step) = _spec.Operation == Operation.RemoveTraffic ? Removal(work) : Drained(run, work);
        if (RemoveTraffic.UntilDrained(work) is { } left && left > TimeSpan.Zero) LookAgain(left);
        Take(run, RemoveTraffic.Steps(work));
        run.Result = Next(run, progress);
        run.IsReturning = step == DrainStep.PutBack || (run.IsWaiting && !work.IsMarked && BalancerPlaces.Owes(run));
        if (run.HasFailed) ObserveDone(run);
        else run.Due = step switch
        {
            DrainStep.PutBack => RemoveTraffic.PutBack(work),
            DrainStep.Act => OwnAct(run).Change,
            _ => null,
        };
    }

    /// <summary>Records the steps by which a pod leaves traffic, if it does.</summary>
    void Take(PodRun run, TrafficSteps? steps)
    {
        if (steps is null) return;
        Places.Note(run, steps);
        if (steps != run.Result.Traffic) run.Result = run.Result with { Traffic = steps };
    }

    (PodProgress Progress, DrainStep Step) Removal(PodWork work) => IsCancelling && work.IsMarked
        ? (new PodProgress.Applying("goes back into traffic: the ticket is being cancelled"), DrainStep.PutBack)
        : (RemoveTraffic.Progress(work), DrainStep.None);

    (PodProgress Progress, DrainStep Step) Drained(PodRun run, PodWork work)
    {
        var inner = Progress(work);
        if (!Drains(run)) return (inner, DrainStep.None);
        var readyLongEnough = inner is PodProgress.Ready(var token) && (_spec.ReadyFor() == TimeSpan.Zero || (run.Result.ReadyToken == token && run.Result.ReadySince + _spec.ReadyFor() <= _seen.Now));
        return Operations.Drain.Next(work, inner, readyLongEnough, IsCancelling);
    }

    /// <summary>A mark that outlives its purpose goes: of a pod that failed, was skipped, or is to be put back.</summary>
    void ObserveDone(PodRun run)
    {
        var work = Work(run);
        var keeps = _spec.Operation == Operation.RemoveTraffic && run.Result.State == PodState.UpdateSuccessful && !IsCancelling && !IsUndoing;
        var settles = !keeps && !work.IsMarked && BalancerPlaces.Owes(run) && Places.Settle(run, work, isOver: true);
        run.IsReturning = (work.IsMarked && !keeps) || settles;
        if (!run.IsReturning && run.IsWaiting) run.Result = run.Result with { Traffic = null };
        run.Due = work.IsMarked && !keeps && !work.ActedOn ? RemoveTraffic.PutBack(work) : null;
        if (!keeps && !work.IsMarked && run.Result.State == PodState.UpdateSuccessful && _spec.Operation == Operation.RemoveTraffic) run.Explain("put back into traffic");
    }

    bool IsCancelling => _phase == TicketPhase.Cancelling;

    bool IsUndoing => _phase == TicketPhase.Undoing;

    PodProgress Progress(PodWork work) => Replaces ? Replace.Progress(work) : Restart.Progress(work, _method, _spec.RestartContainers());

    PodWork Work(PodRun pod) => new()
    {
        Namespace = _seen.Ticket.Key.Namespace,
        Frozen = pod.Frozen,
        Result = pod.Result,
        Seen = Find(pod.Frozen),
        Replacement = pod.Result.Replacement is { } replacement ? _byUid.GetValueOrDefault(new(replacement.Uid)) : null,
        ActedOn = _seen.ActedOn.Contains(pod.Frozen.Uid),
        RecreateRequest = _method == RestartMethod.ContainerRecreateRequest ? _seen.RecreateRequests.GetValueOrDefault(pod.WorkName) : null,
        Ticket = _seen.Ticket,
        Now = _seen.Now,
        Traffic = _seen.Traffic,
    };

    void FindReplacements(GroupRun group)
    {
        var open = group.Pods.Where(pod => !pod.IsDone && Find(pod.Frozen) is null).ToList();
        var taken = _groups.SelectMany(other => other.Pods)
            .SelectMany(pod => new[] { pod.Frozen.Uid, open.Contains(pod) ? null : pod.Result.Replacement?.Uid })
            .OfType<string>().Concat(_seen.UpdatedByOthers).ToHashSet();
        foreach (var service in open.GroupBy(pod => pod.Frozen.Service))
        {
            if (_seen.Services.GetValueOrDefault(service.Key) is not { Workload: { } workload } found) continue;
            var newest = group.Newest.FirstOrDefault(newest => newest.WorkloadUid == workload.Uid);
            var matched = Replace.Match([.. service.Select(pod => (pod.Frozen, pod.Result))], found, workload, newest, taken);
            foreach (var pod in service)
            {
                var identity = matched.TryGetValue(pod.Frozen.Uid, out var replacement) ? new PodIdentity { Name = replacement.Pod.Name, Uid = replacement.Pod.Uid } : null;
                if (pod.Result.Replacement != identity) pod.Result = pod.Result with { Replacement = identity };
            }
        }
    }

    PodResult Next(PodRun run, PodProgress progress)
    {
        var now = _seen.Now;
        var before = run.Result;
        var started = before.StartedAt ?? now;
        return progress switch
        {
            PodProgress.Untouched => run.IsWaiting ? before : before with { State = PodState.NotUpdated },
            PodProgress.Lost(var why) => Failed(before, why),
            PodProgress.Finished => before with { State = PodState.UpdateSuccessful, StartedAt = started, Reason = null, FinishedAt = now },
            PodProgress.Ready(var token) when before.ReadyToken == token && before.ReadySince + _spec.ReadyFor() <= now
                => before with { State = PodState.UpdateSuccessful, ReadyToken = null, Reason = null, FinishedAt = now },
            _ when now - started >= _spec.PodDeadline() => Failed(before, Overdue(run, progress)),
            PodProgress.Ready(var token) => Ready(before, token, started),
            PodProgress.Returning(var token, var what) => Applying(before, what, started) with { ReadySince = before.ReadyToken == token ? before.ReadySince ?? now : now, ReadyToken = token },
            PodProgress.Applying(var what) => Applying(before, what, started),
            _ => throw new UnreachableException(),
        };
    }

    PodResult Ready(PodResult before, string token, DateTimeOffset started)
    {
        var since = before.ReadyToken == token ? before.ReadySince ?? _seen.Now : _seen.Now;
        LookAgain(since + _spec.ReadyFor() - _seen.Now);
        LookAgain(started + _spec.PodDeadline() - _seen.Now);
        if (_spec.ReadyFor() == TimeSpan.Zero) return before with { State = PodState.UpdateSuccessful, StartedAt = started, ReadySince = since, ReadyToken = null, Reason = null, FinishedAt = _seen.Now };
        return before with { State = PodState.Updating, StartedAt = started, ReadySince = since, ReadyToken = token, Reason = $"ready; successful once ready for {_spec.ReadyFor().TotalSeconds} s without a break" };
    }

    PodResult Applying(PodResult before, string what, DateTimeOffset started)
    {
        LookAgain(started + _spec.PodDeadline() - _seen.Now);
        return before with { State = PodState.Updating, StartedAt = started, ReadySince = null, ReadyToken = null, Reason = what };
    }

    PodResult Failed(PodResult before, string why) => before with { State = PodState.UpdateFailed, Reason = why, FinishedAt = _seen.Now };

    string Overdue(PodRun run, PodProgress progress) =>
        $"Pod {run.Frozen.Name} was not successful within {_spec.PodDeadline().TotalSeconds} s: " + (progress is PodProgress.Applying(var what) ? what : progress is PodProgress.Returning(_, var left) ? left : $"not ready for {_spec.ReadyFor().TotalSeconds} s without a break");

    void LookAgain(TimeSpan delay)
    {
        if (Requeue is not { } earlier || delay < earlier) Requeue = delay;
    }
}
