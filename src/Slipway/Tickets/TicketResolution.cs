using Slipway.Components;
using Slipway.Operations;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Tickets;

/// <summary>What initialization makes of a ticket: the frozen pods and how to restart them, or why it cannot be done.</summary>
public abstract record TicketResolution
{
    TicketResolution() { }

    public sealed record Resolved(IReadOnlyList<FrozenPod> Pods, RestartMethod? Method) : TicketResolution;

    /// <summary>One sentence each; the first is the Failure Reason.</summary>
    public sealed record Refused(IReadOnlyList<string> Reasons) : TicketResolution
    {
        public string FailureReason => Reasons.Count == 1 ? Reasons[0] : $"{Reasons[0]} (and {Reasons.Count - 1} more)";
    }

    /// <summary>Resolves targets to pods by UID and checks everything that can be checked before publishing.</summary>
    public static TicketResolution Of(TicketObservation seen)
    {
        var spec = seen.Ticket.Spec;
        var broken = TicketRules.Check(seen.Ticket);
        if (broken.Count > 0) return new Refused([.. broken.Select(violation => violation.Message)]);
        var closed = ComponentGates.Unmet(seen);
        if (closed.Count > 0) return new Refused(closed);
        if (spec.Operation == Operation.ShiftTraffic) return TrafficShift.Refusals(seen) is { Count: > 0 } refusals ? new Refused(refusals) : new Resolved([], null);

        var reasons = new List<string>();
        var pods = spec.Targets.SelectMany(target => TargetPods.Of(target, seen, reasons)).ToList();
        if (pods.Count > TargetPods.Most) reasons.Add($"The ticket chooses {pods.Count} pods; at most {TargetPods.Most} are allowed");
        if (reasons.Count > 0) return new Refused(reasons);

        reasons.AddRange(Conflicts(seen, pods.Select(pod => pod.Seen.Pod.Uid)));
        reasons.AddRange(Rollouts(seen));
        var paths = TrafficResolution.Paths(seen, pods, reasons);
        if (IsByEviction(spec)) reasons.AddRange(pods.Select(pod => TwoBudgets(seen, pod)).OfType<string>());
        var method = spec.Operation == Operation.Restart ? MethodFor(seen, pods, reasons) : null;
        IReadOnlyList<FrozenPod> frozen = [.. pods.Select(pod => Frozen(pod.Target, pod.Seen, pod.Workload, paths.GetValueOrDefault(pod.Seen.Pod.Uid)))];
        if (spec.Operation == Operation.ScaleIn)
        {
            frozen = ScaleInResolution.Ordered(seen, frozen);
            reasons.AddRange(ScaleInResolution.Refusals(seen, frozen));
        }

        return reasons.Count > 0 ? new Refused(reasons) : new Resolved(frozen, method);
    }

    /// <summary>Why these pods may not be touched now: another published ticket holds some. Checked again when acting.</summary>
    public static IReadOnlyList<string> Conflicts(TicketObservation seen, IEnumerable<string> uids) =>
    [
        .. uids.Where(seen.HeldByOthers.ContainsKey).GroupBy(uid => seen.HeldByOthers[uid])
            .OrderBy(held => held.Key.Ticket, StringComparer.Ordinal)
            .Select(held => $"Ticket {held.Key.Ticket} is {Doing(held.Key.Phase)} on {held.Count()} of these pods"),
    ];

    /// <summary>Why these services may not be touched now: they replace pods by themselves. Traffic can change all the same.</summary>
    public static IReadOnlyList<string> Rollouts(TicketObservation seen) => seen.Ticket.Spec.Operation is Operation.RemoveTraffic or Operation.ShiftTraffic ? [] :
    [
        .. seen.Services.Values.Where(service => service.Workload?.Rollout is not null)
            .Select(service => $"{service.Workload} is in the middle of its own rollout ({service.Workload!.Rollout})"),
    ];

    static string Doing(TicketPhase phase) => phase switch
    {
        TicketPhase.Executing => "executing",
        TicketPhase.Cancelling => "being cancelled",
        TicketPhase.WaitingForConfirmation => "waiting for confirmation",
        TicketPhase.Pausing or TicketPhase.Paused => "paused",
        _ => "published",
    };

    static bool IsByEviction(OpsTicketSpec spec) =>
        spec.Operation == Operation.Replace ? spec.Via() == ReplaceVia.Eviction : spec.Restart?.Method == RestartMethod.Recreate;

    static string? TwoBudgets(TicketObservation seen, TargetPod pod)
    {
        var covering = seen.Budgets.Where(budget => budget.Budget.Covers(pod.Seen.Pod.Labels)).Select(budget => budget.Budget.Name).ToList();
        return covering.Count < 2 ? null : $"Pod {pod.Seen.Pod.Name} is covered by {covering.Count} PodDisruptionBudgets ({string.Join(", ", covering)}); the API server evicts no such pod";
    }

    static RestartMethod? MethodFor(TicketObservation seen, IReadOnlyList<TargetPod> pods, List<string> reasons)
    {
        var asked = seen.Ticket.Spec.Restart?.Method ?? RestartMethod.Auto;
        var chosen = seen.Ticket.Spec.RestartContainers();
        if (asked == RestartMethod.ContainerRecreateRequest && !seen.RecreateRequestsServed)
        {
            reasons.Add("restart.method ContainerRecreateRequest needs OpenKruise, whose ContainerRecreateRequest kind or kruise-daemon was not found; Auto, ImageReference and Recreate do not");
            return null;
        }

        var method = asked != RestartMethod.Auto ? asked : seen.RecreateRequestsServed ? RestartMethod.ContainerRecreateRequest : RestartMethod.ImageReference;
        var refusals = pods.Select(pod => Restart.Refusal(pod.Seen.Pod, method, chosen)).OfType<string>().ToList();
        reasons.AddRange(refusals.Select(reason => method == RestartMethod.ImageReference ? $"{reason}; restart.method Recreate would work" : reason));
        return method;
    }

    static FrozenPod Frozen(TicketTarget target, PodSeen seen, Workload workload, TrafficPath? path) => new()
    {
        Service = target.Service,
        Workload = new() { Kind = workload.Kind, Name = workload.Name, Uid = workload.Uid },
        Name = seen.Pod.Name,
        Uid = seen.Pod.Uid,
        Unit = seen.Unit,
        Node = seen.Pod.Node,
        Traffic = path,
    };
}
