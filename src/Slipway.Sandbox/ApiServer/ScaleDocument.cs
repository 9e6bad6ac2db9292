using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>An object as <c>autoscaling/v1 Scale</c>.</summary>
static class ScaleDocument
{
    public static JsonObject Of(ServedKind kind, StoredObject found)
    {
        var status = new JsonObject { ["replicas"] = found.Json.At(Path(kind.Scale!.StatusReplicas)).Number() ?? 0 };
        if (Selector(kind, found.Json) is { Length: > 0 } selector) status["selector"] = selector;
        return new()
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
            ["spec"] = new JsonObject { ["replicas"] = found.Json.At(Path(kind.Scale.SpecReplicas)).Number() ?? 0 },
            ["status"] = status,
        };
    }

    public static JsonObject Write(ServedKind kind, JsonObject body, int replicas)
    {
        var path = Path(kind.Scale!.SpecReplicas);
        var parent = path[..^1].Aggregate(body, (node, name) => node.Child(name));
        parent[path[^1]] = replicas;
        return body;
    }

    /// <summary>A custom kind says where its selector is, as text; of a workload it is the selector itself.</summary>
    static string? Selector(ServedKind kind, JsonElement json) => kind.IsCustom
        ? kind.Scale!.LabelSelector is { } path ? json.At(Path(path)).Text() : null
        : SelectorJson.Read(json.At("spec", "selector")).Text();

    static string[] Path(string dotted) => dotted.TrimStart('.').Split('.');
}
