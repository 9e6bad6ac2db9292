using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>What a kubelet reports of a pod, computed whole; conditions of others stay.</summary>
sealed class PodStatusDocument(PodFacts pod, PodRun run, string hostAddress, PodBehaviour behaviour, DateTimeOffset now)
{
    bool IsStopping => run.StopsAt is not null;
    bool HasStopped => run.StopsAt <= now;

    /// <summary>What its containers are told now.</summary>
    public ContainerOrders[] Orders { get; } = ContainerOrders.Of(pod.Json, behaviour, now);

    /// <summary>How long the pod takes to stop: its containers are stopped at once.</summary>
    public TimeSpan Stop => Orders.Select(orders => orders.Stop).DefaultIfEmpty().Max();

    /// <summary>A container that has been ready is not, though it goes on running.</summary>
    public bool HasFailedProbe(ContainerOrders orders) => !IsStopping && behaviour.Failing != Failing.CrashLoop && !IsReady(orders);

    public JsonObject Write()
    {
        var status = pod.Json.CopyObject("status");
        status["phase"] = Phase();
        status["conditions"] = Conditions();
        status["hostIP"] = hostAddress;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostAddress });
        status["podIP"] = run.Address;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = run.Address });
        status["startTime"] ??= now.Stamp();
        status["qosClass"] ??= QualityOfService.Of(pod.Json.Items("spec", "containers"));
        status["containerStatuses"] = new JsonArray([.. Orders.Select(Container)]);
        var initial = pod.Json.Items("spec", "initContainers");
        if (initial.Length > 0) status["initContainerStatuses"] ??= new JsonArray([.. initial.Select(InitContainer)]);
        return status;
    }

    string Phase()
    {
        var runs = run.Containers.ToArray();
        if (HasStopped) return Array.TrueForAll(runs, container => container.State is not ContainerState.Exited || container.Last is { ExitCode: 0 }) ? "Succeeded" : "Failed";
        if (Array.TrueForAll(runs, container => container.State is ContainerState.Exited)) return Array.TrueForAll(runs, container => container.Last is { ExitCode: 0 }) ? "Succeeded" : "Failed";
        var hasNeverRun = Array.Exists(runs, container => container is { Last: null, State: ContainerState.Creating or ContainerState.PullFailed });
        return hasNeverRun ? "Pending" : "Running";
    }

    bool IsReady(ContainerOrders orders) => !HasStopped && run[orders.Name].IsReady(orders);

    JsonArray Conditions()
    {
        var unready = Orders.Where(orders => !IsReady(orders)).Select(orders => orders.Name).ToArray();
        var conditions = new ConditionList(pod.Json, now)
            .Set("PodReadyToStartContainers", !HasStopped)
            .Set("Initialized", status: true);
        var (reason, message) = unready.Length > 0 ? ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]") : ("", "");
        conditions.Set("ContainersReady", unready.Length == 0, reason, message);
        if (unready.Length == 0 && ClosedGate(conditions) is { } gate) (reason, message) = ("ReadinessGatesNotReady", gate);
        return conditions.Set("Ready", reason.Length == 0, reason, message).ToArray();
    }

    // The wording of kubelet's GeneratePodReadyCondition.
    string? ClosedGate(ConditionList conditions)
    {
        var closed = new List<string>();
        foreach (var gate in pod.Json.Items("spec", "readinessGates"))
        {
            var type = gate.Text("conditionType") ?? "";
            if (conditions.Find(type) is not { } condition) closed.Add($"corresponding condition of pod readiness gate \"{type}\" does not exist.");
            else if ((string?)condition["status"] != "True") closed.Add($"the status of pod readiness gate \"{type}\" is not \"True\", but {condition["status"]}");
        }
        return closed.Count == 0 ? null : string.Join(", ", closed);
    }

    JsonObject Container(ContainerOrders orders)
    {
        var seen = run[orders.Name];
        var (state, last) = States(seen, orders);
        var running = seen.State is ContainerState.Running or ContainerState.Stopping && !HasStopped;
        var (id, image) = Identity(seen, orders);
        return new()
        {
            ["name"] = orders.Name,
            ["state"] = state,
            ["lastState"] = last is null ? new JsonObject() : Terminated(last),
            ["ready"] = IsReady(orders),
            ["restartCount"] = seen.Restarts,
            ["image"] = image,
            ["imageID"] = id.Length == 0 ? "" : ImageName.Parse(image).Id,
            ["containerID"] = id,
            ["started"] = running,
        };
    }

    static (string Id, string Image) Identity(ContainerRun seen, ContainerOrders orders) => seen.State switch
    {
        ContainerState.Running running => (running.Id, running.Image),
        ContainerState.Stopping stopping => (stopping.Id, stopping.Image),
        _ => seen.Last is { } last ? (last.Id, last.Image) : ("", orders.Image),
    };

    (JsonObject State, Termination? Last) States(ContainerRun seen, ContainerOrders orders)
    {
        if (seen.Waiting(orders, pod.Key.Name) is var (reason, message)) return (Waiting(reason, message), seen.Last);
        return seen.State switch
        {
            ContainerState.Running running when HasStopped => (Terminated(new(running.Id, running.Image, 0, running.Since, run.StopsAt!.Value)), seen.Last),
            ContainerState.Stopping stopping when HasStopped => (Terminated(new(stopping.Id, stopping.Image, 0, stopping.Since, run.StopsAt!.Value)), seen.Last),
            ContainerState.Running running => (Running(running.Since), seen.Last),
            ContainerState.Stopping stopping => (Running(stopping.Since), seen.Last),
            _ => (Terminated(seen.Last!), null),
        };
    }

    static JsonObject Waiting(string reason, string message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message.Length > 0) waiting["message"] = message;
        return new() { ["waiting"] = waiting };
    }

    static JsonObject Running(DateTimeOffset since) => new() { ["running"] = new JsonObject { ["startedAt"] = since.Stamp() } };

    static JsonObject Terminated(Termination end) => new()
    {
        ["terminated"] = new JsonObject
        {
            ["containerID"] = end.Id,
            ["exitCode"] = end.ExitCode,
            ["reason"] = end.Reason,
            ["startedAt"] = end.Started.Stamp(),
            ["finishedAt"] = end.Finished.Stamp(),
        },
    };

    // Init containers do their work in no time; those that restart (sidecars) go on running.
    JsonObject InitContainer(JsonElement container)
    {
        var image = container.Text("image") ?? "";
        var isSidecar = container.Text("restartPolicy") == "Always";
        var id = $"containerd://{ImageName.Parse($"{pod.Uid}/{container.Text("name")}").Digest["sha256:".Length..]}";
        return new()
        {
            ["name"] = container.Text("name"),
            ["state"] = isSidecar ? Running(now) : Terminated(new(id, image, 0, now, now)),
            ["lastState"] = new JsonObject(),
            ["ready"] = true,
            ["restartCount"] = 0,
            ["image"] = image,
            ["imageID"] = ImageName.Parse(image).Id,
            ["containerID"] = id,
            ["started"] = isSidecar,
        };
    }
}
