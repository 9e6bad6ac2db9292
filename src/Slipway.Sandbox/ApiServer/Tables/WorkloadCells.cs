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
        TableColumn.Age, Containers, Images,
    ];

    public static IReadOnlyList<TableColumn> ReplicaSet { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", "integer", static (json, _) => json.At("spec", "replicas").Number() ?? 1),
        new("Current", "integer", static (json, _) => Status(json, "replicas")),
        new("Ready", "integer", static (json, _) => Status(json, "readyReplicas")),
        TableColumn.Age, Containers, Images,
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
        TableColumn.Age,
    ];

    static TableColumn Containers => new("Containers", "string", static (json, _) => Of(json, "name"), 1);

    static TableColumn Images => new("Images", "string", static (json, _) => Of(json, "image"), 1);

    static string Of(JsonElement json, string property) =>
        string.Join(',', json.At("spec", "template", "spec", "containers").Items().Select(container => container.At(property).Text()));

    static int Status(JsonElement json, string name) => json.At("status", name).Number() ?? 0;
}
