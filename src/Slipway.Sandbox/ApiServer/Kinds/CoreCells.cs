using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Tables;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What kubectl prints of nodes, services, events and revisions.</summary>
static class CoreCells
{
    public static IReadOnlyList<TableColumn> Node { get; } =
    [
        TableColumn.ObjectName,
        new("Status", "string", static (node, _) =>
        {
            var ready = node.At("status", "conditions").Items().FirstOrDefault(condition => condition.At("type").Text() == "Ready");
            var word = ready.At("status").Text() == "True" ? "Ready" : "NotReady";
            return node.At("spec", "unschedulable").IsTrue() ? $"{word},SchedulingDisabled" : word;
        }),
        new("Roles", "string", static (_, _) => "<none>"),
        TableColumn.Age,
        new("Version", "string", static (node, _) => Info(node, "kubeletVersion")),
        Wide("Internal-IP", static node => Address(node, "InternalIP")),
        Wide("External-IP", static node => Address(node, "ExternalIP")),
        Wide("OS-Image", static node => Info(node, "osImage") ?? "<unknown>"),
        Wide("Kernel-Version", static node => Info(node, "kernelVersion") ?? "<unknown>"),
        Wide("Container-Runtime", static node => Info(node, "containerRuntimeVersion") ?? "<unknown>"),
    ];

    public static IReadOnlyList<TableColumn> Service { get; } =
    [
        TableColumn.ObjectName,
        new("Type", "string", static (service, _) => service.At("spec", "type").Text()),
        new("Cluster-IP", "string", static (service, _) => service.At("spec", "clusterIP").Text()),
        new("External-IP", "string", static (_, _) => "<none>"),
        new("Port(s)", "string", static (service, _) => string.Join(',', service.At("spec", "ports").Items().Select(port => $"{port.At("port").Number()}/{port.At("protocol").Text()}"))),
        TableColumn.Age,
        Wide("Selector", static service => service.At("spec", "selector") is { ValueKind: JsonValueKind.Object } selector && selector.EnumerateObject().Any()
            ? string.Join(',', selector.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"))
            : "<none>"),
    ];

    public static IReadOnlyList<TableColumn> Event { get; } =
    [
        new("Last Seen", "string", static (told, now) => Durations.Since(LastSeen(told), now)),
        new("Type", "string", static (told, _) => told.At("type").Text()),
        new("Reason", "string", static (told, _) => told.At("reason").Text()),
        new("Object", "string", static (told, _) => $"{told.At("involvedObject", "kind").Text()?.ToLowerInvariant()}/{told.At("involvedObject", "name").Text()}"),
        Wide("Subobject", static told => told.At("involvedObject", "fieldPath").Text() ?? ""),
        Wide("Source", static told => Source(told)),
        new("Message", "string", static (told, _) => told.At("message").Text()?.Trim()),
        new("First Seen", "string", static (told, now) => Durations.Since(FirstSeen(told), now), Priority: 1),
        Wide("Count", static told => $"{told.At("series", "count").Number() ?? told.At("count").Number() ?? 1}"),
        Wide("Name", static told => told.At("metadata", "name").Text()),
    ];

    /// <summary>Who tells an Event, in whichever of its two forms.</summary>
    public static string? Component(JsonElement told) => told.At("source", "component").Text() is { Length: > 0 } named ? named : told.At("reportingComponent").Text();

    public static IReadOnlyList<TableColumn> ControllerRevision { get; } =
    [
        TableColumn.ObjectName,
        new("Controller", "string", static (revision, _) => revision.At("metadata", "ownerReferences").Items().FirstOrDefault(owner => owner.At("controller").IsTrue()) is { ValueKind: JsonValueKind.Object } owner ? Owner(owner) : "<none>"),
        new("Revision", "integer", static (revision, _) => revision.At("revision").Number()),
        TableColumn.Age,
    ];

    // Events of the newer form have a time, a series and a reporter in place of first and last time, count and source.
    static JsonElement FirstSeen(JsonElement told) => told.At("firstTimestamp").Text() is null ? told.At("eventTime") : told.At("firstTimestamp");

    static JsonElement LastSeen(JsonElement told)
    {
        if (told.At("series", "lastObservedTime") is { ValueKind: JsonValueKind.String } observed) return observed;
        return told.At("lastTimestamp").Text() is null ? FirstSeen(told) : told.At("lastTimestamp");
    }

    static string Source(JsonElement told)
    {
        var host = told.At("source", "host").Text() is { Length: > 0 } on ? on : told.At("reportingInstance").Text();
        return string.Join(", ", new[] { Component(told), host }.Where(part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>Such as <c>statefulset.apps/db</c>.</summary>
    static string Owner(JsonElement owner)
    {
        var group = owner.At("apiVersion").Text()?.Split('/') is [var named, _] ? $".{named}" : "";
        return $"{owner.At("kind").Text()?.ToLowerInvariant()}{group}/{owner.At("name").Text()}";
    }

    static string? Info(JsonElement node, string name) => node.At("status", "nodeInfo", name).Text();

    static string Address(JsonElement node, string type) => node.At("status", "addresses").Items().FirstOrDefault(address => address.At("type").Text() == type).At("address").Text() ?? "<none>";

    static TableColumn Wide(string name, Func<JsonElement, JsonNode?> cell) => new(name, "string", (json, _) => cell(json), Priority: 1);
}
