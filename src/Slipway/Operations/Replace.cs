using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operations;

/// <summary>Replace: the pod goes, its workload creates another, and that one is ready. Also Restart by method Recreate.</summary>
public static class Replace
{
    public static PodProgress Progress(PodWork work) => work switch
    {
        { Seen: { Pod.Terminating: false }, ActedOn: false } => new PodProgress.Untouched(),
        { Seen: not null } => new PodProgress.Applying($"pod {work.Frozen.Name} is going"),
        { Replacement: null } => new PodProgress.Applying($"{work.Frozen.Workload.Kind} {work.Frozen.Workload.Name} has not created its replacement yet"),
        { Replacement.Pod: { Available: true } pod } => new PodProgress.Ready(Token(pod)),
        { Replacement.Pod: var pod } => new PodProgress.Applying($"replacement {pod.Name}: {PodTrouble.Of(pod)}"),
    };

    public static TicketChange.PodChange Act(PodWork work, ReplaceVia via) => via switch
    {
        ReplaceVia.Delete => new TicketChange.Delete(work.Key, work.Frozen.Uid),
        _ => new TicketChange.Evict(work.Key, work.Frozen.Uid),
    };

    /// <summary>The pod's identity and the time its readiness last changed, our own gate aside; the node's clock, only ever compared with itself.</summary>
    internal static string Token(Pod pod) =>
        string.Join(' ', [pod.Uid, .. pod.Containers.Select(container => container.Id?.ToString() ?? "-"), $"{(pod.Traffic is { HasGate: true } traffic ? traffic.ContainersReadyTransition : pod.ReadyTransition):O}"]);

    /// <summary>
    /// Gives each replaced pod its replacement: the same name where the workload keeps names, else pods newer than the group's
    /// start, one each, by creation order. For Deployments that is a matching, not an identity.
    /// </summary>
    public static IReadOnlyDictionary<string, PodSeen> Match(
        IReadOnlyList<(FrozenPod Frozen, PodResult Result)> gone, ServiceSeen service, Workload workload, NewestPods? newest, IReadOnlySet<string> taken)
    {
        var alive = service.Pods.Where(pod => !pod.Pod.Finished && !taken.Contains(pod.Pod.Uid)).ToList();
        if (workload.KeepsNames)
        {
            var byName = alive.ToDictionary(pod => pod.Pod.Name);
            return gone.Where(pod => byName.ContainsKey(pod.Frozen.Name)).ToDictionary(pod => pod.Frozen.Uid, pod => byName[pod.Frozen.Name]);
        }

        var matched = new Dictionary<string, PodSeen>();
        var byUid = alive.Where(pod => !pod.Pod.Terminating).ToDictionary(pod => pod.Pod.Uid);
        foreach (var (frozen, result) in gone)
        {
            if (result.Replacement is { } known && byUid.Remove(known.Uid, out var kept)) matched[frozen.Uid] = kept;
        }

        var fresh = byUid.Values.Where(pod => IsNewer(pod.Pod, newest)).OrderBy(pod => pod.Pod.CreatedAt).ThenBy(pod => pod.Pod.Name, NaturalOrder.Names);
        var waiting = gone.Where(pod => !matched.ContainsKey(pod.Frozen.Uid)).OrderBy(pod => pod.Result.StartedAt ?? DateTimeOffset.MaxValue);
        foreach (var ((frozen, _), replacement) in waiting.Zip(fresh)) matched[frozen.Uid] = replacement;
        return matched;
    }

    /// <summary>The latest pods of a workload, so that newer ones can be told apart by the API server's clock alone.</summary>
    public static NewestPods Newest(Workload workload, IReadOnlyList<PodSeen> pods)
    {
        DateTimeOffset? latest = pods.Count == 0 ? null : pods.Max(pod => pod.Pod.CreatedAt);
        return new()
        {
            WorkloadUid = workload.Uid,
            CreatedAt = latest,
            Uids = [.. pods.Where(pod => pod.Pod.CreatedAt == latest).Select(pod => pod.Pod.Uid).Order(StringComparer.Ordinal)],
        };
    }

    static bool IsNewer(Pod pod, NewestPods? newest) =>
        newest?.CreatedAt is not { } latest || pod.CreatedAt > latest || (pod.CreatedAt == latest && !(newest.Uids ?? []).Contains(pod.Uid));
}
