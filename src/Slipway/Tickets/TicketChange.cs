using Slipway.Resources;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>What a decision wants done, in our words. Each is idempotent and carries its own precondition.</summary>
public abstract record TicketChange
{
    TicketChange() { }

    /// <summary>Write down the frozen pods of a group, or of a part of one.</summary>
    public sealed record CreateGroup(OpsTicketGroup Group) : TicketChange;

    /// <summary>Remove a record of an initialization that did not hold.</summary>
    public sealed record DeleteGroup(ObjectKey Key, string Uid) : TicketChange;

    /// <summary>Record how a group stands. <paramref name="WriteAhead"/>: nothing may be done before this is stored.</summary>
    public sealed record RecordGroup(OpsTicketGroup Group, OpsTicketGroupStatus Status, bool WriteAhead) : TicketChange;

    /// <summary>Keep a deleted ticket until it is cancelled in good order.</summary>
    public sealed record HoldTicket : TicketChange;

    /// <summary>Let a deleted ticket go.</summary>
    public sealed record ReleaseTicket : TicketChange;

    /// <summary>Remove a finished ticket whose time is up.</summary>
    public sealed record RemoveTicket : TicketChange;

    /// <summary>Tell it as a Kubernetes Event.</summary>
    public sealed record Announce(string Reason, string Message, bool Warning = false) : TicketChange;

    /// <summary>Write weights of one service's units where its balancer takes them from, each only if it still is what was seen.</summary>
    public sealed record SetWeights(string Service, IReadOnlyList<WeightWrite> Writes) : TicketChange;

    /// <summary>Ask the API server whether the requester may still do by hand what the ticket does; everything else waits for the answer.</summary>
    public sealed record AskRequester(string User, IReadOnlyList<string> Groups, Right Right) : TicketChange;

    /// <summary>Ask a service's balancer, which no watch tells of.</summary>
    public sealed record AskBalancer(string Service) : TicketChange;

    /// <summary>Tell a balancer that follows no endpoints to let a pod's address finish what it has, or to send to it again.</summary>
    public sealed record DrainBackend(string Service, string Address, bool Drain) : TicketChange;

    /// <summary>One act on one object that is not ours, whose UID is its precondition.</summary>
    public abstract record Effect(ObjectKey Target, string Uid) : TicketChange;

    /// <summary>One act on one pod.</summary>
    public abstract record PodChange(ObjectKey Pod, string Uid) : Effect(Pod, Uid);

    /// <summary>Spell the images of containers another way, so that the kubelet restarts just those.</summary>
    public sealed record RestartInPlace(ObjectKey Pod, string Uid, IReadOnlyList<ImageChange> Images) : PodChange(Pod, Uid);

    /// <summary>Ask OpenKruise's node daemon to restart containers.</summary>
    public sealed record RequestRecreate(ObjectKey Pod, string Uid, string Name, IReadOnlyList<string> Containers, int DeadlineSeconds) : PodChange(Pod, Uid);

    /// <summary>Leave the ticket's mark on a pod, so that its Services stop sending to it. The resource version guards the marks of others.</summary>
    public sealed record TakeOutOfTraffic(ObjectKey Pod, string Uid, string ResourceVersion, DateTimeOffset At) : PodChange(Pod, Uid)
    {
        /// <summary>By readiness gate: everyone who holds it, this ticket last.</summary>
        public IReadOnlyList<TrafficHold>? Gate { get; init; }

        /// <summary>By labels: everyone who holds them, and the labels as they were.</summary>
        public LabelMark? Labels { get; init; }
    }

    /// <summary>Take away the ticket's mark; the last one to go opens the gate, or gives the labels back.</summary>
    public sealed record PutBackInTraffic(ObjectKey Pod, string Uid, string ResourceVersion, DateTimeOffset At) : PodChange(Pod, Uid)
    {
        /// <summary>Who still holds the gate; null when it is not by the gate.</summary>
        public IReadOnlyList<TrafficHold>? Gate { get; init; }

        /// <summary>Who still holds the labels, and the labels as they were; null when it is not by labels.</summary>
        public LabelMark? Labels { get; init; }

        /// <summary>Held labels that somebody has set again meanwhile; theirs stay.</summary>
        public IReadOnlyList<string> Present { get; init; } = [];
    }

    public sealed record Evict(ObjectKey Pod, string Uid) : PodChange(Pod, Uid);

    public sealed record Delete(ObjectKey Pod, string Uid) : PodChange(Pod, Uid);

    /// <summary>Mark a pod so that its ReplicaSet gives it up first, in the name of a ticket.</summary>
    public sealed record MarkPod(ObjectKey Pod, string Uid, string Ticket) : PodChange(Pod, Uid);

    /// <summary>Take a ticket's mark off a pod, and put back the deletion cost it had; null: it had none.</summary>
    public sealed record UnmarkPod(ObjectKey Pod, string Uid, string Ticket, string? Cost) : PodChange(Pod, Uid);

    /// <summary>Lower the replicas of a workload as it was seen: its resource version is a precondition as well.</summary>
    public sealed record LowerReplicas(ResourceType Type, ObjectKey Workload, string Uid, string ResourceVersion, Downsizing Downsizing) : Effect(Workload, Uid);
}

/// <summary>Container number <paramref name="Index"/> of a pod, its image as seen, and the same image spelled another way.</summary>
public sealed record ImageChange(int Index, string Container, string From, string To);
