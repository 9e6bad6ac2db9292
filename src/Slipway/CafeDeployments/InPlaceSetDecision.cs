using System.Text.Json;
using Slipway.Budgets;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>All that a decision about one InPlaceSet may look at.</summary>
public sealed record InPlaceSetObservation
{
    public required InPlaceSet Set { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>Pods it controls.</summary>
    public IReadOnlyList<SetPod> Pods { get; init; } = [];

    /// <summary>Pods of the namespace that nobody controls.</summary>
    public IReadOnlyList<Pod> Orphans { get; init; } = [];

    /// <summary>Pods that have the name of one of its pods and are not controlled by it.</summary>
    public IReadOnlyList<Pod> Strangers { get; init; } = [];

    /// <summary>Templates that pods may have been made from, as the pods of this set are made.</summary>
    public IReadOnlyList<TemplateRevision> Revisions { get; init; } = [];

    public IReadOnlyList<BudgetSeen> Budgets { get; init; } = [];

    /// <summary>Pods acted on whose change is not visible yet.</summary>
    public IReadOnlySet<PackedUid> ActedOn { get; init; } = new HashSet<PackedUid>();

    /// <summary>Now, as precisely as people want to read it.</summary>
    public DateTimeOffset Second => Now.AddTicks(-(Now.Ticks % TimeSpan.TicksPerSecond));

    public int Replicas => Set.Spec.Replicas ?? 1;
    public int Partition => Set.Spec.Strategy?.Partition ?? 0;
    public int MinReadySeconds => Set.Spec.MinReadySeconds ?? 0;

    /// <summary>What its template says its revision is, as a CafeDeployment writes it, or else the template's own hash.</summary>
    public string Revision => field ??= TemplateParts.Labels(Set.Spec.Template).GetValueOrDefault(Names.RevisionLabel) ?? TemplateRevision.HashOf(Set.Spec.Template);

    /// <summary>Nobody else keeps its history.</summary>
    public bool KeepsHistory => Set.Controller is not { Kind: "CafeDeployment" };

    public JsonElement? TemplateOf(string? revision) => revision == Revision ? Set.Spec.Template : Revisions.FirstOrDefault(known => known.Hash == revision)?.Template;
}

/// <summary>What a decision about an InPlaceSet wants changed; a closed list.</summary>
public abstract record InPlaceSetChange
{
    InPlaceSetChange() { }

    public sealed record SaveRevision(string Name, string Hash, long Number) : InPlaceSetChange;

    public sealed record DeleteRevision(TemplateRevision Revision) : InPlaceSetChange;

    public sealed record Adopt(Pod Pod) : InPlaceSetChange;

    public sealed record Release(Pod Pod) : InPlaceSetChange;

    public sealed record Create(string Name, string Revision, JsonElement Template) : InPlaceSetChange;

    public sealed record Upgrade(Pod Pod, UpgradeWay.InPlace Way) : InPlaceSetChange;

    /// <summary>Asks the disruption budgets.</summary>
    public sealed record Evict(Pod Pod) : InPlaceSetChange;

    public sealed record Delete(Pod Pod) : InPlaceSetChange;
}

/// <summary>What is to change about an InPlaceSet, its status, and when to look again.</summary>
public sealed record InPlaceSetDecision(IReadOnlyList<InPlaceSetChange> Changes, InPlaceSetStatus Status, Requeue Requeue)
{
    const int UnusedRevisions = 10;

    /// <summary>Another look at budgets that had no room; their own changes wake earlier.</summary>
    static readonly TimeSpan BudgetPause = TimeSpan.FromSeconds(5);

    public static InPlaceSetDecision Decide(InPlaceSetObservation seen)
    {
        if (seen.Set.Metadata.DeletionTimestamp is not null) return new([], seen.Set.Status ?? new(), Requeue.OnChange);
        if (InPlaceSetConditions.Mistake(seen) is { } mistake) return new([], InPlaceSetConditions.Status(seen, mistake, null), Requeue.OnChange);
        var slots = Ordinals.Of(seen.Replicas, seen.Set.Spec.ReservedOrdinals ?? []).Select(ordinal => PodSetNames.Pod(seen.Set.Key.Name, ordinal)).ToList();
        var wanted = slots.ToHashSet();
        List<InPlaceSetChange> changes = [];
        if (seen.KeepsHistory) changes.AddRange(History(seen));
        changes.AddRange(Belonging(seen, wanted));
        changes.AddRange(seen.Pods.Where(pod => !pod.Pod.Terminating && (pod.Pod.Finished || !wanted.Contains(pod.Pod.Name)) && Matches(seen, pod.Pod) && !seen.ActedOn.Contains(pod.Pod.Identity))
            .Select(pod => new InPlaceSetChange.Delete(pod.Pod)));
        changes.AddRange(Missing(seen, slots));
        var held = Upgrades(seen, wanted, changes);
        return new(changes, InPlaceSetConditions.Status(seen, null, held), held is null ? NextLook(seen) : Requeue.After(BudgetPause));
    }

