using System.Text.Json;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>A pod on its node: its address and its containers. A pod that already ran is taken up as its status shows it.</summary>
sealed class PodRun
{
    readonly Dictionary<string, ContainerRun> containers = [];

    public PodRun(PodFacts pod, string address, TimeSpan start, DateTimeOffset now)
    {
        Uid = pod.Uid;
        Node = pod.NodeName!;
        Address = address;
        var seen = pod.Json.Items("status", "containerStatuses").ToDictionary(status => status.Text("name") ?? "");
        foreach (var container in pod.Json.Items("spec", "containers"))
        {
            var name = container.Text("name")!;
            var creating = new ContainerState.Creating(now + start);
            containers[name] = seen.TryGetValue(name, out var status) ? TakenUp(status, creating) : new(creating);
        }
    }

    public string Uid { get; }
    public string Node { get; }
    public string Address { get; }

    /// <summary>When the containers will have stopped for good; null while the pod is wanted.</summary>
    public DateTimeOffset? StopsAt { get; set; }

    /// <summary>The pod's version that its kubelet wrote last.</summary>
    public long Reported { get; set; }

    public ContainerRun this[string container] => containers[container];

    public IEnumerable<ContainerRun> Containers => containers.Values;

    /// <summary>The containers' names.</summary>
    public IEnumerable<string> Names => containers.Keys;

    public ContainerRun Advance(ContainerOrders orders, Func<string> newId, Action<ContainerRun, ContainerRun>? passed) =>
        containers[orders.Name] = containers[orders.Name].Advance(orders, newId, passed);

    /// <summary>Wants a container restarted; false if it does not run.</summary>
    public bool Restart(string container)
    {
        if (!containers.TryGetValue(container, out var run) || run.State is not ContainerState.Running) return false;
        containers[container] = run with { IsRestartWanted = true };
        return true;
    }

    static ContainerRun TakenUp(JsonElement status, ContainerState otherwise)
    {
        var image = status.Text("image") ?? "";
        var state = status.Instant("state", "running", "startedAt") is { } since && status.Text("containerID") is { } id
            ? new ContainerState.Running(id, image, since)
            : otherwise;
        return new(state)
        {
            Restarts = status.Number("restartCount") ?? 0,
            Last = Ended(status.At("state", "terminated"), image) ?? Ended(status.At("lastState", "terminated"), image),
        };
    }

    static Termination? Ended(JsonElement terminated, string image) => !terminated.IsThere ? null : new(
        terminated.Text("containerID") ?? "",
        image,
        terminated.Number("exitCode") ?? 0,
        terminated.Instant("startedAt") ?? DateTimeOffset.UnixEpoch,
        terminated.Instant("finishedAt") ?? DateTimeOffset.UnixEpoch);
}
