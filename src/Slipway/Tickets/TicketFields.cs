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

    static JsonObject Json(OpsTicketSpec spec) => JsonSerializer.SerializeToNode(spec, TicketJson.Default.OpsTicketSpec)!.AsObject();
}
