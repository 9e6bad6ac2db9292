using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Tickets;

/// <summary>Compares tickets field by field, as they are on the wire.</summary>
static class TicketFields
{
    /// <summary>Names of the fields that differ, commands left aside.</summary>
    public static IReadOnlyList<string> Changed(OpsTicketSpec stored, OpsTicketSpec updated)
    {
        var (before, after) = (Json(stored), Json(updated));
        return [.. before.Concat(after).Select(field => field.Key).Distinct().Where(name => name != "commands" && !JsonNode.DeepEquals(before[name], after[name]))];
    }

    static JsonObject Json(OpsTicketSpec spec) => JsonSerializer.SerializeToNode(InOrder(spec), TicketJson.Default.OpsTicketSpec)!.AsObject();

    /// <summary>Lists that are sets or maps are the same in any order, for the API server too.</summary>
    static OpsTicketSpec InOrder(OpsTicketSpec spec) => spec with
    {
        Targets = [.. spec.Targets.Select(target => target with { Pods = Sorted(target.Pods) })],
        Weights = spec.Weights is { } weights ? [.. weights.OrderBy(weight => weight.Unit, StringComparer.Ordinal)] : null,
        Restart = spec.Restart is { } restart ? restart with { Containers = Sorted(restart.Containers) } : null,
    };

    static IReadOnlyList<string>? Sorted(IReadOnlyList<string>? names) => names is null ? null : [.. names.Order(StringComparer.Ordinal)];
}
