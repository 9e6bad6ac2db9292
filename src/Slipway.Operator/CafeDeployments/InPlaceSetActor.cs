using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Turns a decision about an InPlaceSet into API calls, and then stores its status.</summary>
sealed class InPlaceSetActor(KubernetesApi api, WorkloadMemory memory, PodActs pods, HistoryActs history)
{
    public async Task<Requeue> ActAsync(InPlaceSetObservation seen, InPlaceSetDecision decision, CancellationToken cancellation)
    {
        var set = seen.Set;
        foreach (var change in decision.Changes)
        {
            switch (change)
            {
                case InPlaceSetChange.SaveRevision save: await history.Save(set.Key, set.Uid, Kinds.InPlaceSets, set.Spec.Selector, save.Name, save.Hash, save.Number, set.Spec.Template, cancellation); break;
                case InPlaceSetChange.DeleteRevision(var revision): await history.Delete(set.Key, revision, cancellation); break;
            }
        }

        await pods.RunAsync(decision.Changes.Select(change => Act(set, change, cancellation)).Where(act => act.Act is not null));
        return Requeue.Sooner(decision.Requeue, await Store(set, decision.Status, cancellation));
    }

    (Pod? Pod, Func<Task> Act) Act(InPlaceSet set, InPlaceSetChange change, CancellationToken cancellation) => change switch
    {
        InPlaceSetChange.SaveRevision or InPlaceSetChange.DeleteRevision => default,
        InPlaceSetChange.Create create => (null, () => pods.Create(set, create, cancellation)),
        InPlaceSetChange.Upgrade(var pod, var way) => (pod, () => pods.Upgrade(pod, way, cancellation)),
        InPlaceSetChange.Evict(var pod) => (pod, () => pods.Evict(pod, cancellation)),
        InPlaceSetChange.Delete(var pod) => (pod, () => pods.Delete(pod, cancellation)),
        InPlaceSetChange.Adopt(var pod) => (pod, () => pods.Adopt(set, pod, cancellation)),
        InPlaceSetChange.Release(var pod) => (pod, () => pods.Release(set, pod, cancellation)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    async Task<Requeue> Store(InPlaceSet set, InPlaceSetStatus wanted, CancellationToken cancellation)
    {
        if (StatusPatch.Of(set.Uid, wanted, set.Status, CafeJson.Default.InPlaceSetStatus) is not { } patch) return Requeue.OnChange;
        var wait = memory.StatusTurn(set.Controller?.Uid ?? set.Uid);
        if (wait > TimeSpan.Zero) return Requeue.After(wait);
        var written = await api.PatchAsync(Kinds.InPlaceSets, set.Key, patch, CafeJson.Default.InPlaceSet, "status", cancellation);
        lock (memory.Gate) memory.Sets.Wrote(written);
        return Requeue.OnChange;
    }
}
