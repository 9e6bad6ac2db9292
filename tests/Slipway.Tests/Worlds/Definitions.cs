using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Runtime.Schemas;
using Slipway.Tickets;

namespace Slipway.Tests.Worlds;

/// <summary>The CustomResourceDefinitions that are shipped.</summary>
static class Definitions
{
    public static IReadOnlyList<JsonObject> All() =>
        [CustomResourceDefinitions.Write(Kinds.OpsTickets, TicketJson.Default.OpsTicket), CustomResourceDefinitions.Write(Kinds.OpsTicketGroups, TicketJson.Default.OpsTicketGroup)];
}
