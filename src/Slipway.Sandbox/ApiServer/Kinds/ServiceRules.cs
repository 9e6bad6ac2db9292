using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What Services must keep to.</summary>
static class ServiceRules
{
    static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    public static IEnumerable<FieldError> Check(JsonObject body, JsonObject? before)
    {
        var spec = body["spec"] as JsonObject ?? [];
        var ports = spec["ports"].Objects().ToList();
        var type = spec["type"].Text();
        if (!Types.Contains(type)) yield return FieldError.Unsupported("spec.type", $"\"{type}\"", Types);
        if (ports.Count == 0 && type != "ExternalName" && spec["clusterIP"].Text() != "None") yield return FieldError.Required("spec.ports");
        var (names, numbers) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (index, port) in ports.Index())
        {
            if (FieldError.OfPort($"spec.ports[{index}].port", port["port"]) is { } outside) yield return outside;
            if (ports.Count > 1 && port["name"].Text() is not { Length: > 0 }) yield return FieldError.Required($"spec.ports[{index}].name");
            if (port["name"].Text() is { Length: > 0 } name && !names.Add(name)) yield return FieldError.Duplicate($"spec.ports[{index}].name", $"\"{name}\"");
            if (port["protocol"].Text() is not ("TCP" or "UDP" or "SCTP")) yield return FieldError.Unsupported($"spec.ports[{index}].protocol", $"{port["protocol"]?.ToJsonString()}", ["SCTP", "TCP", "UDP"]);
            if (!numbers.Add($"{port["port"]}/{port["protocol"]}")) yield return FieldError.Duplicate($"spec.ports[{index}]", port.ToJsonString());
        }

        if (spec["sessionAffinity"].Text() is not ("None" or "ClientIP")) yield return FieldError.Unsupported("spec.sessionAffinity", $"{spec["sessionAffinity"]?.ToJsonString() ?? "\"\""}", ["ClientIP", "None"]);
        if (before?.At("spec", "clusterIP").Text() is { Length: > 0 } address && type != "ExternalName" && before.At("spec", "type").Text() != "ExternalName" && spec["clusterIP"].Text() != address)
        {
            yield return FieldError.Invalid("spec.clusterIPs[0]", $"[\"{spec["clusterIP"]}\"]", "may not change once set");
        }
    }
}
