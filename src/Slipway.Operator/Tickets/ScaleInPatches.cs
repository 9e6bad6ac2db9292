using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator.Tickets;

/// <summary>Bodies of the calls that scale in exactly the chosen pods.</summary>
static class ScaleInPatches
{
    static readonly string First = int.MinValue.ToString(CultureInfo.InvariantCulture);

    /// <summary>A merge patch that marks the pod of this UID in the ticket's name.</summary>
    public static string Mark(TicketChange.MarkPod mark) => new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = mark.Uid,
            ["annotations"] = new JsonObject { [Names.DeletionCostAnnotation] = First, [Names.ScaleInAnnotation] = mark.Ticket },
        },
    }.ToJsonString();

    /// <summary>A JSON patch that applies while the mark is this ticket's, and to nothing else.</summary>
    public static string Unmark(TicketChange.UnmarkPod unmark) => new JsonArray(
    [
        Operation("test", "/metadata/uid", unmark.Uid),
        Operation("test", Path(Names.ScaleInAnnotation), unmark.Ticket),
        new JsonObject { ["op"] = "remove", ["path"] = Path(Names.ScaleInAnnotation) },
        Operation("add", Path(Names.DeletionCostAnnotation), unmark.Cost ?? First),
        .. unmark.Cost is null ? [new JsonObject { ["op"] = "remove", ["path"] = Path(Names.DeletionCostAnnotation) }] : Array.Empty<JsonNode>(),
    ]).ToJsonString();

    /// <summary>Deployments and ReplicaSets are written through their scale, which allows nothing else; the others need more than a number.</summary>
    public static string? Subresource(TicketChange.LowerReplicas lower) => lower.Downsizing is Downsizing.ByCost ? "scale" : null;

    /// <summary>A merge patch for the version of the workload that was seen.</summary>
    public static string Lower(TicketChange.LowerReplicas lower) => lower.Downsizing is Downsizing.ByUnit unit ? unit.Spec.MergePatch(unit.Seen) : new JsonObject
    {
        ["metadata"] = new JsonObject { ["uid"] = lower.Uid, ["resourceVersion"] = lower.ResourceVersion },
        ["spec"] = Spec(lower.Downsizing),
    }.ToJsonString();

    static JsonObject Spec(Downsizing downsizing) => downsizing switch
    {
        Downsizing.ByCost => new() { ["replicas"] = downsizing.Replicas },
        Downsizing.ByOrdinals(0) => new() { ["replicas"] = downsizing.Replicas },
        Downsizing.ByOrdinals(var first) => new() { ["replicas"] = downsizing.Replicas, ["ordinals"] = new JsonObject { ["start"] = first } },
        Downsizing.ByReservation(var reserved) => new() { ["replicas"] = downsizing.Replicas, ["reserveOrdinals"] = new JsonArray([.. reserved.Select(Ordinal)]) },
        Downsizing.ByName(var names) => new()
        {
            ["replicas"] = downsizing.Replicas,
            ["scaleStrategy"] = new JsonObject { ["podsToDelete"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) },
        },
        _ => throw new UnreachableException(),
    };

    /// <summary>A number as a number, a range as the text it is.</summary>
    static JsonNode Ordinal(string reserved) => int.TryParse(reserved, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? JsonValue.Create(ordinal) : JsonValue.Create(reserved);

    static string Path(string annotation) => $"/metadata/annotations/{annotation.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    static JsonObject Operation(string op, string path, string value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
