using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>How a container was when its recreation was asked for; it has been recreated once it differs.</summary>
readonly record struct ContainerBaseline(string Id, int Restarts);

/// <summary>One container of a request: where it stands in Pending → Recreating → Succeeded or Failed.</summary>
sealed record RecreateState(string Name, string Phase, bool IsKilled = false, string Message = "")
{
    public bool IsFinal => Phase is "Succeeded" or "Failed";

    public static RecreateState Of(JsonElement json) => new(json.Text("name") ?? "", json.Text("phase") ?? "Pending", json.Flag("isKilled"), json.Text("message") ?? "");

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name, ["phase"] = Phase };
        if (IsKilled) json["isKilled"] = true;
        if (Message.Length > 0) json["message"] = Message;
        return json;
    }
}

/// <summary>A ContainerRecreateRequest as the daemon reads it (openkruise.io, "ContainerRecreateRequest").</summary>
sealed class RecreateRequest(StoredObject stored)
{
    public const string ActiveLabel = "crr.apps.kruise.io/active";
    const string podUidLabel = "crr.apps.kruise.io/pod-uid";

    JsonElement Json => Stored.Json;

    public StoredObject Stored { get; } = stored;
    public ObjectKey Pod { get; } = new(stored.Key.Namespace, stored.Json.Text("spec", "podName") ?? "");
    public string? PodUid => Stored.Labels.GetValueOrDefault(podUidLabel);
    public string Phase => Json.Text("status", "phase") ?? "Pending";
    public bool IsCompleted => Phase == "Completed";
    public bool IsOrdered => Json.Flag("spec", "strategy", "orderedRecreate");
    public bool IsForced => Json.Flag("spec", "strategy", "forceRecreate");
    public bool StopsAtFailure => Json.Text("spec", "strategy", "failurePolicy") is not "Ignore";
    public TimeSpan MinStarted => TimeSpan.FromSeconds(Json.Number("spec", "strategy", "minStartedSeconds") ?? 3);
    public DateTimeOffset? Deadline => Json.Number("spec", "activeDeadlineSeconds") is { } seconds ? Json.Instant("metadata", "creationTimestamp")?.AddSeconds(seconds) : null;
    public DateTimeOffset? ForgottenAt => Json.Number("spec", "ttlSecondsAfterFinished") is { } seconds ? Json.Instant("status", "completionTime")?.AddSeconds(seconds) : null;

    public RecreateState[] States
    {
        get
        {
            var states = Json.Items("status", "containerRecreateStates");
            return states.Length > 0 ? [.. states.Select(RecreateState.Of)] : [.. Json.Items("spec", "containers").Select(container => new RecreateState(container.Text("name") ?? "", "Pending"))];
        }
    }

    /// <summary>What the admission webhook noted when the request was made, if there is one.</summary>
    public ContainerBaseline? NotedBaseline(string container)
    {
        foreach (var named in Json.Items("spec", "containers"))
        {
            if (named.Text("name") == container && named.Text("statusContext", "containerID") is { } id) return new(id, named.Number("statusContext", "restartCount") ?? 0);
        }
        return null;
    }

    public static JsonObject Status(string phase, RecreateState[] states, string message, DateTimeOffset now)
    {
        var status = new JsonObject { ["phase"] = phase, ["containerRecreateStates"] = new JsonArray([.. states.Select(state => state.ToJson())]) };
        if (message.Length > 0) status["message"] = message;
        if (phase == "Completed") status["completionTime"] = now.Stamp();
        return status;
    }
}
