using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Disruption;

/// <summary>Keeps the status of PodDisruptionBudgets, which evictions are measured against.</summary>
sealed class DisruptionController
{
    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly ExpectedScale expectedScale;
    readonly MirrorIndex<SelectingObject> byNamespace;

    public DisruptionController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step) { Spacing = TimeSpan.FromMilliseconds(50) };
        expectedScale = new(view);
        byNamespace = view.PodDisruptionBudgets.IndexBy(budget => [budget.Key.Namespace]);
        view.PodDisruptionBudgets.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.Pods.Changed += PodChanged;
        view.Deployments.Changed += WorkloadChanged;
        view.ReplicaSets.Changed += WorkloadChanged;
        view.StatefulSets.Changed += WorkloadChanged;
    }

    void PodChanged(PodFacts? old, PodFacts? seen)
    {
        var ns = (seen ?? old)!.Key.Namespace;
        foreach (var budget in byNamespace[ns])
        {
            if ((old is not null && budget.Selects(ns, old.Labels)) || (seen is not null && budget.Selects(ns, seen.Labels))) loop.AddSpaced(budget.Key);
        }
    }

    void WorkloadChanged(SelectingObject? old, SelectingObject? seen)
    {
        if (old is not null && seen is not null && old.Replicas == seen.Replicas) return;
        foreach (var budget in byNamespace[(seen ?? old)!.Key.Namespace]) loop.Add(budget.Key);
    }

    void Step(ObjectKey key)
    {
        if (view.PodDisruptionBudgets[key] is not { } budget) return;
        var pods = view.Pods.Selected(key.Namespace, budget.Selector);
        var (scale, podWithoutController) = expectedScale.Of(pods);
        var disrupted = DisruptionBudget.Disrupted(budget, pods, view.Now);
        var demand = DisruptionBudget.Demand(budget, pods.Length, scale);
        var status = demand.DependsOnScale && podWithoutController is not null
            ? DisruptionBudget.Failed(budget, $"found no controllers for pod \"{podWithoutController}\"", view.Now)
            : DisruptionBudget.Status(budget, pods, demand, disrupted, view.Now);
        view.Objects.UpdateStatus(budget.Stored, status);
        if (disrupted.Count > 0) loop.AddAt(key, disrupted.Values.Min() + DisruptionBudget.EvictionTimeout + TimeSpan.FromSeconds(1));
    }
}
