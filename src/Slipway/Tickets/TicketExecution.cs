using Slipway.Budgets;
using Slipway.Operations;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>Carries a published ticket one step further: sees how far each pod is, then starts what may be started.</summary>
public sealed class TicketExecution(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups, PodProgression progression)
{
    readonly OpsTicketSpec _spec = seen.Ticket.Spec;
    readonly List<PodRun> _pods = [.. groups.SelectMany(group => group.Pods)];
    readonly ScaleInRun? _scaleIns = seen.Ticket.Spec.Operation == Operation.ScaleIn ? new(seen, groups, progression) : null;
    TimeSpan? _requeue;

    public static TicketStep Step(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups) => new TicketExecution(seen, state, groups, new(seen, state, groups)).Step();

    public TicketStep Step()
    {
        // Records that are not there cannot say what was done: doing nothing is the only safe thing.
        var (found, known) = (_pods.Count, seen.Ticket.Status?.Counts?.Total ?? 0);
        if (found == 0 || found < known) return new(state, groups) { Hold = $"records of {Math.Max(1, known - found)} pods are missing", KeepsStatus = true };

        Observe();
        var due = DueNow();
        var returning = _pods.Count(pod => pod.IsReturning);
        var marks = _scaleIns?.LeftMarks() ?? [];
        var inFlight = returning > 0 || _pods.Any(pod => pod.IsUpdating);
        var failed = _pods.Where(pod => pod.HasFailed).ToList();
        var step = state.Phase switch
        {
            TicketPhase.Undoing when returning > 0 => Stay($"{returning} of the pods go back into traffic"),
            TicketPhase.Undoing => End(TicketPhase.Undone),
            TicketPhase.Cancelling when inFlight => Stay("pods in flight finish before the ticket is cancelled"),
            TicketPhase.Cancelling when marks.Count > 0 => Stay(MarksGoBack),
            TicketPhase.Cancelling => Cancel(),
            _ when failed.Count > _spec.FailureThreshold() && inFlight => Stay("a pod failed; pods in flight finish, no more are started"),
            _ when marks.Count > 0 && (failed.Count > _spec.FailureThreshold() || groups.All(group => group.IsDone)) => Stay(MarksGoBack),
            _ when failed.Count > _spec.FailureThreshold() => End(TicketPhase.Failed, Failure(failed)),
            _ when groups.All(group => group.IsDone) && returning > 0 => Stay($"{returning} of the pods go back into traffic"),
            _ when groups.All(group => group.IsDone) => failed.Count == 0 ? End(TicketPhase.Succeeded) : End(TicketPhase.Failed, Failure(failed)),
            TicketPhase.Pausing when inFlight => Stay("pods in flight finish before the ticket is paused"),
            TicketPhase.Pausing or TicketPhase.Paused => To(TicketPhase.Paused) with { WriteAhead = state.Phase == TicketPhase.Pausing },
            _ when marks.Count > 0 => Stay(MarksGoBack),
            _ => GoOn(groups.First(group => !group.IsDone)),
        };
        LookAgain(_scaleIns?.Requeue);
        LookAgain(progression.Requeue);
        if (marks.Count > 0) LookAgain(RefusalPause);
        if (returning > 0 && step.Hold is { } hold && progression.Places.Trouble is { } trouble) step = step with { Hold = $"{hold}; {trouble}" };
        return step with { WriteAhead = step.WriteAhead || progression.Places.StoresFirst, Requeue = _requeue, Changes = [.. progression.Places.Changes, .. due, .. step.Changes, .. marks.Where(mark => !seen.ActedOn.Contains(mark.Uid))] };
    }

    const string MarksGoBack = "pods that stay get back the deletion cost they had";

