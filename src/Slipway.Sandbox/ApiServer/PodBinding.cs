using System.Text.Json.Nodes;
using Slipway.Sandbox.Storage;
using static Slipway.Resources.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>What the binding subresource does: the pod gets its node, once, and is scheduled.</summary>
static class PodBinding
{
    public static JsonObject Apply(JsonObject binding, ObjectStore store, string now)
    {
        var (ns, name) = (binding.At("metadata", "namespace").Text() ?? "", binding.At("metadata", "name").Text() ?? "");
        var node = binding.At("target", "name").Text() ?? throw StatusException.BadRequest("target.name is required");
        var pod = (store.Get(Pods, new(ns, name)) ?? throw StatusException.NotFound(Pods, name)).Edit();
        if (binding.At("metadata", "uid").Text() is { Length: > 0 } uid && uid != pod.At("metadata", "uid").Text()) throw StatusException.Conflict(Pods, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.At("metadata", "uid").Text()}");
        if (pod.At("spec", "nodeName").Text() is { Length: > 0 } bound) throw StatusException.Conflict(Pods, name, $"pod {name} is already assigned to node \"{bound}\"");
        pod.Child("spec")["nodeName"] = node;
        var status = pod.Child("status");
        var others = status["conditions"].Objects().Where(condition => condition["type"].Text() != "PodScheduled").Select(condition => condition.DeepClone());
        status["conditions"] = new JsonArray([.. others, new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = now }]);
        return pod;
    }
}
