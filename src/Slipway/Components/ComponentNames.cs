namespace Slipway.Components;

/// <summary>The components whose versions decide what a ticket may do.</summary>
public static class ComponentNames
{
    /// <summary>Kubernetes itself, by the version of its API server.</summary>
    public const string Kubernetes = "kubernetes";

    /// <summary>CAFE's extended workload controllers.</summary>
    public const string CafeExtController = "cafeextcontroller";

    /// <summary>Alibaba Cloud's controller of load balancers.</summary>
    public const string CloudControllerManager = "cloud-controller-manager";

    /// <summary>Network plug-ins that give pods addresses of the cloud's network, which its balancers reach one by one.</summary>
    /// <remarks>terway-eniip is Terway's mode with several pods on one elastic network interface; its pods are backends by themselves as well.</remarks>
    public static readonly IReadOnlyList<string> CloudNetworks = ["terway-eni", "terway-eniip"];

    /// <summary>Network plug-ins by the names of their DaemonSets.</summary>
    public static readonly IReadOnlyList<string> NetworkPlugins = [.. CloudNetworks, "terway", "flannel", "kube-flannel-ds", "calico-node", "cilium", "aws-node", "weave-net", "kindnet", "antrea-agent"];

    /// <summary>Those that are known by their workloads, or that an OpsPolicy states.</summary>
    public static IReadOnlyList<string> All { get; } = [CafeExtController, CloudControllerManager, .. NetworkPlugins];

    public static bool IsKnown(string name) => All.Contains(name);

    public static bool IsNetworkPlugin(string name) => NetworkPlugins.Contains(name);
}
