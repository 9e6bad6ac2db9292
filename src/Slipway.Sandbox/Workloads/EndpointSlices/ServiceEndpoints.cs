using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.EndpointSlices;

/// <summary>Endpoints that have the same ports.</summary>
sealed record EndpointGroup(JsonArray Ports, List<JsonObject> Endpoints);

/// <summary>The endpoints a Service should have: its pods' addresses with their conditions, apart by the ports they resolve to. Pure.</summary>
static class ServiceEndpoints
{
    /// <summary>
    /// Endpoints by the signature of their ports: pods that name a target port differently do not share a slice. Without
    /// any pod there is one group without ports, for the placeholder slice every Service has.
    /// </summary>
    public static IReadOnlyDictionary<string, EndpointGroup> Of(SelectingObject service, IEnumerable<PodFacts> pods)
    {
        var groups = new SortedDictionary<string, EndpointGroup>(StringComparer.Ordinal);
        var publishesNotReady = service.Json.Flag("spec", "publishNotReadyAddresses");
        foreach (var pod in pods.Where(IsReachable))
        {
            var ports = Ports(service, pod);
            var signature = Signature(ports);
            if (!groups.TryGetValue(signature, out var group)) groups[signature] = group = new(ports, []);
            group.Endpoints.Add(Endpoint(pod, publishesNotReady));
        }
        if (groups.Count == 0) groups[""] = new([], []);
        return groups;
    }

    public static string Signature(JsonArray ports) => string.Join(',', ports.Select(port => $"{port!["name"]}:{port["port"]}/{port["protocol"]}"));

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
