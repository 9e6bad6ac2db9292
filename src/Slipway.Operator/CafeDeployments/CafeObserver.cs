using System.Text.Json;
using Slipway.Budgets;
using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Gathers, from the stores, all that a decision about a CafeDeployment or an InPlaceSet may look at. Called under the memory's gate.</summary>
sealed class CafeObserver(ClusterView view, Balancers balancers, WorkloadMemory memory, PodClock clock, TimeProvider time)
{
    public CafeObservation Observe(CafeDeployment stored)
    {
        var cafe = memory.Cafes.Newest(stored);
        var sets = Sets(cafe).ToList();
        var owned = sets.Where(set => set.Controller?.Uid == cafe.Uid).ToList();
        return new()
        {
            Cafe = cafe,
            Now = time.GetUtcNow(),
            Sets = owned,
            Strangers = [.. sets.Where(set => set.Controller?.Uid != cafe.Uid)],
            Revisions = Revisions(cafe.Uid),
            Others = [.. view.CafesByNamespace.Get(cafe.Key.Namespace).Where(other => other.Uid != cafe.Uid && other.Metadata.DeletionTimestamp is null)],
            UnitNodes = view.UnitNodes(),
            Budgets = cafe.Spec.PodSetType == PodSetType.ReplicaSet ? Budgets(cafe.Key.Namespace, owned.SelectMany(set => set.Pods)) : [],
            ActedOn = memory.ActedOn(view),
            Withheld = balancers.Withholds(CafeWorkload.Of(cafe)),
        };
    }

    public InPlaceSetObservation Observe(InPlaceSet stored)
    {
        var set = memory.Sets.Newest(stored);
        var pods = Pods(set.Uid, set.Key.Namespace);
        var own = pods.Select(pod => pod.Pod.Identity).ToHashSet();
        var slots = Ordinals.Of(set.Spec.Replicas ?? 1, set.Spec.ReservedOrdinals ?? []).Select(ordinal => PodSetNames.Pod(set.Key.Name, ordinal));
        return new()
        {
            Set = set,
            Now = time.GetUtcNow(),
            Pods = pods,
            Orphans = view.OrphansByNamespace.Get(set.Key.Namespace),
            Strangers = [.. slots.Select(name => view.Pods.Get(new(set.Key.Namespace, name))).OfType<Pod>().Where(pod => !own.Contains(pod.Identity))],
            Revisions = RevisionsOf(set),
            Budgets = HasOldPods(set, pods) ? Budgets(set.Key.Namespace, pods) : [],
            ActedOn = memory.ActedOn(view),
        };
    }

    /// <summary>The sets a CafeDeployment controls, and whatever else has the name of one of its sets.</summary>
    IEnumerable<PodSetSeen> Sets(CafeDeployment cafe)
    {
        var ns = cafe.Key.Namespace;
        var names = EffectiveSizes.Of(cafe) is UnitSizes.Known sizes ? sizes.Units.Select(size => new ObjectKey(ns, PodSetNames.Of(cafe.Key.Name, size.Unit))).ToList() : [];
        return (cafe.Spec.PodSetType ?? PodSetType.InPlaceSet) switch
        {
            PodSetType.ReplicaSet => memory.BuiltIns.Newest(view.ReplicaSetsByOwner.Get(cafe.Uid), Mine("ReplicaSet")).Concat(names.Select(view.ReplicaSets.Get).OfType<Workload>()).DistinctBy(set => set.Uid).Select(Seen),
            PodSetType.StatefulSet => memory.BuiltIns.Newest(view.StatefulSetsByOwner.Get(cafe.Uid), Mine("StatefulSet")).Concat(names.Select(view.StatefulSets.Get).OfType<Workload>()).DistinctBy(set => set.Uid).Select(Seen),
            _ => memory.Sets.Newest(view.InPlaceSetsByOwner.Get(cafe.Uid), set => set.Controller?.Uid == cafe.Uid).Concat(names.Select(view.InPlaceSets.Get).OfType<InPlaceSet>()).DistinctBy(set => set.Uid).Select(Seen),
        };

        Func<Workload, bool> Mine(string kind) => set => set.Kind == kind && set.Controller?.Uid == cafe.Uid;
    }

