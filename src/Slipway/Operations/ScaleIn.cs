using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operations;

/// <summary>What became of the one write that lowers a workload's replicas.</summary>
public enum ScaleInWrite
{
    /// <summary>It has not been done: the workload is as it was recorded.</summary>
    NotYet,

    /// <summary>It has not been done, and cannot be any more: somebody else changed the workload first.</summary>
    Overtaken,

    /// <summary>It was sent and its effect is not seen yet.</summary>
    Sent,

    Done,

    /// <summary>The workload was changed several times; only the pods can tell.</summary>
    Unclear,

    /// <summary>The workload is not there any more.</summary>
    Gone,
}

/// <summary>Specified scale-in: exactly these pods go and replicas fall with them. What is seen of it, and what stands in its way.</summary>
public static class ScaleIn
{
    /// <summary>Marks and replicas reach the ReplicaSet controller by different watches; the marks get this long a lead.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);

    /// <summary>The workload has as few pods as it asks for and a chosen one is still among them: for this long, and it is certain that another went.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromSeconds(5);

    /// <summary>Deployments and ReplicaSets are told by marks on the pods which of them go; the others by the write itself.</summary>
    public static bool Marks(Workload workload) => workload.Kind is "Deployment" or "ReplicaSet";

    /// <remarks>
    /// A generation counts the changes of a spec (Kubernetes API conventions), and the write is sent only with the resource version
    /// of the recorded generation. So the first change after it is either this write or another's.
    /// </remarks>
    public static ScaleInWrite Write(ScaleInRecord record, Workload? workload, bool sent) => workload switch
    {
        null => ScaleInWrite.Gone,
        _ when workload.Uid != record.WorkloadUid => ScaleInWrite.Gone,
        _ when workload.Generation <= record.Generation => sent ? ScaleInWrite.Sent : ScaleInWrite.NotYet,
        _ when workload.Desired == record.Lowered => ScaleInWrite.Done,
        _ when workload.Generation == record.Generation + 1 => ScaleInWrite.Overtaken,
        _ => ScaleInWrite.Unclear,
    };

    /// <summary>How a pod stands once replicas were lowered, by its UID.</summary>
    public static ScaleInProgress Progress(ScaleInRecord record, FrozenPod frozen, ServiceSeen service, Workload workload)
    {
        var pod = service.Pods.FirstOrDefault(seen => seen.Pod.Uid == frozen.Uid)?.Pod;
        var active = service.Pods.Where(seen => seen.Pod is { Terminating: false, Finished: false }).Select(seen => seen.Pod.Uid).ToHashSet();
        return pod switch
        {
            null when workload.Desired > record.Lowered
                => new ScaleInProgress.Lost($"Pod {frozen.Name} is gone, but {workload} was scaled to {workload.Desired} replicas meanwhile; {record.Lowered} were to be left"),
            null => new ScaleInProgress.Gone(),
            { Terminating: true } => new ScaleInProgress.Going($"pod {frozen.Name} is going"),
            _ when workload.ObservedGeneration < workload.Generation || active.Count > workload.Desired
                => new ScaleInProgress.Going($"{workload} has not given up pod {frozen.Name} yet"),
            _ => new ScaleInProgress.Doubtful(Instead(frozen, workload, [.. record.Others.Where(other => !active.Contains(other.Uid)).Select(other => other.Name)])),
        };
    }

    static string Instead(FrozenPod frozen, Workload workload, IReadOnlyList<string> died) => died.Count == 0
        ? $"Pod {frozen.Name} is still there although {workload} has only the {workload.Desired} pods that it asks for"
        : $"{workload} gave up {Downsizing.Names(died)} instead of {frozen.Name}; it has {workload.Desired} replicas now";

    /// <summary>Why these pods of a workload may not be scaled in now, as far as the workload and its pods say; null when they may.</summary>
    public static string? Hold(ServiceSeen service, Workload workload, IReadOnlyList<Pod> going)
    {
        if (Downsizing.Of(workload, [.. going.Select(pod => pod.Name)]).Refusal is { } refusal) return refusal;
        if (!Marks(workload)) return null;

        var chosen = going.Select(pod => pod.Uid).ToHashSet();
        var active = service.Pods.Select(seen => seen.Pod).Where(pod => pod is { Terminating: false, Finished: false }).ToList();
        var others = active.Where(pod => !chosen.Contains(pod.Uid)).ToList();
        var unready = others.Where(pod => !pod.Ready).Select(pod => pod.Name).Order(NaturalOrder.Names).ToList();
        if (unready.Count > 0) return $"{Downsizing.Names(unready)} {(unready.Count == 1 ? "is" : "are")} not ready, and {workload} would give up pods that are not ready first";
        if (active.Count != workload.Desired) return $"{workload} has {active.Count} of {workload.Desired} pods";
        return Cheap(workload, others);
    }

    /// <summary>Another pod that would go as soon as a marked one.</summary>
    public static string? Cheap(Workload workload, IEnumerable<Pod> others) =>
        others.FirstOrDefault(pod => pod.Mark?.Value == int.MinValue) is { } cheap
            ? $"Pod {cheap.Name} has the lowest deletion cost there is ({cheap.Mark!.Cost}), and {workload} could give it up instead"
            : null;

    /// <summary>Something else that would undo the scale-in or choose other pods; null when nothing would.</summary>
    public static string? Rival(Workload workload, int replicas, IEnumerable<Autoscaler> autoscalers, IEnumerable<WorkloadSpread> spreads) =>
        autoscalers.Select(autoscaler => autoscaler.Undoes(workload, replicas)).FirstOrDefault(reason => reason is not null)
        ?? (Marks(workload) && spreads.FirstOrDefault(spread => spread.Target.Is(workload)) is { } spread
            ? $"WorkloadSpread {spread.Key.Name} keeps writing the deletion cost of {workload}'s pods, so which of them go cannot be chosen; remove it first"
            : null);
}

/// <summary>How far a pod has come that is scaled in.</summary>
public abstract record ScaleInProgress
{
    ScaleInProgress() { }

    /// <summary>Its UID is gone and replicas fell.</summary>
    public sealed record Gone : ScaleInProgress;

    /// <summary>The clause says what is seen.</summary>
    public sealed record Going(string Seen) : ScaleInProgress;

    /// <summary>It seems that another went for it; the sentence holds if this lasts.</summary>
    public sealed record Doubtful(string Why) : ScaleInProgress;

    /// <summary>It cannot succeed any more.</summary>
    public sealed record Lost(string Why) : ScaleInProgress;
}
