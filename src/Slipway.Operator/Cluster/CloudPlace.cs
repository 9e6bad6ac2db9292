using Slipway.Resources;

namespace Slipway.Operator.Cluster;

/// <summary>
/// Where a Service's backends are on Alibaba Cloud, as its annotations and label say (cloud-provider-alibaba-cloud,
/// pkg/controller/service/reconcile/annotation).
/// </summary>
sealed record CloudPlace
{
    const string Prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    const string LegacyPrefix = "service.beta.kubernetes.io/alicloud-loadbalancer-";

    /// <summary>What the cloud controller labels a Service with once it has a load balancer.</summary>
    const string LoadBalancerLabel = "service.k8s.alibaba/loadbalancer-id";

    /// <summary>The class of Services before a Network Load Balancer; others are before a Classic one.</summary>
    const string NetworkClass = "alibabacloud.com/nlb";

    public bool IsNetwork { get; init; }

    public string? LoadBalancer { get; init; }

    /// <summary>Server groups that the Service's ports reuse (<c>vgroup-port</c>, <c>rsp-a:80,rsp-b:443</c>); without any, the cloud controller makes its own.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The cloud controller leaves weights alone: whoever wants one sets it at the load balancer.</summary>
    public bool IgnoresWeights { get; init; }

    public static CloudPlace Of(ObjectMeta meta, string? loadBalancerClass) => new()
    {
        IsNetwork = loadBalancerClass == NetworkClass,
        LoadBalancer = meta.Labels?.GetValueOrDefault(LoadBalancerLabel) ?? Annotation(meta, "id"),
        Groups = [.. (Annotation(meta, "vgroup-port") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(pair => pair.Split(':')[0]).Distinct()],
        IgnoresWeights = string.Equals(Annotation(meta, "ignore-weight-update"), "on", StringComparison.OrdinalIgnoreCase),
    };

    static string? Annotation(ObjectMeta meta, string name) =>
        meta.Annotations?.GetValueOrDefault(Prefix + name) ?? meta.Annotations?.GetValueOrDefault(LegacyPrefix + name);

    public bool Equals(CloudPlace? other) =>
        other is not null && IsNetwork == other.IsNetwork && LoadBalancer == other.LoadBalancer && IgnoresWeights == other.IgnoresWeights && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() => HashCode.Combine(LoadBalancer, IsNetwork, IgnoresWeights, Groups.Count);
}
