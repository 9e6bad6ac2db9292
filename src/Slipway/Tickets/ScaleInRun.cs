using System.Diagnostics;
using Slipway.Budgets;
using Slipway.Operations;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>
/// Carries the scale-ins of a ticket further: all pods that a group takes from one workload go together, in one write. First it is
/// recorded, then pods are drained where the ticket asks for it and marked where the workload needs it, then replicas are lowered; then
/// it is seen which pods went.
/// </summary>
public sealed class ScaleInRun(TicketObservation seen, IReadOnlyList<GroupRun> groups, PodProgression pods)
{
    readonly OpsTicketSpec _spec = seen.Ticket.Spec;

    /// <summary>Soonest time at which something is over that was waited for.</summary>
    public TimeSpan? Requeue { get; private set; }

    /// <summary>Sees how far each pod of a started group is. What is recorded and not done yet is given up where nothing may be done.</summary>
    public void Observe(GroupRun group, bool mayAct)
    {
        foreach (var record in group.ScaleIns)
        {
            var inFlight = Of(group, record);
            if (inFlight.Count > 0) Observe(record, inFlight, mayAct);
            if (Of(group, record).All(pod => pod.IsDone || (pod.IsWaiting && pod.Result.StartedAt is null))) group.End(record);
        }

        foreach (var pod in group.Pods.Where(pod => pod is { IsWaiting: true, Result.Baseline: not null } && pods.Find(pod.Frozen) is null))
        {
            pod.Skip($"Pod {pod.Frozen.Name} (UID {pod.Frozen.Uid}) went away before its turn; nothing was done", seen.Now);
        }

        foreach (var pod in Staying(group)) pods.Return(pod);
    }

    /// <summary>Pods of a started group that are not on their way out.</summary>
    static IEnumerable<PodRun> Staying(GroupRun group) => group.Pods.Where(pod => !pod.IsUpdating && group.ScaleIns.All(record => !record.Pods.Contains(pod.Frozen.Uid)));

    /// <summary>Marks of this ticket on pods that it is not scaling in: they stay, and get back what they had. A pod acted on a moment ago may have one.</summary>
    public IReadOnlyList<TicketChange.UnmarkPod> LeftMarks() =>
    [
        .. groups.Where(run => run.IsStarted)
            .SelectMany(Staying)
            .Select(pod => (Run: pod, Seen: pods.Find(pod.Frozen)?.Pod))
            .Where(pod => pod.Seen is { Terminating: false } && (IsMarked(pod.Seen) || seen.ActedOn.Contains(pod.Seen.Uid)))
            .Select(pod => new TicketChange.UnmarkPod(pod.Seen!.Key, pod.Seen.Uid, seen.Ticket.Uid, CostToLeave(pod.Run, pod.Seen.Mark))),
    ];

    /// <summary>The cost the pod had before, unless somebody else has written another since.</summary>
    static string? CostToLeave(PodRun pod, DeletionMark? mark) => mark is null or { Value: int.MinValue } ? pod.Result.DeletionCost : mark.Cost;

    /// <summary>A pod as it is before anything is done to it.</summary>
    public PodResult Prepared(PodResult result, Pod pod) =>
        result with { Baseline = [], Attempt = result.Attempt ?? 1, DeletionCost = IsMarked(pod) ? result.DeletionCost : pod.Mark?.Cost };

    /// <summary>Goes on with what is recorded, and records what may be next. Nothing recorded now is acted on before it is stored.</summary>
    public (IReadOnlyList<TicketChange> Changes, bool Recorded) Advance(GroupRun group)
    {
        List<TicketChange> changes = [.. group.ScaleIns.SelectMany(record => Drive(group, record))];
        var recorded = false;
        foreach (var chosen in group.Pods.Where(pod => pod.IsWaiting).GroupBy(pod => pod.Frozen.Service)) recorded |= Begin(group, [.. chosen]);
        if (seen.Refusals.Count > 0) LookAgain(TicketExecution.RefusalPause);
        return (changes, recorded);
    }

