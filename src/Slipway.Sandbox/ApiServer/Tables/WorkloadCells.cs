using System.Text.Json;

namespace Slipway.Sandbox.ApiServer.Tables;

/// <summary>What kubectl prints of workloads.</summary>
static class WorkloadCells
{
    public static IReadOnlyList<TableColumn> Deployment { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "string", static (json, _) => $"{Status(json, "readyReplicas")}/{json.At("spec", "replicas").Number() ?? 1}"),
        new("Up-to-date", "string", static (json, _) => Status(json, "updatedReplicas")),
        new("Available", "string", static (json, _) => Status(json, "availableReplicas")),
        TableColumn.Age, Containers, Images, Selector,
    ];

    public static IReadOnlyList<TableColumn> ReplicaSet { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", "integer", static (json, _) => json.At("spec", "replicas").Number() ?? 1),
        new("Current", "integer", static (json, _) => Status(json, "replicas")),
        new("Ready", "integer", static (json, _) => Status(json, "readyReplicas")),
        TableColumn.Age, Containers, Images, Selector,
    ];

    public static IReadOnlyList<TableColumn> StatefulSet { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "string", static (json, _) => $"{Status(json, "readyReplicas")}/{json.At("spec", "replicas").Number() ?? 1}"),
        TableColumn.Age, Containers, Images,
    ];

    public static IReadOnlyList<TableColumn> DaemonSet { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", "integer", static (json, _) => Status(json, "desiredNumberScheduled")),
        new("Current", "integer", static (json, _) => Status(json, "currentNumberScheduled")),
        new("Ready", "integer", static (json, _) => Status(json, "numberReady")),
        new("Up-to-date", "integer", static (json, _) => Status(json, "updatedNumberScheduled")),
        new("Available", "integer", static (json, _) => Status(json, "numberAvailable")),
        new("Node Selector", "string", static (json, _) => NodeSelector(json)),
        TableColumn.Age, Containers, Images, Selector,
    ];

    static TableColumn Containers => new("Containers", "string", static (json, _) => Of(json, "name"), 1);

    static TableColumn Images => new("Images", "string", static (json, _) => Of(json, "image"), 1);

    static TableColumn Selector => new("Selector", "string", static (json, _) => SelectorJson.Read(json.At("spec", "selector")).Text(), 1);

    static string NodeSelector(JsonElement json) => json.At("spec", "template", "spec", "nodeSelector") is { ValueKind: JsonValueKind.Object } labels
        ? string.Join(',', labels.EnumerateObject().Select(label => $"{label.Name}={label.Value}"))
        : "<none>";

    static string Of(JsonElement json, string property) =>
        string.Join(',', json.At("spec", "template", "spec", "containers").Items().Select(container => container.At(property).Text()));

    static int Status(JsonElement json, string name) => json.At("status", name).Number() ?? 0;
}
