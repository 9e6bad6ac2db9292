using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What a pod must have, and what of it can change (Kubernetes, "Pod update and replacement").</summary>
static class PodRules
{
    public static IEnumerable<FieldError> Check(JsonObject pod, JsonObject? before) =>
        before is null ? CheckSpec(pod["spec"] as JsonObject, "spec") : CheckSpec(pod["spec"] as JsonObject, "spec").Concat(CheckChange(pod, before));

    public static IEnumerable<FieldError> CheckSpec(JsonObject? spec, string path)
    {
        var containers = spec?["containers"].Objects().ToList() ?? [];
        if (containers.Count == 0) yield return FieldError.Required($"{path}.containers");
        if (spec?["restartPolicy"].Text() is not ("Always" or "OnFailure" or "Never")) yield return FieldError.Unsupported($"{path}.restartPolicy", spec?["restartPolicy"]?.ToJsonString() ?? "\"\"", ["Always", "OnFailure", "Never"]);
        if (spec?["terminationGracePeriodSeconds"].Number() is < 0) yield return FieldError.Invalid($"{path}.terminationGracePeriodSeconds", $"{spec["terminationGracePeriodSeconds"]}", "must be greater than or equal to 0");
        var names = new HashSet<string>();
        foreach (var (index, container) in containers.Index())
        {
            if (container["name"].Text() is not { Length: > 0 } name) yield return FieldError.Required($"{path}.containers[{index}].name");
            else if (!MetadataRules.IsLabel(name)) yield return FieldError.Invalid($"{path}.containers[{index}].name", $"\"{name}\"", "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
            else if (!names.Add(name)) yield return FieldError.Duplicate($"{path}.containers[{index}].name", $"\"{name}\"");
            if (container["image"].Text() is not { Length: > 0 }) yield return FieldError.Required($"{path}.containers[{index}].image");
            foreach (var error in CheckContainer(container, spec!, $"{path}.containers[{index}]")) yield return error;
        }
    }

    static IEnumerable<FieldError> CheckContainer(JsonObject container, JsonObject spec, string path)
    {
        if (container["imagePullPolicy"].Text() is not ("Always" or "IfNotPresent" or "Never")) yield return FieldError.Unsupported($"{path}.imagePullPolicy", $"{container["imagePullPolicy"]?.ToJsonString() ?? "\"\""}", ["Always", "IfNotPresent", "Never"]);
        foreach (var (index, port) in container["ports"].Objects().Index())
        {
            if (FieldError.OfPort($"{path}.ports[{index}].containerPort", port["containerPort"]) is { } error) yield return error;
        }

        foreach (var (index, variable) in container["env"].Objects().Index())
        {
            if (variable["name"].Text() is not { Length: > 0 }) yield return FieldError.Required($"{path}.env[{index}].name");
        }

        var volumes = spec["volumes"].Objects().Select(volume => volume["name"].Text()).ToHashSet();
        foreach (var (index, mount) in container["volumeMounts"].Objects().Index())
        {
            if (mount["mountPath"].Text() is not { Length: > 0 }) yield return FieldError.Required($"{path}.volumeMounts[{index}].mountPath");
            if (!volumes.Contains(mount["name"].Text())) yield return new($"{path}.volumeMounts[{index}].name", "FieldValueNotFound", $"Not found: {mount["name"]?.ToJsonString()}");
        }
    }

    static IEnumerable<FieldError> CheckChange(JsonObject pod, JsonObject before)
    {
        // The binding subresource sets the node once; nothing else may.
        var old = Fixed(before["spec"]!.AsObject());
        var now = Fixed(pod["spec"]!.AsObject());
        if (old["nodeName"] is null) now.Remove("nodeName");
        if (!JsonNode.DeepEquals(old, now))
        {
            yield return FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        }
    }

    /// <summary>The part of a pod's spec that never changes.</summary>
    static JsonObject Fixed(JsonObject spec)
    {
        var copy = spec.DeepClone().AsObject();
        foreach (var container in copy["containers"].Objects().Concat(copy["initContainers"].Objects())) container.Remove("image");
        foreach (var name in (string[])["activeDeadlineSeconds", "tolerations"]) copy.Remove(name);
        return copy;
    }
}
