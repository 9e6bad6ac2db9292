using System.Diagnostics;
using Slipway.Operations;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>Sees how far each pod of a started group has come, by the ticket's operation, and knows its act.</summary>
public sealed class PodProgression
{
    readonly TicketObservation _seen;
    readonly OpsTicketSpec _spec;
    readonly RestartMethod _method;
    readonly IReadOnlyList<GroupRun> _groups;
    readonly Dictionary<PackedUid, PodSeen> _byUid;

    public PodProgression(TicketObservation seen, TicketState state, IReadOnlyList<GroupRun> groups)
    {
        _seen = seen;
        _spec = seen.Ticket.Spec;
        _method = state.Method ?? RestartMethod.ImageReference;
        _groups = groups;
        _byUid = seen.Services.Values.SelectMany(service => service.Pods).ToDictionary(pod => pod.Pod.Identity);
    }

    /// <summary>Soonest time at which a pod's seconds or deadline are over.</summary>
    public TimeSpan? Requeue { get; private set; }

    /// <summary>Pods go and others come: Replace, and Restart by Recreate.</summary>
    bool Replaces => _spec.Operation == Operation.Replace || _method == RestartMethod.Recreate;

    public bool Evicts => _spec.Operation == Operation.Replace ? _spec.Via() == ReplaceVia.Eviction : _method == RestartMethod.Recreate;

    /// <summary>The pod that was frozen: by UID, never by name.</summary>
    public PodSeen? Find(FrozenPod frozen) => _byUid.GetValueOrDefault(new(frozen.Uid));

    public void Observe(GroupRun group)
    {
        if (Replaces) FindReplacements(group);
        foreach (var pod in group.Pods.Where(pod => !pod.IsDone)) pod.Result = Next(pod, Progress(Work(pod)));
    }

    public (TicketChange.PodChange? Change, string? Refusal) Act(PodRun run, Pod pod) => Replaces
        ? (Replace.Act(Work(run), _spec.Operation == Operation.Replace ? _spec.Via() : ReplaceVia.Eviction), null)
        : Restart.Act(Work(run), pod, _method, _spec.RestartContainers(), (int)_spec.PodDeadline().TotalSeconds);

    /// <summary>Pods that count as unavailable whatever they look like: being updated by this or another ticket, or just acted on.</summary>
    public IReadOnlySet<PackedUid> Spent()
    {
        var updating = _groups.SelectMany(group => group.Pods).Where(pod => pod.IsUpdating).ToList();
        return _seen.UpdatedByOthers
            .Concat(_seen.ActedOn)
            .Concat(updating.Select(pod => pod.Frozen.Uid))
            .Concat(updating.Select(pod => pod.Result.Replacement?.Uid).OfType<string>())
            .Select(uid => new PackedUid(uid))
            .ToHashSet();
    }

    PodProgress Progress(PodWork work) => Replaces ? Replace.Progress(work) : Restart.Progress(work, _method, _spec.RestartContainers());

    PodWork Work(PodRun pod) => new()
    {
        Namespace = _seen.Ticket.Key.Namespace,
        Frozen = pod.Frozen,
        Result = pod.Result,
        Seen = Find(pod.Frozen),
        Replacement = pod.Result.Replacement is { } replacement ? _byUid.GetValueOrDefault(new(replacement.Uid)) : null,
        ActedOn = _seen.ActedOn.Contains(pod.Frozen.Uid),
        WorkName = pod.WorkName,
        RecreateRequest = _seen.RecreateRequests.GetValueOrDefault(pod.WorkName),
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
            PodProgress.Untouched => before with { State = PodState.NotUpdated },
            PodProgress.Lost(var why) => Failed(before, why),
            PodProgress.Ready(var token) when before.ReadyToken == token && before.ReadySince + _spec.ReadyFor() <= now
                => before with { State = PodState.UpdateSuccessful, Reason = null, FinishedAt = now },
            _ when now - started >= _spec.PodDeadline() => Failed(before, Overdue(run, progress)),
            PodProgress.Ready(var token) => Ready(before, token, started),
            PodProgress.Applying(var what) => Applying(before, what, started),
            _ => throw new UnreachableException(),
        };
    }

    PodResult Ready(PodResult before, string token, DateTimeOffset started)
    {
        var since = before.ReadyToken == token ? before.ReadySince ?? _seen.Now : _seen.Now;
        LookAgain(since + _spec.ReadyFor() - _seen.Now);
        LookAgain(started + _spec.PodDeadline() - _seen.Now);
        if (_spec.ReadyFor() == TimeSpan.Zero) return before with { State = PodState.UpdateSuccessful, StartedAt = started, ReadySince = since, ReadyToken = token, Reason = null, FinishedAt = _seen.Now };
        return before with { State = PodState.Updating, StartedAt = started, ReadySince = since, ReadyToken = token, Reason = $"ready; successful once ready for {_spec.ReadyFor().TotalSeconds} s without a break" };
    }

    PodResult Applying(PodResult before, string what, DateTimeOffset started)
    {
        LookAgain(started + _spec.PodDeadline() - _seen.Now);
        return before with { State = PodState.Updating, StartedAt = started, ReadySince = null, ReadyToken = null, Reason = what };
    }

    PodResult Failed(PodResult before, string why) => before with { State = PodState.UpdateFailed, Reason = why, FinishedAt = _seen.Now };

    string Overdue(PodRun run, PodProgress progress) =>
        $"Pod {run.Frozen.Name} was not successful within {_spec.PodDeadline().TotalSeconds} s: " + (progress is PodProgress.Applying(var what) ? what : $"not ready for {_spec.ReadyFor().TotalSeconds} s without a break");

    void LookAgain(TimeSpan delay)
    {
        if (Requeue is not { } earlier || delay < earlier) Requeue = delay;
    }
}