    void Observe()
    {
        var mayAct = state.Phase == TicketPhase.Executing && _pods.Count(pod => pod.HasFailed) <= _spec.FailureThreshold();
        foreach (var group in groups.Where(group => group.IsStarted))
        {
            if (_scaleIns is null) progression.Observe(group);
            else _scaleIns.Observe(group, mayAct && StartHold.Of(seen, state, ServicesOf(group)) is null);
        }

        foreach (var group in groups) group.Close(seen.Now);
    }

    /// <summary>Acts on pods in flight: the operation's own act on one that is drained, and marks that go. A mark may always go.</summary>
    List<TicketChange> DueNow()
    {
        var due = new List<TicketChange>();
        foreach (var pod in _pods)
        {
            if (pod.Due is not { } change) continue;
            var held = change is TicketChange.PutBackInTraffic ? seen.Refusals.GetValueOrDefault(pod.Frozen.Uid) : PodHold.Of(seen, pod.Frozen);
            if (held is null) due.Add(change);
            else pod.Explain(held);
            if (held is not null) LookAgain(RefusalPause);
        }

        return due;
    }

    TicketStep GoOn(GroupRun group)
    {
        if (StartHold.Of(seen, state, ServicesOf(group)) is { } hold)
        {
            LookAgain(hold.Until - seen.Now);
            return Waits(group, hold.Reason);
        }

        if (group.IsStarted) return Advance(group);
        var previous = groups.TakeWhile(other => other != group).LastOrDefault();
        if (previous?.FinishedAt + _spec.Soak() is { } soaked && soaked > seen.Now)
        {
            LookAgain(soaked - seen.Now);
            return Stay($"group {previous!.Number} soaks for {_spec.Soak().TotalSeconds} s before group {group.Number} ({group.Name})");
        }

        if (NeedsConfirmation(group, previous)) return To(TicketPhase.WaitingForConfirmation) with { Hold = $"group {previous?.Number} is done; confirm to go on with group {group.Number} ({group.Name})" };
        if (RequesterRights.Of(seen, state) is not { Hold: { } refused } rights) return Start(group);
        LookAgain(rights.Again);
        var stays = Stay(refused);
        return stays with { State = stays.State with { RequesterRefusal = rights.Refusal }, Changes = rights.Question is { } question ? [question] : [] };
    }

    IReadOnlyList<ServiceSeen> ServicesOf(GroupRun group) => [.. group.Pods.Select(pod => pod.Frozen.Service).Distinct().Select(name => seen.Services.GetValueOrDefault(name)).OfType<ServiceSeen>()];

    bool NeedsConfirmation(GroupRun group, GroupRun? previous)
    {
        if (group.Number <= (state.ConfirmedThrough ?? 0)) return false;
        var beyond = group.Number > (state.PublishedThrough ?? int.MaxValue);
        var asked = previous is not null && _spec.ReleasePolicy?.Confirm switch
        {
            ConfirmPolicy.EveryGroup => true,
            ConfirmPolicy.FirstGroup => previous == groups[0],
            _ => false,
        };
        return beyond || asked;
    }

    /// <summary>Writes down what the group's pods are like before anything is done to them. Acting waits until that is stored.</summary>
    TicketStep Start(GroupRun group)
    {
        var services = progression.Replaces ? ServicesOf(group) : [];
        group.Start(seen.Now, [.. services.Where(service => service.Workload is not null).Select(service => Replace.Newest(service.Workload!, service.Pods))]);
        foreach (var pod in group.Pods.Where(pod => pod.IsWaiting)) Prepare(pod);
        group.Close(seen.Now);
        return To(TicketPhase.Executing) with { WriteAhead = true };
    }

    void Prepare(PodRun pod)
    {
        if (progression.Find(pod.Frozen) is { } found)
        {
            pod.Result = _scaleIns?.Prepared(pod.Result, found.Pod) ?? pod.Result with { Baseline = Restart.Baseline(found.Pod), Attempt = pod.Result.Attempt ?? 1 };
        }
        else pod.Skip($"Pod {pod.Frozen.Name} (UID {pod.Frozen.Uid}) went away before its turn; nothing was done", seen.Now);
    }

