using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What the API fills into workloads and services (Kubernetes API reference, apps/v1 and core/v1).</summary>
static class WorkloadDefaults
{
    public static void Deployment(JsonObject body)
    {
        var spec = Replicated(body);
        spec.Fill("revisionHistoryLimit", 10);
        spec.Fill("progressDeadlineSeconds", 600);
        var strategy = spec.Child("strategy");
        strategy.Fill("type", "RollingUpdate");
        if (strategy["type"].Text() != "RollingUpdate") return;
        var rolling = strategy.Child("rollingUpdate");
        rolling.Fill("maxSurge", "25%");
        rolling.Fill("maxUnavailable", "25%");
    }

    public static void ReplicaSet(JsonObject body) => Replicated(body);

    public static void StatefulSet(JsonObject body)
    {
        var spec = Replicated(body);
        spec.Fill("podManagementPolicy", "OrderedReady");
        spec.Fill("revisionHistoryLimit", 10);
        var strategy = spec.Child("updateStrategy");
        strategy.Fill("type", "RollingUpdate");
        if (strategy["type"].Text() == "RollingUpdate") strategy.Child("rollingUpdate").Fill("partition", 0);
        var retention = spec.Child("persistentVolumeClaimRetentionPolicy");
        retention.Fill("whenDeleted", "Retain");
        retention.Fill("whenScaled", "Retain");
    }

    public static void DaemonSet(JsonObject body)
    {
        var spec = body.Child("spec");
        if (spec.At("template", "spec") is JsonObject template) PodDefaults.Spec(template);
        spec.Child("updateStrategy").Fill("type", "RollingUpdate");
        spec.Fill("revisionHistoryLimit", 10);
    }

    public static void Service(JsonObject body)
    {
        var spec = body.Child("spec");
        spec.Fill("type", "ClusterIP");
        spec.Fill("sessionAffinity", "None");
        spec.Fill("internalTrafficPolicy", "Cluster");
        spec.Fill("ipFamilyPolicy", "SingleStack");
        spec.Fill("ipFamilies", new JsonArray("IPv4"));
        if (spec["type"].Text() != "ExternalName") spec.Fill("clusterIP", ServiceAddress(body));
        if (spec["clusterIP"]?.DeepClone() is { } address) spec.Fill("clusterIPs", new JsonArray(address));
        foreach (var port in spec["ports"].Objects())
        {
            port.Fill("protocol", "TCP");
            if (port["port"] is { } number) port.Fill("targetPort", number.DeepClone());
        }
    }

    /// <summary>An address out of 10.96.0.0/12, by the UID.</summary>
    static string ServiceAddress(JsonObject body)
    {
        var uid = Guid.TryParse(body.At("metadata", "uid").Text(), out var parsed) ? parsed.ToByteArray() : new byte[16];
        return $"10.{96 + (uid[0] & 0x0f)}.{uid[1]}.{1 + (uid[2] % 254)}";
    }

    static JsonObject Replicated(JsonObject body)
    {
        var spec = body.Child("spec");
        spec.Fill("replicas", 1);
        if (spec.At("template", "spec") is JsonObject template) PodDefaults.Spec(template);
        return spec;
    }
}