    PodSetSeen Seen(InPlaceSet set) => new()
    {
        Kind = Kinds.InPlaceSets.Kind,
        Key = set.Key,
        Uid = set.Uid,
        ResourceVersion = set.ResourceVersion,
        Controller = set.Controller is { } owner ? new(owner.Kind, owner.Name, owner.Uid) : null,
        Terminating = set.Metadata.DeletionTimestamp is not null,
        Labels = set.Metadata.Labels ?? LabelSet.Empty,
        Replicas = set.Spec.Replicas ?? 1,
        Partition = set.Spec.Strategy?.Partition ?? 0,
        Reserved = set.Spec.ReservedOrdinals ?? [],
        MadeFrom = set.Metadata.Annotations?.GetValueOrDefault(Names.MadeFrom),
        Pods = Pods(set.Uid, set.Key.Namespace),
    };

    PodSetSeen Seen(Workload set) => new()
    {
        Kind = set.Kind,
        Key = set.Key,
        Uid = set.Uid,
        ResourceVersion = set.ResourceVersion,
        Controller = set.Controller,
        Terminating = set.Terminating,
        Labels = set.Labels,
        Replicas = set.Desired,
        Partition = set.Partition,
        MadeFrom = set.MadeFrom,
        OwnRevision = set.ObservedGeneration >= set.Generation ? set.UpdateRevision : null,
        Pods = Pods(set.Uid, set.Key.Namespace),
    };

    IReadOnlyList<SetPod> Pods(string set, string ns) =>
        [.. memory.Pods.Newest(view.PodsByOwner.Get(set), pod => pod.Controller?.Uid == set && pod.Key.Namespace == ns).Select(clock.Look)];

    IReadOnlyList<TemplateRevision> Revisions(string owner) =>
        [.. memory.History.Newest(view.HistoryByOwner.Get(owner), entry => entry.Owner?.Uid == owner).Select(entry => entry.Revision).OfType<TemplateRevision>().OrderBy(revision => revision.Number)];

    /// <summary>A CafeDeployment keeps the history of its sets; its templates are then read as the pods of this unit are made.</summary>
    IReadOnlyList<TemplateRevision> RevisionsOf(InPlaceSet set)
    {
        if (set.Controller is not { Kind: "CafeDeployment" } owner) return Revisions(set.Uid);
        if (view.CafeDeployments.Get(new(set.Key.Namespace, owner.Name)) is not { } cafe || cafe.Uid != owner.Uid) return [];
        var unit = set.Spec.Selector.MatchLabels?.GetValueOrDefault(Names.DeployUnitLabel) ?? Names.NoUnit;
        var nodes = cafe.Spec.Topology?.UnitType == UnitType.Cell && view.UnitNodes().TryGetValue(unit, out var labels) ? labels : UnitTemplate.NodesOf(cafe.Spec.Topology?.UnitType, unit);
        return [.. Revisions(owner.Uid).Select(revision => revision with { Template = UnitTemplate.Of(cafe.Spec.Selector, revision.Template, unit, revision.Hash, nodes) })];
    }

    static bool HasOldPods(InPlaceSet set, IReadOnlyList<SetPod> pods)
    {
        var revision = set.Spec.Template.ValueKind == JsonValueKind.Object ? new InPlaceSetObservation { Set = set, Now = default }.Revision : "";
        return pods.Any(pod => pod.IsActive && pod.Revision != revision);
    }

    /// <summary>The budgets that cover a pod of these, each with every pod it covers, of whatever workload.</summary>
    IReadOnlyList<BudgetSeen> Budgets(string ns, IEnumerable<SetPod> pods)
    {
        var labels = pods.Select(pod => pod.Pod.Labels).Distinct().ToList();
        return
        [
            .. view.BudgetsByNamespace.Get(ns).Where(budget => labels.Any(budget.Covers))
                .Select(budget => new BudgetSeen(budget, [.. view.PodsByNamespace.Get(ns).Where(pod => !pod.Finished && budget.Covers(pod.Labels)).Select(memory.Pods.Newest)])),
        ];
    }
}
