using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads.Collection;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.Kruise;

/// <summary>
/// Make-believe controllers of OpenKruise's CloneSet and Advanced StatefulSet, at work while their definitions are installed. They keep
/// the number of pods, delete the ones that are named and leave out reserved ordinals; they do not update pods to a new template,
/// adopt none and know no hooks.
/// </summary>
sealed class KruiseController
{
    readonly ClusterView view;
    readonly KeyedLoop<(ResourceType Type, ObjectKey Key)> loop;
    readonly Dictionary<string, (ResourceType Type, ObjectKey Key)> sets = [];
    readonly EventRecorder? ofCloneSets;
    readonly EventRecorder? ofStatefulSets;

    public KruiseController(ClusterView view, ObjectGraph graph)
    {
        this.view = view;
        loop = new(view, Step);
        ofCloneSets = EventRecorder.Of(view, "cloneset-controller");
        ofStatefulSets = EventRecorder.Of(view, "statefulset-controller");
        graph.Changed += (old, seen) => SetChanged(old, seen);
        view.Pods.Changed += (old, seen) =>
        {
            if ((seen ?? old)!.Controller is { } owner && sets.TryGetValue(owner.Uid, out var set)) loop.Add(set);
        };
    }

    void SetChanged(GraphNode? old, GraphNode? seen)
    {
        var node = (seen ?? old)!;
        if (node.Type is not { Group: KruiseSet.Group, Kind: "CloneSet" or "StatefulSet" }) return;
        if (seen is null) sets.Remove(node.Uid);
        else sets[node.Uid] = (node.Type, node.Key);
        loop.Add((node.Type, node.Key));
    }

    void Step((ResourceType Type, ObjectKey Key) at)
    {
        if (view.Objects.Get(at.Type, at.Key) is not { } stored) return;
        var set = new KruiseSet(stored, [.. view.Pods.ByOwner[stored.Uid]], view.Now);
        if (!stored.Json.IsDeleting && Act(set)) return;
        view.Objects.UpdateStatus(stored, set.Status());
    }

    /// <summary>True when something was done: it comes back as an event, and with it the next step.</summary>
    bool Act(KruiseSet set)
    {
        var (surplus, missing, deleted) = (set.Surplus(), set.Missing(), set.Deleted);
        foreach (var pod in surplus)
        {
            view.Objects.Delete(Kinds.Pods, pod.Key, pod.Uid);
            Tell(set, "SuccessfulDelete", "delete", pod.Key.Name);
        }
        foreach (var name in missing) Tell(set, "SuccessfulCreate", "create", view.Objects.Create(Kinds.Pods, NewPod(set, name)).Name);
        if (deleted.Count > 0) view.Objects.Update(set.Stored.Type, set.SpecWithout(deleted));
        return surplus.Count + missing.Count + deleted.Count > 0;
    }

    // In OpenKruise's words.
    void Tell(KruiseSet set, string reason, string verb, string pod)
    {
        if (set.IsCloneSet) ofCloneSets?.Normal(new(set.Stored), reason, $"succeed to {verb} pod {pod}");
        else ofStatefulSets?.Normal(new(set.Stored), reason, $"{verb} Pod {pod} in StatefulSet {set.Stored.Name} successful");
    }

    static JsonObject NewPod(KruiseSet set, string? name)
    {
        var pod = PodTemplate.NewPod(set.Stored.Json.At("spec", "template"), set.Stored);
        var metadata = pod.Child("metadata");
        if (name is null) metadata["generateName"] = $"{set.Stored.Key.Name}-";
        else metadata["name"] = name;
        metadata.Child("labels")[PodTemplate.RevisionLabel] = set.Revision;
        return pod;
    }
}
