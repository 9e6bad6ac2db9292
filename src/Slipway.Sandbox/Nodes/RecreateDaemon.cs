using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.Workloads;
using Slipway.Sandbox.Workloads.Collection;

namespace Slipway.Sandbox.Nodes;

/// <summary>
/// The make-believe kruise-daemon: carries out ContainerRecreateRequests while their definition is installed, those of one
/// pod one after another. Completed says that it has ended, not that it succeeded; the containers' phases say that.
/// </summary>
sealed class RecreateDaemon
{
    readonly ClusterView view;
    readonly Kubelets kubelets;
    readonly KeyedLoop<(ResourceType Type, ObjectKey Key)> loop;
    readonly Dictionary<ObjectKey, List<(ResourceType Type, ObjectKey Key)>> requestsByPod = [];
    readonly Dictionary<(string RequestUid, string Container), ContainerBaseline> baselines = [];

    public RecreateDaemon(ClusterView view, ObjectGraph graph, Kubelets kubelets)
    {
        this.view = view;
        this.kubelets = kubelets;
        loop = new(view, Step);
        graph.Changed += (old, seen) =>
        {
            var (type, key) = ((seen ?? old)!.Type, (seen ?? old)!.Key);
            if (type.Group == Kinds.ContainerRecreateRequests.Group && type.Kind == Kinds.ContainerRecreateRequests.Kind) loop.Add((type, key));
        };
        view.Pods.Changed += (old, seen) =>
        {
            if (requestsByPod.TryGetValue((seen ?? old)!.Key, out var requests)) requests.ForEach(loop.Add);
        };
    }

    void Step((ResourceType Type, ObjectKey Key) key)
    {
        var stored = view.Objects.Get(key.Type, key.Key);
        if (stored is null || stored.Json.IsDeleting)
        {
            Leave(key);
            return;
        }
        var request = new RecreateRequest(stored);
        if (request.IsCompleted)
        {
            FinishCompleted(request, key);
            return;
        }
        NoteBaselines(request);
        if (TakesTurn(request, key)) Work(request);
        if (request.Deadline is { } deadline && deadline > view.Now) loop.AddAt(key, deadline);
    }

    // As they are when the request is first seen: a restart after that satisfies it, whoever asked for it.
    void NoteBaselines(RecreateRequest request)
    {
        if (view.Pods[request.Pod] is not { } pod) return;
        foreach (var state in request.States) baselines.TryAdd((request.Stored.Uid, state.Name), request.NotedBaseline(state.Name) ?? Seen(pod, state.Name));
    }

    bool TakesTurn(RecreateRequest request, (ResourceType, ObjectKey) key)
    {
        if (!requestsByPod.TryGetValue(request.Pod, out var requests)) requestsByPod[request.Pod] = requests = [];
        if (!requests.Contains(key)) requests.Add(key);
        return requests[0] == key;
    }

    void Leave((ResourceType, ObjectKey) key)
    {
        foreach (var (pod, requests) in requestsByPod.Where(entry => entry.Value.Contains(key)).ToArray())
        {
            requests.Remove(key);
            if (requests.Count == 0) requestsByPod.Remove(pod);
            else loop.Add(requests[0]);
        }
    }

    void FinishCompleted(RecreateRequest request, (ResourceType Type, ObjectKey Key) key)
    {
        Leave(key);
        foreach (var state in request.States) baselines.Remove((request.Stored.Uid, state.Name));
        if (request.Stored.Labels.GetValueOrDefault(RecreateRequest.ActiveLabel) == "true") MarkInactive(request);
        else if (request.ForgottenAt is not { } due) return;
        else if (due <= view.Now) view.Objects.Delete(key.Type, key.Key, request.Stored.Uid);
        else loop.AddAt(key, due);
    }

    void MarkInactive(RecreateRequest request)
    {
        var copy = request.Stored.Copy();
        copy.Child("metadata").Child("labels")[RecreateRequest.ActiveLabel] = "false";
        view.Objects.Update(request.Stored.Type, copy);
    }

    void Work(RecreateRequest request)
    {
        var pod = view.Pods[request.Pod];
        var states = request.States;
        if (pod is null or { IsDeleting: true } || (request.PodUid is { } uid && uid != pod.Uid)) Write(request, "Completed", states, "pod has gone");
        else if (request.Deadline <= view.Now) Write(request, "Completed", states, "recreating has exceeded the activeDeadlineSeconds");
        else if (request.Phase == "Pending") Write(request, "Recreating", states);
        else Continue(request, pod, states);
    }

    static ContainerBaseline Seen(PodFacts pod, string container)
    {
        var status = StatusOf(pod, container);
        return new(status.Text("containerID") ?? "", status.Number("restartCount") ?? 0);
    }

    static JsonElement StatusOf(PodFacts pod, string container) =>
        Array.Find(pod.Json.Items("status", "containerStatuses"), status => status.Text("name") == container);

    void Continue(RecreateRequest request, PodFacts pod, RecreateState[] states)
    {
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = Advance(request, pod, states[i]);
            if (request.IsOrdered && !states[i].IsFinal) break;
        }
        var hasEnded = Array.TrueForAll(states, state => state.IsFinal) || (request.StopsAtFailure && Array.Exists(states, state => state.Phase == "Failed"));
        if (hasEnded) Write(request, "Completed", states);
        else if (!states.SequenceEqual(request.States)) Write(request, "Recreating", states);
    }

    RecreateState Advance(RecreateRequest request, PodFacts pod, RecreateState state)
    {
        if (state.IsFinal) return state;
        var status = StatusOf(pod, state.Name);
        if (!status.IsThere) return state with { Phase = "Failed", Message = $"not found container {state.Name}" };
        var isRecreated = HasChanged(status, baselines[(request.Stored.Uid, state.Name)]);
        if (state.Phase == "Pending") return Kill(request, pod, state, isSatisfied: isRecreated && !request.IsForced);
        if (!isRecreated || status.Instant("state", "running", "startedAt") is not { } started) return state;
        if (started + request.MinStarted <= view.Now) return state with { Phase = "Succeeded" };
        loop.AddAt((request.Stored.Type, request.Stored.Key), started + request.MinStarted);
        return state;
    }

    static bool HasChanged(JsonElement status, ContainerBaseline baseline) =>
        status.Text("containerID") != baseline.Id || status.Number("restartCount") > baseline.Restarts;

    // A container that is not running is on its way already; one that changed since the request needs no second kill.
    RecreateState Kill(RecreateRequest request, PodFacts pod, RecreateState state, bool isSatisfied)
    {
        if (request.IsForced) baselines[(request.Stored.Uid, state.Name)] = Seen(pod, state.Name);
        var isKilled = !isSatisfied && kubelets.Restart(pod.Key, pod.Uid, state.Name);
        return state with { Phase = "Recreating", IsKilled = isKilled };
    }

    void Write(RecreateRequest request, string phase, RecreateState[] states, string message = "") =>
        view.Objects.UpdateStatus(request.Stored, RecreateRequest.Status(phase, states, message, view.Now));
}
