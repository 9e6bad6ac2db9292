using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.ReplicaSets;

/// <summary>Keeps as many pods of a ReplicaSet as its spec asks for.</summary>
sealed class ReplicaSetController
{
    // A step stays small; the next one goes on with the rest.
    const int mostChangesAStep = 50;

    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly Claims<PodFacts> claims;
    readonly EventRecorder? events;

    public ReplicaSetController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step) { Spacing = TimeSpan.FromMilliseconds(20) };
        events = EventRecorder.Of(view, "replicaset-controller");
        claims = new(view, view.Pods.ByOwner, view.ReplicaSets, Kinds.ReplicaSets);
        view.ReplicaSets.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.Pods.Changed += (old, seen) => claims.Concerned(old, seen, loop.AddSpaced);
    }

    void Step(ObjectKey key)
    {
        if (view.ReplicaSets[key] is not { } replicaSet) return;
        var active = claims.Of(replicaSet).Where(pod => pod.IsActive).ToList();
        if (!replicaSet.IsDeleting) Resize(replicaSet, active);
        view.Objects.UpdateStatus(replicaSet.Stored, ReplicaSetStatus.Of(replicaSet, active, view.Now));
        LookAgainWhenAvailable(replicaSet, active);
    }

    void Resize(SelectingObject replicaSet, List<PodFacts> active)
    {
        var missing = replicaSet.Replicas - active.Count;
        if (missing > 0) Create(replicaSet, missing);
        if (missing < 0) Delete(replicaSet, active, -missing);
        // The status has to follow before a Deployment reckons with it.
        if (missing != 0) loop.Add(replicaSet.Key);
    }

    void Create(SelectingObject replicaSet, int missing)
    {
        var template = replicaSet.Json.At("spec", "template");
        for (var i = 0; i < Math.Min(missing, mostChangesAStep); i++)
        {
            var pod = PodTemplate.NewPod(template, replicaSet.Stored);
            pod.Child("metadata")["generateName"] = $"{replicaSet.Key.Name}-";
            var created = view.Objects.Create(Kinds.Pods, pod);
            events?.Normal(new(replicaSet.Stored), "SuccessfulCreate", $"Created pod: {created.Name}");
        }
    }

    void Delete(SelectingObject replicaSet, List<PodFacts> active, int surplus)
    {
        var order = new DeletionOrder(SiblingsByNode(replicaSet), view.Now);
        foreach (var pod in active.Order(order).Take(Math.Min(surplus, mostChangesAStep)))
        {
            view.Objects.Delete(Kinds.Pods, pod.Key, pod.Uid);
            events?.Normal(new(replicaSet.Stored), "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
        }
    }

    // Siblings are the active pods of every ReplicaSet under the same controller, usually a Deployment.
    Dictionary<string, int> SiblingsByNode(SelectingObject replicaSet)
    {
        IEnumerable<SelectingObject> related = replicaSet.Controller is { } owner ? view.ReplicaSetsByOwner[owner.Uid] : [replicaSet];
        return related.SelectMany(set => view.Pods.ByOwner[set.Uid])
            .Where(pod => pod.IsActive && pod.NodeName is not null)
            .CountBy(pod => pod.NodeName!)
            .ToDictionary(count => count.Key, count => count.Value);
    }

    void LookAgainWhenAvailable(SelectingObject replicaSet, List<PodFacts> active)
    {
        if (replicaSet.Json.Number("spec", "minReadySeconds") is not ({ } minReadySeconds and > 0)) return;
        var next = active.Select(pod => pod.AvailableFrom(minReadySeconds)).Where(due => due > view.Now).Min();
        if (next is { } due) loop.AddAt(replicaSet.Key, due);
    }
}
