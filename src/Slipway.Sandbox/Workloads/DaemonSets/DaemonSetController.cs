using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;
using Slipway.Sandbox.Workloads.Scheduling;

namespace Slipway.Sandbox.Workloads.DaemonSets;

/// <summary>Keeps one pod of a DaemonSet on every node that takes it; an update replaces them one by one.</summary>
sealed class DaemonSetController
{
    // kubernetes/pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations.
    static readonly (string Key, string Effect)[] tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"), ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"), ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
        // Upstream leaves out the effect-less rest; the sandbox's scheduler holds not-ready nodes to NoSchedule.
        ("node.kubernetes.io/not-ready", "NoSchedule"),
    ];

    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly Claims<PodFacts> claims;
    readonly EventRecorder? events;

    public DaemonSetController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step);
        events = EventRecorder.Of(view, "daemonset-controller");
        claims = new(view, view.Pods.ByOwner, view.DaemonSets, Kinds.DaemonSets);
        view.DaemonSets.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.Pods.Changed += (old, seen) => claims.Concerned(old, seen, loop.Add);
        view.Nodes.Changed += (_, _) => { foreach (var set in view.DaemonSets.All) loop.Add(set.Key); };
    }

    void Step(ObjectKey key)
    {
        if (view.DaemonSets[key] is not { } set) return;
        var pods = claims.Of(set);
        var hash = PodTemplate.Hash(set.Json.At("spec", "template"));
        var probe = NewPod(set, hash, node: null);
        var eligible = view.Nodes.All.Where(node => Takes(node, probe)).Select(node => node.Key.Name).Order(StringComparer.Ordinal).ToArray();
        UpdateStatus(set, pods, eligible, hash);
        if (set.IsDeleting) return;
        var byNode = pods.ToLookup(pod => TargetNode(pod) ?? "");
        foreach (var node in eligible.Where(node => !byNode.Contains(node))) Create(set, NewPod(set, hash, node));
        foreach (var pod in Unwanted(pods, eligible, byNode)) Delete(set, pod);
        if (set.Json.Text("spec", "updateStrategy", "type") is null or "RollingUpdate") ReplaceOutdated(set, pods, eligible, byNode, hash);
    }

    static bool Takes(PlainObject node, JsonObject pod)
    {
        using var document = System.Text.Json.JsonDocument.Parse(pod.ToJsonString());
        return NodeFit.Refusal(document.RootElement, node, podsOnNode: 0) is null;
    }

    static IEnumerable<PodFacts> Unwanted(List<PodFacts> pods, string[] eligible, ILookup<string, PodFacts> byNode) => pods.Where(pod =>
        !pod.IsDeleting && (pod.IsFinished || TargetNode(pod) is not { } node || !eligible.Contains(node) || byNode[node].First(other => !other.IsDeleting) != pod));

    // A node whose pod is gone and not yet made again counts as unavailable too.
    void ReplaceOutdated(SelectingObject set, List<PodFacts> pods, string[] eligible, ILookup<string, PodFacts> byNode, string hash)
    {
        var mayBeMissing = Math.Max(1, (set.Json.Share("spec", "updateStrategy", "rollingUpdate", "maxUnavailable") ?? IntOrPercent.Count(1)).RoundedUp(eligible.Length));
        var unavailable = eligible.Count(node => !byNode[node].Any(pod => pod.IsActive && pod.IsReady));
        var outdated = pods.Where(pod => pod.IsActive && pod.Labels.GetValueOrDefault(PodTemplate.RevisionLabel) != hash).OrderBy(pod => pod.IsReady).ToArray();
        foreach (var pod in outdated)
        {
            if (pod.IsReady && unavailable++ >= mayBeMissing) return;
            Delete(set, pod);
        }
    }

    void Create(SelectingObject set, JsonObject pod)
    {
        var created = view.Objects.Create(Kinds.Pods, pod);
        events?.Normal(new(set.Stored), "SuccessfulCreate", $"Created pod: {created.Name}");
    }

    void Delete(SelectingObject set, PodFacts pod)
    {
        view.Objects.Delete(Kinds.Pods, pod.Key, pod.Uid);
        events?.Normal(new(set.Stored), "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
    }

    // Where a pod is, or where its affinity will have the scheduler put it.
    static string? TargetNode(PodFacts pod) => pod.NodeName ?? pod.Json
        .Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
        .SelectMany(term => term.Items("matchFields"))
        .SelectMany(field => field.Items("values"))
        .Select(value => value.GetString())
        .FirstOrDefault();

    static JsonObject NewPod(SelectingObject set, string hash, string? node)
    {
        var pod = PodTemplate.NewPod(set.Json.At("spec", "template"), set.Stored);
        var metadata = pod.Child("metadata");
        metadata["generateName"] = $"{set.Key.Name}-";
        metadata.Child("labels")[PodTemplate.RevisionLabel] = hash;
        var spec = pod.Child("spec");
        var tolerations = set.Json.CopyArray("spec", "template", "spec", "tolerations");
        foreach (var (key, effect) in tolerated) tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        spec["tolerations"] = tolerations;
        if (node is not null) PinTo(spec, node);
        return pod;
    }

    // Like ReplaceDaemonSetPodNodeNameNodeAffinity: the node's name joins every term, or is the only one.
    static void PinTo(JsonObject spec, string node)
    {
        var required = spec.Child("affinity").Child("nodeAffinity").Child("requiredDuringSchedulingIgnoredDuringExecution");
        var terms = required["nodeSelectorTerms"] as JsonArray ?? [new JsonObject()];
        foreach (var term in terms)
        {
            term!["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) });
        }
        required["nodeSelectorTerms"] = terms.Parent is null ? terms : terms.DeepClone();
    }

    // Of each node the pod that was placed first counts, also while it is on its way out.
    void UpdateStatus(SelectingObject set, List<PodFacts> pods, string[] eligible, string hash)
    {
        var minReadySeconds = set.Json.Number("spec", "minReadySeconds") ?? 0;
        var byNode = pods.Where(pod => TargetNode(pod) is not null && !(pod.IsFinished && pod.IsDeleting))
            .OrderBy(pod => pod.NodeName is null).ThenBy(pod => pod.Created).ThenBy(pod => pod.Key.Name, StringComparer.Ordinal).ToLookup(pod => TargetNode(pod)!);
        var placed = eligible.Where(byNode.Contains).Select(node => byNode[node].First()).ToArray();
        var available = placed.Count(pod => pod.IsAvailable(minReadySeconds, view.Now));
        var status = new JsonObject
        {
            ["currentNumberScheduled"] = placed.Length,
            ["numberMisscheduled"] = byNode.Count(node => !eligible.Contains(node.Key)),
            ["desiredNumberScheduled"] = eligible.Length,
            ["numberReady"] = placed.Count(pod => pod.IsReady),
            ["observedGeneration"] = set.Json.Generation,
            ["updatedNumberScheduled"] = placed.Count(pod => pod.Labels.GetValueOrDefault(PodTemplate.RevisionLabel) == hash),
        };
        if (available > 0) status["numberAvailable"] = available;
        if (eligible.Length > available) status["numberUnavailable"] = eligible.Length - available;
        view.Objects.UpdateStatus(set.Stored, status);
        if (minReadySeconds > 0 && placed.Select(pod => pod.AvailableFrom(minReadySeconds)).Where(due => due > view.Now).Min() is { } next) loop.AddAt(set.Key, next);
    }
}