    /// <summary>Templates that pods have are kept, and a few that none has.</summary>
    static IEnumerable<InPlaceSetChange> History(InPlaceSetObservation seen)
    {
        if (seen.Revisions.All(revision => revision.Hash != seen.Revision))
        {
            yield return new InPlaceSetChange.SaveRevision($"{seen.Set.Key.Name}-{seen.Revision}", seen.Revision, seen.Revisions.Select(revision => revision.Number).DefaultIfEmpty().Max() + 1);
        }

        var used = seen.Pods.Select(pod => pod.Revision).Append(seen.Revision).ToHashSet();
        foreach (var old in seen.Revisions.Where(revision => !used.Contains(revision.Hash)).OrderByDescending(revision => revision.Number).Skip(UnusedRevisions)) yield return new InPlaceSetChange.DeleteRevision(old);
    }

    /// <summary>Ownership goes by UID; who is taken in or let go is decided by labels (Kubernetes, "Owners and dependents").</summary>
    static IEnumerable<InPlaceSetChange> Belonging(InPlaceSetObservation seen, HashSet<string> wanted)
    {
        foreach (var pod in seen.Pods.Where(pod => !pod.Pod.Terminating && !Matches(seen, pod.Pod))) yield return new InPlaceSetChange.Release(pod.Pod);
        foreach (var pod in seen.Orphans.Where(pod => wanted.Contains(pod.Name) && pod is { Terminating: false, Finished: false } && Matches(seen, pod))) yield return new InPlaceSetChange.Adopt(pod);
    }

    static bool Matches(InPlaceSetObservation seen, Pod pod) => seen.Set.Spec.Selector.Matches(pod.Labels);

    /// <summary>A name that is still taken waits. The partition's share of pods is made from the template the others of it have.</summary>
    static IEnumerable<InPlaceSetChange> Missing(InPlaceSetObservation seen, IReadOnlyList<string> slots)
    {
        var taken = seen.Pods.Select(pod => pod.Pod.Name).Concat(seen.Strangers.Select(pod => pod.Name)).ToHashSet();
        var old = seen.Pods.Where(pod => pod.IsActive && pod.Revision != seen.Revision).ToList();
        var previous = old.GroupBy(pod => pod.Revision).OrderByDescending(revision => revision.Count()).Select(revision => revision.Key).FirstOrDefault(revision => seen.TemplateOf(revision) is not null);
        var lacking = previous is null ? 0 : seen.Partition - old.Count;
        foreach (var name in slots.Where(name => !taken.Contains(name)))
        {
            var revision = lacking-- > 0 ? previous! : seen.Revision;
            yield return new InPlaceSetChange.Create(name, revision, seen.TemplateOf(revision)!.Value);
        }
    }

    /// <summary>As many as the partition lets go, unhealthy ones first; a pod that can serve goes only if the budgets have room. Returns what holds the first that waits.</summary>
    static string? Upgrades(InPlaceSetObservation seen, HashSet<string> wanted, List<InPlaceSetChange> changes)
    {
        var old = seen.Pods.Where(pod => pod.IsActive && pod.Revision != seen.Revision && wanted.Contains(pod.Pod.Name) && Matches(seen, pod.Pod)).ToList();
        var going = Math.Max(0, old.Count - seen.Partition);
        if (going == 0) return null;
        var spent = seen.Pods.Where(pod => pod.Pod.AwaitsRestart).Select(pod => pod.Pod.Identity).Concat(seen.ActedOn).ToHashSet();
        var inPlace = new Headroom([], seen.Budgets, IntOrPercent.Percent(100), policies: [], spent, byEviction: false);
        var byEviction = new Headroom([], seen.Budgets, IntOrPercent.Percent(100), policies: [], spent, byEviction: true);
        string? held = null;
        foreach (var pod in old.OrderBy(pod => pod.IsReady).ThenBy(pod => pod.Pod.Name, NaturalOrder.Names).Take(going).Where(pod => !seen.ActedOn.Contains(pod.Pod.Identity)))
        {
            var way = UpgradeWay.Of(pod.Pod, seen.TemplateOf(pod.Revision), seen.Set.Spec.Template);
            var restarts = way is UpgradeWay.Recreate or UpgradeWay.InPlace { Restarts.Length: > 0 };
            if (restarts && (way is UpgradeWay.Recreate ? byEviction : inPlace).Take("", pod.Pod) is { } reason)
            {
                held ??= $"{pod.Pod.Name}: {reason}";
                continue;
            }

            changes.Add(way is UpgradeWay.InPlace stays ? new InPlaceSetChange.Upgrade(pod.Pod, WithRevision(stays, seen.Revision)) : new InPlaceSetChange.Evict(pod.Pod));
        }

        return held;
    }

    static UpgradeWay.InPlace WithRevision(UpgradeWay.InPlace way, string revision) =>
        way with { Labels = new Dictionary<string, string?>(way.Labels) { [Names.RevisionLabel] = revision } };

    static Requeue NextLook(InPlaceSetObservation seen)
    {
        var next = seen.Pods.Select(pod => pod.AvailableAt(seen.MinReadySeconds)).Where(at => at > seen.Now).Min();
        return next is { } at ? Requeue.After(at - seen.Now) : Requeue.OnChange;
    }
}
