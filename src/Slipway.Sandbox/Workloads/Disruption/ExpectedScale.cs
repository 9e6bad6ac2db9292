using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Disruption;

/// <summary>How many replicas the controllers of some pods ask for, each counted once. Custom kinds answer by their scale subresource.</summary>
sealed class ExpectedScale(ClusterView view)
{
    /// <summary>The replicas, or the name of a pod whose controller cannot be found.</summary>
    public (int Replicas, string? PodWithoutController) Of(IEnumerable<PodFacts> pods)
    {
        var scales = new Dictionary<string, int>();
        foreach (var pod in pods)
        {
            // Pods without any controller are not counted (upstream warns of UnmanagedPods).
            if (pod.Controller is not { } owner || scales.ContainsKey(owner.Uid)) continue;
            if (Scale(pod.Key.Namespace, owner) is not { } scale) return (0, pod.Key.Name);
            scales[scale.Uid] = scale.Replicas;
        }
        return (scales.Values.Sum(), null);
    }

    (string Uid, int Replicas)? Scale(string ns, ControllerRef owner)
    {
        var key = new ObjectKey(ns, owner.Name);
        return owner.Kind switch
        {
            "ReplicaSet" => OfReplicaSet(view.ReplicaSets[key], owner),
            "StatefulSet" => Of(view.StatefulSets[key], owner),
            _ => OfCustom(key, owner),
        };
    }

    (string, int)? OfReplicaSet(SelectingObject? set, ControllerRef owner)
    {
        if (set?.Uid != owner.Uid) return null;
        return set.Controller is { Kind: "Deployment" } deployment ? Of(view.Deployments[set.Key with { Name = deployment.Name }], deployment) : (set.Uid, set.Replicas);
    }

    static (string, int)? Of(SelectingObject? workload, ControllerRef owner) => workload is { } found && found.Uid == owner.Uid ? (found.Uid, found.Replicas) : null;

    (string, int)? OfCustom(ObjectKey key, ControllerRef owner)
    {
        if (CustomScale.Of(view.Definitions.All, owner) is not { } scale || view.Objects.Get(scale.Type, key) is not { } found || found.Uid != owner.Uid) return null;
        return found.Json.Number(scale.ReplicasPath) is { } replicas ? (found.Uid, replicas) : null;
    }
}

/// <summary>Where a custom kind keeps its replicas.</summary>
sealed record CustomScale(ResourceType Type, string[] ReplicasPath)
{
    public static CustomScale? Of(IEnumerable<PlainObject> definitions, ControllerRef owner)
    {
        foreach (var definition in definitions)
        {
            if (definition.Json.Text("spec", "names", "kind") == owner.Kind && Of(definition.Json.At("spec"), owner) is { } scale) return scale;
        }
        return null;
    }

    static CustomScale? Of(JsonElement spec, ControllerRef owner)
    {
        foreach (var version in spec.Items("versions"))
        {
            var type = CustomTypes.Of(spec, version);
            if (type.ApiVersion != owner.ApiVersion || version.Text("subresources", "scale", "specReplicasPath") is not { } path) continue;
            return new(type, path.Split('.', StringSplitOptions.RemoveEmptyEntries));
        }
        return null;
    }
}
