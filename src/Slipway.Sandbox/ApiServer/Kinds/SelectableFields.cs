using System.Text.Json;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>
/// The fields that built-in kinds can be selected by, beyond metadata.name and metadata.namespace; one that is not set reads as its
/// zero value (Kubernetes, "Field Selectors", "List of supported fields").
/// </summary>
static class SelectableFields
{
    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Pod { get; } = Of(
    [
        Text("spec.nodeName"), Text("spec.restartPolicy"), Text("spec.schedulerName"), Text("spec.serviceAccountName"), Flag("spec.hostNetwork"),
        Text("status.phase"), Text("status.podIP"), Text("status.nominatedNodeName"),
    ]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Node { get; } = Of([Flag("spec.unschedulable")]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Namespace { get; } = Of([Text("status.phase")]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Secret { get; } = Of([Text("type")]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Service { get; } = Of([Text("spec.clusterIP"), Text("spec.type")]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Job { get; } = Of([new("status.successful", static job => $"{job.At("status", "succeeded").Number() ?? 0}")]);

    public static IReadOnlyDictionary<string, Func<JsonElement, string>> Event { get; } = Of(
    [
        Text("involvedObject.kind"), Text("involvedObject.namespace"), Text("involvedObject.name"), Text("involvedObject.uid"), Text("involvedObject.apiVersion"), Text("involvedObject.resourceVersion"), Text("involvedObject.fieldPath"),
        Text("reason"), Text("type"), Text("reportingComponent"),
        new("source", static told => CoreCells.Component(told) ?? ""),
    ]);

    static Dictionary<string, Func<JsonElement, string>> Of(IEnumerable<KeyValuePair<string, Func<JsonElement, string>>> fields) => new(fields);

    static KeyValuePair<string, Func<JsonElement, string>> Text(string path)
    {
        var names = path.Split('.');
        return new(path, json => json.At(names).Text() ?? "");
    }

    static KeyValuePair<string, Func<JsonElement, string>> Flag(string path)
    {
        var names = path.Split('.');
        return new(path, json => json.At(names).IsTrue() ? "true" : "false");
    }
}
