using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Controllers;
using Slipway.Tickets;

namespace Slipway.Operator.Tickets;

/// <summary>
/// What the operator knows before its informers do: its own writes, the pods it just acted on, refusals that rest, results
/// not stored yet. All of it can be lost: it is seen again, or is asked again with the same precondition.
/// </summary>
/// <remarks>
/// One decision at a time sees a consistent whole: the controller observes, decides and notes its acts under <see cref="Gate"/>,
/// so that two tickets never spend the same budget. What comes back from the API server is noted under it as well.
/// </remarks>
sealed class TicketMemory(TimeProvider time)
{
    public Lock Gate { get; } = new();

    /// <summary>An act whose effect was not seen for this long is no longer presumed; asking again is safe by its precondition.</summary>
    static readonly TimeSpan Presumed = TimeSpan.FromSeconds(30);

    readonly OwnWrites<OpsTicket> _tickets = new();
    readonly OwnWrites<OpsTicketGroup> _groups = new();
    readonly Dictionary<string, OpsTicketGroupStatus> _unstored = [];
    readonly Dictionary<string, DateTimeOffset> _lastWrites = [];
    readonly Dictionary<string, Act> _acts = [];
    readonly Dictionary<string, Refusal> _refusals = [];
    readonly Dictionary<string, Claim> _claims = [];
    readonly Dictionary<string, RequesterSeen> _requesters = [];

    sealed record Act(TicketChange.Effect Change, string Ticket, DateTimeOffset At)
    {
        /// <summary>The object's resource version that our patch answered with; null while it is under way, or where there is none.</summary>
        public string? Answered { get; init; }
    }

    sealed record Refusal(string Sentence, DateTimeOffset Until);

    sealed record Claim(OpsTicket Ticket, IReadOnlyList<string> Workloads, DateTimeOffset At);

    /// <summary>The ticket as stored, or as we wrote it where the informer is behind.</summary>
    public OpsTicket Newest(OpsTicket seen) => _tickets.Newest(seen);

    /// <summary>The informer shows what we wrote, and nothing beyond.</summary>
    public bool IsOwn(OpsTicket seen)
    {
        lock (Gate) return _tickets.IsOwn(seen);
    }

    /// <inheritdoc cref="IsOwn(OpsTicket)"/>
    public bool IsOwn(OpsTicketGroup seen)
    {
        lock (Gate) return _groups.IsOwn(seen);
    }

    /// <summary>A ticket's groups: as stored, or as we wrote them where the informer is behind, with results that are not stored yet.</summary>
    public IEnumerable<OpsTicketGroup> Newest(string ticketUid, IReadOnlyList<OpsTicketGroup> seen)
    {
        var known = seen.Select(group => group.Uid).ToHashSet();
        var unseen = _groups.Unseen.Where(group => !known.Contains(group.Uid) && (group.Metadata.OwnerReferences ?? []).Any(owner => owner.Uid == ticketUid)).ToList();
        return seen.Select(_groups.Newest).Concat(unseen).Select(group => _unstored.TryGetValue(group.Uid, out var status) ? group with { Status = status } : group);
    }

    public void Wrote(OpsTicket ticket)
    {
        lock (Gate)
        {
            _tickets.Wrote(ticket);
            _lastWrites[ticket.Uid] = time.GetUtcNow();
        }
    }

    public void Wrote(OpsTicketGroup group)
    {
        lock (Gate)
        {
            _groups.Wrote(group);
            _lastWrites[group.Uid] = time.GetUtcNow();
            _unstored.Remove(group.Uid);
            _claims.Remove(group.Uid);
        }
    }

    /// <summary>A ticket has decided to scale these workloads in, which its group's record is about to say.</summary>
    public void Claims(OpsTicket ticket, TicketChange.RecordGroup record)
    {
        if (record.Status.ScaleIns is { } scaleIns) _claims[record.Group.Uid] = new(ticket, [.. scaleIns.Select(scaleIn => scaleIn.WorkloadUid)], time.GetUtcNow());
    }

    /// <summary>Workloads that other tickets have just decided to scale in: UID to the ticket's name.</summary>
    public IEnumerable<(string Workload, string Ticket)> ClaimedByOthers(OpsTicket ticket)
    {
        foreach (var old in _claims.Where(claim => time.GetUtcNow() - claim.Value.At > Presumed).ToList()) _claims.Remove(old.Key);
        return _claims.Values.Where(claim => claim.Ticket.Uid != ticket.Uid).SelectMany(claim => claim.Workloads.Select(workload => (workload, claim.Ticket.Key.Name)));
    }

