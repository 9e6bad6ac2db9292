using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The <c>autoscaling/v1</c> Scale of an object.</summary>
static class ScaleDocument
{
    public static JsonObject Of(ServedKind kind, StoredObject found) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = found.Key.Name,
            ["namespace"] = found.Key.Namespace,
            ["uid"] = found.Uid,
            ["resourceVersion"] = found.ResourceVersion.ToString(CultureInfo.InvariantCulture),
            ["creationTimestamp"] = found.Json.At("metadata", "creationTimestamp").Text(),
        },
        ["spec"] = new JsonObject { ["replicas"] = found.Json.At(Path(kind.Scale!.SpecReplicas)).Number() ?? 0 },
        ["status"] = new JsonObject
        {
            ["replicas"] = found.Json.At(Path(kind.Scale.StatusReplicas)).Number() ?? 0,
            ["selector"] = string.Join(',', found.Json.At("spec", "selector", "matchLabels") is { ValueKind: System.Text.Json.JsonValueKind.Object } labels ? labels.EnumerateObject().Select(label => $"{label.Name}={label.Value.GetString()}") : []),
        },
    };

    public static JsonObject Write(ServedKind kind, JsonObject body, int replicas)
    {
        var path = Path(kind.Scale!.SpecReplicas);
        var parent = path[..^1].Aggregate(body, (node, name) => node.Child(name));
        parent[path[^1]] = replicas;
        return body;
    }

    static string[] Path(string dotted) => dotted.TrimStart('.').Split('.');
}