    void Observe(ScaleInRecord record, IReadOnlyList<PodRun> inFlight, bool mayAct)
    {
        var service = seen.Services.GetValueOrDefault(inFlight[0].Frozen.Service);
        var workload = service?.Workload;
        foreach (var pod in inFlight) LookAgain((pod.Result.StartedAt ?? seen.Now) + _spec.PodDeadline() - seen.Now);
        switch (ScaleIn.Write(record, workload, seen.ActedOn.Contains(record.WorkloadUid)))
        {
            case ScaleInWrite.Gone:
                foreach (var pod in inFlight) Fail(pod, $"{pod.Frozen.Workload.Kind} {pod.Frozen.Workload.Name} went away while pod {pod.Frozen.Name} was to be scaled in");
                break;
            case ScaleInWrite.Sent:
                // Without an answer it is not known; the next looks show it.
                LookAgain(TicketExecution.RefusalPause);
                foreach (var pod in inFlight) Applying(pod, $"the replicas of {workload} are being lowered");
                break;
            case ScaleInWrite.NotYet when mayAct:
                Lose(inFlight, workload!, othersWait: false);
                break;
            case ScaleInWrite.NotYet or ScaleInWrite.Overtaken:
                Lose(inFlight, workload!, othersWait: true);
                break;
            case ScaleInWrite.Unclear when inFlight.All(pod => pods.Find(pod.Frozen) is { Pod.Terminating: false }):
                foreach (var pod in inFlight) Fail(pod, $"{workload} was changed by others while pod {pod.Frozen.Name} was to be scaled in; it has {workload!.Desired} replicas and {record.Lowered} were to be left");
                break;
            case ScaleInWrite.Done or ScaleInWrite.Unclear:
                foreach (var pod in inFlight) Verify(pod, record, service!, workload!);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Replicas were not lowered: a pod that is going all the same went by itself, and the others have to be counted anew.</summary>
    void Lose(IReadOnlyList<PodRun> inFlight, Workload workload, bool othersWait)
    {
        var lost = inFlight.Where(pod => pods.Find(pod.Frozen) is null or { Pod: { Terminating: true } or { Finished: true } }).ToList();
        foreach (var pod in lost) Fail(pod, $"Pod {pod.Frozen.Name} went away by itself before {workload} was scaled in; its replicas were not lowered");
        foreach (var pod in inFlight.Except(lost))
        {
            if (othersWait || lost.Count > 0) pod.Result = pod.Result with { State = PodState.NotUpdated, StartedAt = null, ReadySince = null, ReadyToken = null, Reason = null };
            else if (IsOverdue(pod)) Fail(pod, Overdue(pod, pod.Result.Reason));
        }
    }

    void Verify(PodRun pod, ScaleInRecord record, ServiceSeen service, Workload workload)
    {
        switch (ScaleIn.Progress(record, pod.Frozen, service, workload))
        {
            case ScaleInProgress.Gone:
                pod.Result = pod.Result with { State = PodState.UpdateSuccessful, Reason = null, FinishedAt = seen.Now, ReadySince = null, ReadyToken = null };
                break;
            case ScaleInProgress.Lost(var why):
                Fail(pod, why);
                break;
            case ScaleInProgress.Doubtful(var why) when Lasts(pod, why, ScaleIn.Doubt):
                Fail(pod, why);
                break;
            case ScaleInProgress.Doubtful:
                break;
            case ScaleInProgress.Going(var what) when IsOverdue(pod):
                Fail(pod, Overdue(pod, what));
                break;
            case ScaleInProgress.Going(var what):
                Applying(pod, what);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The next thing to do about what is recorded and stored.</summary>
    IReadOnlyList<TicketChange> Drive(GroupRun group, ScaleInRecord record)
    {
        var chosen = Of(group, record);
        if (chosen.Count == 0 || seen.ActedOn.Contains(record.WorkloadUid)) return [];
        var service = seen.Services[chosen[0].Frozen.Service];
        var workload = service.Workload!;
        if (ScaleIn.Write(record, workload, sent: false) != ScaleInWrite.NotYet) return [];

        var going = chosen.Select(pod => pods.Find(pod.Frozen)!.Pod).ToList();
        if (Hold(chosen, service, workload, going) is { } why)
        {
            foreach (var pod in chosen) Applying(pod, why);
            return [];
        }

        if (Drain(chosen) is { } leaving) return leaving;
        if (ScaleIn.Marks(workload))
        {
            List<TicketChange> marks = [.. going.Where(pod => !IsMarked(pod) && !seen.ActedOn.Contains(pod.Uid)).Select(pod => new TicketChange.MarkPod(pod.Key, pod.Uid, seen.Ticket.Uid))];
            if (marks.Count > 0 || going.Any(pod => seen.ActedOn.Contains(pod.Uid)))
            {
                LookAgain(TicketExecution.RefusalPause);
                foreach (var pod in chosen) Applying(pod, "it is marked to be the first to go");
                return marks;
            }

            if (!Lasts(chosen[0], $"marked; the replicas of {workload} are lowered next", ScaleIn.Lead)) return [];
        }

        foreach (var pod in chosen) Applying(pod, $"the replicas of {workload} are being lowered");
        return [new TicketChange.LowerReplicas(Kinds.OfWorkload(workload.Group, workload.Kind), workload.Key, workload.Uid, workload.ResourceVersion, Downsizing.Of(workload, [.. going.Select(pod => pod.Name)]).Write!)];
    }

    /// <summary>What takes the chosen pods out of traffic; null once nothing is left of that.</summary>
    IReadOnlyList<TicketChange>? Drain(IReadOnlyList<PodRun> chosen)
    {
        var leaving = chosen.Select(pod => (Run: pod, Act: pods.Leave(pod))).Where(pod => pod.Act.Left is not null).ToList();
        if (leaving.Count == 0) return null;
        foreach (var (pod, act) in leaving) Applying(pod, act.Left!);
        return [.. leaving.Select(pod => pod.Act.Change).OfType<TicketChange>()];
    }

    /// <summary>Records the scale-in of a service's pods of a group, if nothing is in its way.</summary>
    bool Begin(GroupRun group, IReadOnlyList<PodRun> chosen)
    {
        var service = seen.Services.GetValueOrDefault(chosen[0].Frozen.Service);
        var going = chosen.Select(pod => pods.Find(pod.Frozen)!.Pod).ToList();
        var why = groups.SelectMany(other => other.ScaleIns).Any(other => other.WorkloadUid == chosen[0].Frozen.Workload.Uid)
            ? $"pods of {service?.Workload} are going already"
            : Hold(chosen, service, service?.Workload, going);
        foreach (var pod in chosen)
        {
            if (why is not null) pod.Explain(why);
            else pod.Result = pod.Result with { State = PodState.Updating, StartedAt = seen.Now, Reason = null, ReadySince = null, ReadyToken = null };
        }

        if (why is not null) return false;
        var uids = chosen.Select(pod => pod.Frozen.Uid).ToList();
        group.Begin(new()
        {
            WorkloadUid = service!.Workload!.Uid,
            Generation = service.Workload.Generation,
            Replicas = service.Workload.Desired,
            Pods = uids,
            Others = [.. service.Pods.Where(pod => pod.Pod is { Terminating: false, Finished: false } && !uids.Contains(pod.Pod.Uid)).Select(pod => new PodIdentity { Name = pod.Pod.Name, Uid = pod.Pod.Uid })],
        });
        return true;
    }

    string? Hold(IReadOnlyList<PodRun> chosen, ServiceSeen? service, Workload? workload, IReadOnlyList<Pod> going)
    {
        if (chosen.Select(pod => PodHold.Of(seen, pod.Frozen)).FirstOrDefault(reason => reason is not null) is { } held) return held;
        if (service is null || workload is null) return $"{chosen[0].Frozen.Workload.Kind} {chosen[0].Frozen.Workload.Name} is gone";
        if (seen.Refusals.TryGetValue(workload.Uid, out var refusal)) return refusal;
        if (seen.ScaledByOthers.TryGetValue(workload.Uid, out var other)) return $"Ticket {other} is scaling in {workload}";
        if (going.FirstOrDefault(pod => pod.Terminating || pod.Finished) is { } ending) return $"Pod {ending.Name} cannot be scaled in: {PodTrouble.Of(ending)}";
        if (going.FirstOrDefault(pod => pod.Mark is { } mark && mark.Ticket == seen.Ticket.Uid && mark.Value != int.MinValue) is { } fought)
        {
            return $"something else wrote the deletion cost of pod {fought.Name} ({fought.Mark!.Cost ?? "none"})";
        }

        return ScaleIn.Rival(workload, workload.Desired - going.Count, seen.Autoscalers, seen.Spreads)
            ?? ScaleIn.Hold(service, workload, going)
            ?? new Remaining(_spec.RespectsDisruptionBudgets() ? seen.Budgets : [], _spec.MaxUnavailable(), seen.Policies, pods.Spent()).Hold(service, workload, going);
    }

    /// <summary>The pods a record names that are not done. Those whose own record was not stored any more count as begun.</summary>
    static IReadOnlyList<PodRun> Of(GroupRun group, ScaleInRecord record) => [.. group.Pods.Where(pod => !pod.IsDone && record.Pods.Contains(pod.Frozen.Uid))];

    bool IsMarked(Pod pod) => pod.Mark?.Ticket == seen.Ticket.Uid;

    bool IsOverdue(PodRun pod) => seen.Now - (pod.Result.StartedAt ?? seen.Now) >= _spec.PodDeadline();

    string Overdue(PodRun pod, string? what) => $"Pod {pod.Frozen.Name} was not scaled in within {_spec.PodDeadline().TotalSeconds} s: {what ?? "its turn did not come"}";

    /// <summary>What is seen of a pod has been so for a time, on the operator's clock.</summary>
    bool Lasts(PodRun pod, string what, TimeSpan time)
    {
        var since = pod.Result.ReadyToken == what ? pod.Result.ReadySince ?? seen.Now : seen.Now;
        pod.Result = pod.Result with { State = PodState.Updating, Reason = what, ReadySince = since, ReadyToken = what };
        if (seen.Now - since >= time) return true;
        LookAgain(since + time - seen.Now);
        return false;
    }

    void Applying(PodRun pod, string what) =>
        pod.Result = pod.Result with { State = PodState.Updating, StartedAt = pod.Result.StartedAt ?? seen.Now, Reason = what, ReadySince = null, ReadyToken = null };

    void Fail(PodRun pod, string why) => pod.Result = pod.Result with { State = PodState.UpdateFailed, Reason = why, FinishedAt = seen.Now };

    void LookAgain(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero && (Requeue is not { } earlier || delay < earlier)) Requeue = delay;
    }
}