    /// <summary>Tickets that we wrote as published and that touch a service, where the informer may be behind.</summary>
    public IEnumerable<OpsTicket> Published(string ns, string service) =>
        _tickets.Unseen.Where(ticket => ticket.Key.Namespace == ns && ticket.Spec.Targets.Any(target => target.Service == service)).ToList();

    /// <summary>A group of ours is gone from the cluster.</summary>
    public void DeletedGroup(string uid)
    {
        lock (Gate)
        {
            _groups.Forget(uid);
            _unstored.Remove(uid);
            _lastWrites.Remove(uid);
        }
    }

    public void DeletedTicket(string uid)
    {
        lock (Gate)
        {
            _tickets.Forget(uid);
            _requesters.Remove(uid);
            _lastWrites.Remove(uid);
        }
    }

    /// <summary>What was answered about the requester of a ticket.</summary>
    public RequesterSeen? Requester(OpsTicket ticket) => _requesters.GetValueOrDefault(ticket.Uid);

    public void Answered(OpsTicket ticket, bool? allowed)
    {
        lock (Gate) _requesters[ticket.Uid] = new(allowed, time.GetUtcNow());
    }

    public void KeepForLater(OpsTicketGroup group, OpsTicketGroupStatus status)
    {
        lock (Gate) _unstored[group.Uid] = status;
    }

    /// <summary>Results of this group are not stored yet.</summary>
    public bool IsKeptForLater(OpsTicketGroup group)
    {
        lock (Gate) return _unstored.ContainsKey(group.Uid);
    }

    /// <summary>How long a progress write of this object must wait, so that there is at most one a second.</summary>
    public TimeSpan UntilNextWrite(string uid)
    {
        var pause = TimeSpan.FromSeconds(1);
        lock (Gate) return _lastWrites.TryGetValue(uid, out var last) && time.GetUtcNow() - last is var since && since < pause ? pause - since : TimeSpan.Zero;
    }

    public void Acting(TicketChange.Effect change, string ticket) => _acts[change.Uid] = new(change, ticket, time.GetUtcNow());

    public void Acted(TicketChange.Effect change, string? resourceVersion)
    {
        lock (Gate)
        {
            if (_acts.TryGetValue(change.Uid, out var act)) _acts[change.Uid] = act with { Answered = resourceVersion };
        }
    }

    /// <summary>The act did not happen, or not for sure.</summary>
    public void Forget(TicketChange.Effect change)
    {
        lock (Gate) _acts.Remove(change.Uid);
    }

    public void Refused(TicketChange.Effect change, string sentence)
    {
        lock (Gate)
        {
            _acts.Remove(change.Uid);
            _refusals[change.Uid] = new(sentence, time.GetUtcNow() + TicketExecution.RefusalPause);
        }
    }

    /// <summary>Pods and workloads acted on whose change no informer has shown yet.</summary>
    public IReadOnlySet<string> ActedOn(ClusterView view)
    {
        var now = time.GetUtcNow();
        foreach (var (uid, act) in _acts.ToList())
        {
            if (now - act.At > Presumed || IsVisible(act, view)) _acts.Remove(uid);
        }

        return _acts.Keys.ToHashSet();
    }

    public IReadOnlyDictionary<string, string> Refusals()
    {
        var now = time.GetUtcNow();
        foreach (var (uid, refusal) in _refusals.ToList())
        {
            if (refusal.Until <= now) _refusals.Remove(uid);
        }

        return _refusals.ToDictionary(refusal => refusal.Key, refusal => refusal.Value.Sentence);
    }

    static bool IsVisible(Act act, ClusterView view)
    {
        if (act.Change is TicketChange.LowerReplicas lowering) return IsVisible(act, view.Find(lowering.Workload, lowering.Uid));
        var pod = view.Pods.Get(act.Change.Target);
        if (pod is null || pod.Uid != act.Change.Uid) return true;
        return act.Change switch
        {
            TicketChange.MarkPod or TicketChange.UnmarkPod => IsVisible(act, pod),
            TicketChange.RequestRecreate request => view.RecreateRequests.Get(new(request.Pod.Namespace, request.Name)) is not null,
            TicketChange.RestartInPlace or TicketChange.TakeOutOfTraffic or TicketChange.PutBackInTraffic => IsVisible(act, pod),
            _ => pod.Terminating,
        };
    }

    /// <summary>What our patch answered with, or something later, is seen.</summary>
    static bool IsVisible(Act act, IProjected? found) => found is null || (act.Answered is { } answered && !ResourceVersions.IsOlder(found.ResourceVersion, answered));
}
