using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.Scheduling;

/// <summary>Binds pending pods to the fitting node with the fewest pods; ties go by name.</summary>
sealed class Scheduler
{
    const string defaultName = "default-scheduler";

    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly HashSet<ObjectKey> unschedulable = [];

    /// <summary>Those of them that a full node would take if it had room.</summary>
    readonly HashSet<ObjectKey> crowdedOut = [];

    readonly SeriesRecorder? events;

    public Scheduler(ClusterView view)
    {
        this.view = view;
        events = SeriesRecorder.Of(view, defaultName);
        loop = new(view, Step);
        view.Pods.Changed += PodChanged;
        view.Nodes.Changed += (_, _) => Reconsider(unschedulable);
    }

    static bool Waits(PodFacts pod) =>
        pod is { NodeName: null, IsDeleting: false, IsFinished: false } && pod.Json.Text("spec", "schedulerName") is null or defaultName;

    void PodChanged(PodFacts? old, PodFacts? seen)
    {
        // Where a pod fits is a question of its spec: that it fits nowhere is no reason to ask again.
        if (seen is not null && Waits(seen) && old?.Json.Generation != seen.Json.Generation) loop.Add(seen.Key);
        if (seen is null) Forget(old!.Key);
        var hasLeftNode = old is { NodeName: not null, IsFinished: false } && seen is null or { IsFinished: true };
        if (hasLeftNode) Reconsider(crowdedOut);
    }

    void Reconsider(HashSet<ObjectKey> pods)
    {
        foreach (var key in pods) loop.Add(key);
    }

    void Forget(ObjectKey key)
    {
        unschedulable.Remove(key);
        crowdedOut.Remove(key);
    }

    void Step(ObjectKey key)
    {
        Forget(key);
        if (view.Pods[key] is not { } pod || !Waits(pod)) return;
        if (pod.Json.Items("spec", "schedulingGates").Length > 0)
        {
            Report(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
            return;
        }
        var refusals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (Choose(pod, refusals) is { } node) Bind(pod, node);
        else Refuse(pod, refusals);
    }

    PlainObject? Choose(PodFacts pod, SortedDictionary<string, int> refusals)
    {
        PlainObject? chosen = null;
        var fewest = int.MaxValue;
        foreach (var node in view.Nodes.All)
        {
            var count = view.Pods.On(node.Key.Name).Count;
            if (NodeFit.Refusal(pod.Json, node, count) is { } refusal)
            {
                refusals[refusal] = refusals.GetValueOrDefault(refusal) + 1;
            }
            else if (count < fewest || (count == fewest && string.CompareOrdinal(node.Key.Name, chosen?.Key.Name) < 0))
            {
                (chosen, fewest) = (node, count);
            }
        }
        return chosen;
    }

    void Bind(PodFacts pod, PlainObject node)
    {
        view.Objects.Update(Kinds.Pods, Binding(pod, node), "binding");
        events?.Normal(new(pod.Stored), "Scheduled", "Binding", $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {node.Key.Name}");
    }

    static JsonObject Binding(PodFacts pod, PlainObject node) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Binding",
        ["metadata"] = new JsonObject { ["namespace"] = pod.Key.Namespace, ["name"] = pod.Key.Name, ["uid"] = pod.Uid },
        ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node.Key.Name },
    };

    void Refuse(PodFacts pod, SortedDictionary<string, int> refusals)
    {
        unschedulable.Add(pod.Key);
        if (refusals.ContainsKey(NodeFit.NoRoom)) crowdedOut.Add(pod.Key);
        var message = Message(refusals);
        events?.Warning(new(pod.Stored), "FailedScheduling", "Scheduling", message);
        Report(pod, "Unschedulable", message);
    }

    void Report(PodFacts pod, string reason, string message)
    {
        var status = pod.Json.CopyObject("status");
        status["conditions"] = new ConditionList(pod.Json, view.Now).Set("PodScheduled", status: false, reason, message).ToArray();
        view.Objects.UpdateStatus(pod.Stored, status);
    }

    // The wording of framework.FitError, with what preemption adds to it.
    static string Message(SortedDictionary<string, int> refusals)
    {
        var nodes = refusals.Values.Sum();
        if (nodes == 0) return "no nodes available to schedule pods";
        var reasons = refusals.Select(refusal => $"{refusal.Value} {refusal.Key}").Order(StringComparer.Ordinal);
        return $"0/{nodes} nodes are available: {string.Join(", ", reasons)}. preemption: 0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling.";
    }
}
