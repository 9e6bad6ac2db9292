using System.Text.Json.Nodes;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>What an Event is about: an object or, with a field path, a part of it.</summary>
readonly record struct EventSubject(StoredObject Object, string FieldPath = "")
{
    /// <summary>One container of a pod, among <c>containers</c> or <c>initContainers</c>.</summary>
    public static EventSubject Container(PodFacts pod, string container, string among = "containers") => new(pod.Stored, $"spec.{among}{{{container}}}");

    public JsonObject ToReference()
    {
        var reference = new JsonObject
        {
            ["kind"] = Object.Type.Kind,
            ["namespace"] = Object.Key.Namespace,
            ["name"] = Object.Key.Name,
            ["uid"] = Object.Uid,
            ["apiVersion"] = Object.Type.ApiVersion,
            ["resourceVersion"] = $"{Object.ResourceVersion}",
        };
        if (FieldPath.Length > 0) reference["fieldPath"] = FieldPath;
        return reference;
    }
}
