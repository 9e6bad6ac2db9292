using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;

namespace Slipway.Operator.Tickets;

/// <summary>Tells a ticket's steps as Kubernetes Events. Named by what they say, so that telling twice is once; best effort.</summary>
sealed partial class EventRecorder(KubernetesApi api, ILogger log)
{
    public async Task RecordAsync(OpsTicket ticket, TicketChange.Announce announcement, DateTimeOffset now, CancellationToken cancellation)
    {
        var time = now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["apiVersion"] = Kinds.Events.ApiVersion,
            ["kind"] = Kinds.Events.Kind,
            ["metadata"] = new JsonObject { ["name"] = NameOf(ticket, announcement), ["namespace"] = ticket.Key.Namespace },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = Kinds.OpsTickets.ApiVersion,
                ["kind"] = Kinds.OpsTickets.Kind,
                ["namespace"] = ticket.Key.Namespace,
                ["name"] = ticket.Key.Name,
                ["uid"] = ticket.Uid,
            },
            ["type"] = announcement.Warning ? "Warning" : "Normal",
            ["reason"] = announcement.Reason,
            ["message"] = announcement.Message,
            ["source"] = new JsonObject { ["component"] = Names.Operator },
            ["reportingComponent"] = Names.Operator,
            ["reportingInstance"] = Names.Operator,
            ["firstTimestamp"] = time,
            ["lastTimestamp"] = time,
            ["count"] = 1,
        };
        try
        {
            await api.CreateAsync(Kinds.Events, ticket.Key.Namespace, body, OperatorJson.Default.JsonObject, cancellation);
        }
        catch (ConflictException)
        {
            // Told before.
        }
        catch (ApiException failure)
        {
            NotTold(log, ticket.Key, announcement.Reason, failure.Message);
        }
    }

    static string NameOf(OpsTicket ticket, TicketChange.Announce announcement)
    {
        var told = $"{ticket.Uid} {ticket.Status?.Phase} {ticket.Status?.AcknowledgedCommands?.Count} {announcement.Reason} {announcement.Message}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)).AsSpan(0, 8));
        return $"{ticket.Key.Name}.{hash}";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Ticket}: event {Reason} could not be recorded: {Why}")]
    static partial void NotTold(ILogger logger, ObjectKey ticket, string reason, string why);
}
