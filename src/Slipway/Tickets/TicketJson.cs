using System.Text.Json.Serialization;

namespace Slipway.Tickets;

/// <summary>The tickets' kinds on the wire: camel case, absent rather than null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(OpsTicket))]
[JsonSerializable(typeof(OpsTicketSpec))]
[JsonSerializable(typeof(OpsTicketStatus))]
[JsonSerializable(typeof(OpsTicketGroup))]
[JsonSerializable(typeof(OpsTicketGroupStatus))]
[JsonSerializable(typeof(OpsTicketGroupResults))]
[JsonSerializable(typeof(TicketCommand))]
[JsonSerializable(typeof(IReadOnlyList<TicketCommand>))]
public sealed partial class TicketJson : JsonSerializerContext
{
}