    TicketStep Advance(GroupRun group)
    {
        var retried = group.Pods.Where(pod => pod.IsWaiting && pod.Result.Baseline is null).ToList();
        if (retried.Count > 0)
        {
            foreach (var pod in retried) Prepare(pod);
            return To(TicketPhase.Executing) with { WriteAhead = true };
        }

        return _scaleIns is null ? Touch(group) : ScaleIn(group, _scaleIns);
    }

    TicketStep ScaleIn(GroupRun group, ScaleInRun scaleIns)
    {
        var (changes, recorded) = scaleIns.Advance(group);
        return To(TicketPhase.Executing) with { Changes = changes, WriteAhead = recorded, Hold = HoldOf(group) };
    }

    /// <summary>Starts pods one by one, as far as budgets have room.</summary>
    TicketStep Touch(GroupRun group)
    {
        var headroom = new Headroom(
            seen.Services.Values,
            _spec.RespectsDisruptionBudgets() ? seen.Budgets : [],
            _spec.MaxUnavailable(),
            seen.Policies,
            progression.Spent(),
            byEviction: progression.Evicts);
        var waiting = group.Pods.Where(pod => pod.IsWaiting).Select(pod => (Run: pod, Seen: progression.Find(pod.Frozen)!.Pod));
        var changes = new List<TicketChange>();
        foreach (var (run, pod) in waiting.OrderBy(pod => headroom.IsAvailable(pod.Seen)).ToList())
        {
            var held = PodHold.Of(seen, run.Frozen) ?? headroom.Take(run.Frozen.Service, pod);
            var (change, refusal) = held is null ? progression.Act(run) : (null, held);
            if (change is null)
            {
                run.Explain(refusal);
                continue;
            }

            changes.Add(change);
            run.Result = run.Result with { State = PodState.Updating, StartedAt = seen.Now, Reason = progression.Sent(run) };
        }

        if (seen.Refusals.Count > 0) LookAgain(RefusalPause);
        return To(TicketPhase.Executing) with
        {
            Changes = changes,
            Hold = HoldOf(group),
        };
    }

    static string? HoldOf(GroupRun group) => group.Pods.Any(pod => pod.IsUpdating) ? null : group.Pods.FirstOrDefault(pod => pod.IsWaiting)?.Result.Reason;

    /// <summary>How long a refused act rests: as long as kubectl drain waits after a refused eviction.</summary>
    public static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(5);

    TicketStep Cancel()
    {
        foreach (var pod in groups.Where(group => group.IsStarted).SelectMany(group => group.Pods).Where(pod => pod.IsWaiting)) pod.Explain("not touched: the ticket was cancelled");
        return End(TicketPhase.Cancelled);
    }

    TicketStep Waits(GroupRun group, string reason)
    {
        foreach (var pod in group.Pods.Where(pod => group.IsStarted && pod.IsWaiting)) pod.Explain(reason);
        return Stay(reason);
    }

    TicketStep Stay(string hold) => To(state.Phase == TicketPhase.WaitingForConfirmation ? TicketPhase.Executing : state.Phase) with { Hold = hold };

    TicketStep To(TicketPhase phase) => new(state with { Phase = phase, RequesterRefusal = null }, groups);

    TicketStep End(TicketPhase phase, string? reason = null) =>
        new(state with { Phase = phase, FinishedAt = seen.Now, FailureReason = reason }, groups) { WriteAhead = true };

    static string Failure(List<PodRun> failed) => failed.Count == 1
        ? failed[0].Result.Reason!
        : $"{failed.Count} pods failed; the first: {failed[0].Result.Reason}";

    void LookAgain(TimeSpan? delay)
    {
        if (delay is { } after && (_requeue is not { } earlier || after < earlier)) _requeue = after;
    }
}
