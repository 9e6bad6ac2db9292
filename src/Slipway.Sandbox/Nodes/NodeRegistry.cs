using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>Registers the sandbox's nodes as kubelets do. A node that is already there is left alone.</summary>
sealed class NodeRegistry(ClusterView view, SandboxOptions options)
{
    // Real nodes hold 110 pods; make-believe ones are roomy, so that a handful does for large clusters.
    const int podsPerNode = 2000;

    public void Register()
    {
        foreach (var (index, node) in options.Nodes.Index())
        {
            if (view.Objects.Get(Kinds.Nodes, ObjectKey.Cluster(node.Name)) is not null) continue;
            var created = view.Objects.Create(Kinds.Nodes, Metadata(node));
            view.Objects.UpdateStatus(created, Status(node, index));
        }
    }

    static JsonObject Metadata(SandboxNode node)
    {
        var labels = new JsonObject
        {
            ["kubernetes.io/hostname"] = node.Name,
            ["kubernetes.io/os"] = "linux",
            ["kubernetes.io/arch"] = "amd64",
        };
        foreach (var (name, value) in node.Labels) labels[name] = value;
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = node.Name, ["labels"] = labels },
            ["spec"] = new JsonObject { ["podCIDR"] = "10.244.0.0/16" },
        };
    }

    JsonObject Status(SandboxNode node, int index) => new()
    {
        ["capacity"] = Resources(),
        ["allocatable"] = Resources(),
        ["conditions"] = new JsonArray(
            Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")),
        ["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = string.Create(CultureInfo.InvariantCulture, $"172.18.{(index + 2) / 250}.{(index + 2) % 250}") },
            new JsonObject { ["type"] = "Hostname", ["address"] = node.Name }),
        ["nodeInfo"] = new JsonObject
        {
            ["kubeletVersion"] = options.KubernetesVersion,
            ["containerRuntimeVersion"] = "containerd://2.1.0",
            ["operatingSystem"] = "linux",
            ["architecture"] = "amd64",
            ["osImage"] = "Slipway sandbox",
            ["kernelVersion"] = "6.8.0",
        },
    };

    static JsonObject Resources() => new() { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = $"{podsPerNode}" };

    JsonObject Condition(string type, string status, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["reason"] = reason,
        ["message"] = message,
        ["lastHeartbeatTime"] = view.Now.Stamp(),
        ["lastTransitionTime"] = view.Now.Stamp(),
    };
}
