using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.StatefulSets;

/// <summary>Keeps a StatefulSet's pods: one an ordinal, in order, each under its own name again.</summary>
sealed class StatefulSetController
{
    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly Claims<PodFacts> claims;
    readonly SetRevisions revisions;
    readonly EventRecorder? events;

    public StatefulSetController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step);
        claims = new(view, view.Pods.ByOwner, view.StatefulSets, Kinds.StatefulSets)
        {
            MayAdopt = (set, pod) => StatefulSetObservation.Ordinal(set, pod.Key.Name) is not null,
        };
        revisions = new(view);
        events = EventRecorder.Of(view, "statefulset-controller");
        view.StatefulSets.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.Pods.Changed += (old, seen) => claims.Concerned(old, seen, loop.Add);
        view.ControllerRevisions.Changed += (old, seen) =>
        {
            if ((seen ?? old)!.Controller is { Kind: "StatefulSet" } owner) loop.Add(new((seen ?? old)!.Key.Namespace, owner.Name));
        };
    }

    void Step(ObjectKey key)
    {
        if (view.StatefulSets[key] is not { } set) return;
        // A revision that was written comes back as an event, and with it the next step.
        if (revisions.Update(set, out var current) is not { } update) return;
        var seen = new StatefulSetObservation(set, current!.Key.Name, update.Key.Name, claims.Of(set), view.Now);
        UpdateStatus(seen);
        if (set.IsDeleting) return;
        foreach (var move in StatefulSetPlan.Of(seen)) Make(move, seen, move is StatefulSetMove.Create { Revision: var revision } && revision == current.Key.Name ? current : update);
        revisions.Forget(set, [current.Key.Name, update.Key.Name, .. seen.Pods.Select(StatefulSetObservation.RevisionOf).OfType<string>()]);
        LookAgainWhenAvailable(seen);
    }

    void UpdateStatus(StatefulSetObservation seen) => view.Objects.UpdateStatus(seen.Set.Stored, StatefulSetStatus.Of(seen));

    void Make(StatefulSetMove move, StatefulSetObservation seen, SelectingObject revision)
    {
        switch (move)
        {
            case StatefulSetMove.Create create:
                var created = view.Objects.Create(Kinds.Pods, NewPod(seen.Set, create.Ordinal, revision));
                events?.Normal(new(seen.Set.Stored), "SuccessfulCreate", $"create Pod {created.Name} in StatefulSet {seen.Set.Key.Name} successful");
                break;
            case StatefulSetMove.Delete delete:
                if (delete.Pod.IsFinished) TellOfRecreation(seen.Set, delete.Pod);
                view.Objects.Delete(Kinds.Pods, delete.Pod.Key, delete.Pod.Uid);
                events?.Normal(new(seen.Set.Stored), "SuccessfulDelete", $"delete Pod {delete.Pod.Key.Name} in StatefulSet {seen.Set.Key.Name} successful");
                break;
        }
    }

    void TellOfRecreation(SelectingObject set, PodFacts pod)
    {
        if (pod.Phase == "Failed") events?.Warning(new(set.Stored), "RecreatingFailedPod", $"StatefulSet {set.Key.Namespace}/{set.Key.Name} is recreating failed Pod {pod.Key.Name}");
        else events?.Normal(new(set.Stored), "RecreatingTerminatedPod", $"StatefulSet {set.Key.Namespace}/{set.Key.Name} is recreating terminated Pod {pod.Key.Name}");
    }

    static JsonObject NewPod(SelectingObject set, int ordinal, SelectingObject revision)
    {
        var name = $"{set.Key.Name}-{ordinal}";
        var pod = PodTemplate.NewPod(SetRevisions.Template(revision), set.Stored);
        var metadata = pod.Child("metadata");
        metadata["name"] = name;
        var labels = metadata.Child("labels");
        labels[PodTemplate.RevisionLabel] = revision.Key.Name;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = $"{ordinal}";
        var spec = pod.Child("spec");
        spec["hostname"] = name;
        if (set.Json.Text("spec", "serviceName") is { Length: > 0 } service) spec["subdomain"] = service;
        return pod;
    }

    void LookAgainWhenAvailable(StatefulSetObservation seen)
    {
        if (seen.MinReadySeconds == 0) return;
        if (seen.Pods.Select(pod => pod.AvailableFrom(seen.MinReadySeconds)).Where(due => due > seen.Now).Min() is { } due) loop.AddAt(seen.Set.Key, due);
    }
}
