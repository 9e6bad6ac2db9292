using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.EndpointSlices;

/// <summary>The endpoints a Service should have: its pods' addresses with their conditions, apart by the ports they resolve to. Pure.</summary>
static class ServiceEndpoints
{
    /// <summary>Endpoints by their ports as JSON: pods that name a target port differently do not share a slice.</summary>
    public static IReadOnlyDictionary<string, List<JsonObject>> Of(SelectingObject service, IEnumerable<PodFacts> pods)
    {
        var groups = new SortedDictionary<string, List<JsonObject>>(StringComparer.Ordinal);
        var publishesNotReady = service.Json.Flag("spec", "publishNotReadyAddresses");
        foreach (var pod in pods.Where(IsReachable))
        {
            var ports = Ports(service, pod).ToJsonString();
            if (!groups.TryGetValue(ports, out var endpoints)) groups[ports] = endpoints = [];
            endpoints.Add(Endpoint(pod, publishesNotReady));
        }
        return groups;
    }

    public static string? TargetUid(JsonNode? endpoint) => (string?)endpoint?["targetRef"]?["uid"];

    static bool IsReachable(PodFacts pod) => !pod.IsFinished && pod.Json.Text("status", "podIP") is { Length: > 0 };

    static JsonObject Endpoint(PodFacts pod, bool publishesNotReady) => new()
    {
        ["addresses"] = new JsonArray(pod.Json.Text("status", "podIP")),
        ["conditions"] = new JsonObject
        {
            ["ready"] = publishesNotReady || (pod.IsReady && !pod.IsDeleting),
            ["serving"] = pod.IsReady,
            ["terminating"] = pod.IsDeleting,
        },
        ["nodeName"] = pod.NodeName,
        ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["name"] = pod.Key.Name, ["namespace"] = pod.Key.Namespace, ["uid"] = pod.Uid },
    };

    static JsonArray Ports(SelectingObject service, PodFacts pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Json.Items("spec", "ports"))
        {
            if (Number(port, pod) is not { } number) continue;
            ports.Add(new JsonObject { ["name"] = port.Text("name") ?? "", ["port"] = number, ["protocol"] = port.Text("protocol") ?? "TCP" });
        }
        return ports;
    }

    // A target port is a number, the name of a container's port, or the Service's own port.
    static int? Number(JsonElement port, PodFacts pod)
    {
        if (port.Text("targetPort") is not { } name) return port.Number("targetPort") ?? port.Number("port");
        return pod.Json.Items("spec", "containers")
            .SelectMany(container => container.Items("ports"))
            .Where(candidate => candidate.Text("name") == name)
            .Select(candidate => candidate.Number("containerPort"))
            .FirstOrDefault();
    }
}
