using System.Text.Json;
using Slipway.Components;
using Slipway.Resources;
using Slipway.Runtime.Informers;

namespace Slipway.Operator.Cluster;

/// <summary>A workload of the namespace that components run in, with the images that say their versions.</summary>
sealed record ComponentRecord(ObjectKey Key, string Uid, string ResourceVersion, ComponentWorkload Workload) : IProjected
{
    /// <summary>Where Kubernetes' own components, cloud controllers and network plug-ins run.</summary>
    public const string Namespace = "kube-system";

    public static IReadOnlyList<ResourceType> Kinds { get; } = [Resources.Kinds.Deployments, Resources.Kinds.StatefulSets, Resources.Kinds.DaemonSets];

    public static Projection<ComponentRecord> Reader(string kind) => (ref Utf8JsonReader reader) => Read(JsonElement.ParseValue(ref reader), kind);

    static ComponentRecord Read(JsonElement json, string kind)
    {
        var meta = json.TryGetProperty("metadata", out var found) ? found.Deserialize(ClusterJson.Default.ObjectMeta)! : new();
        var key = new ObjectKey(meta.Namespace ?? "", meta.Name ?? "");
        return new(key, meta.Uid ?? "", meta.ResourceVersion ?? "", new(kind, key.Namespace, key.Name, [.. Containers(json)]));
    }

    static IEnumerable<ComponentContainer> Containers(JsonElement json)
    {
        if (!json.TryGetProperty("spec", out var spec) || !spec.TryGetProperty("template", out var template)) return [];
        if (!template.TryGetProperty("spec", out var pod) || !pod.TryGetProperty("containers", out var containers)) return [];
        return containers.EnumerateArray().Select(container => new ComponentContainer(Text(container, "name"), Text(container, "image")));
    }

    static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
