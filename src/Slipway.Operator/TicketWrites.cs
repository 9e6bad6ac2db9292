using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;

namespace Slipway.Operator;

/// <summary>What people write: new tickets, and commands appended to them. Command line and console share it.</summary>
public static class TicketWrites
{
    const int Tries = 5;

    /// <summary>Creates a ticket signed by its requester, with the groups by which the operator asks what they may do.</summary>
    public static async Task<OpsTicket> CreateAsync(KubernetesApi api, OpsTicket draft, string who, CancellationToken cancellation)
    {
        var caller = await AccessReviews.CallerAsync(api, cancellation);
        var requester = draft.Spec.RequestedBy ?? who;
        var groups = draft.Spec.RequesterGroups ?? (caller is { Groups.Count: > 0 } && caller.Name == requester ? caller.Groups : null);
        var signed = draft with { Spec = draft.Spec with { RequestedBy = requester, RequesterGroups = groups } };
        return await api.CreateAsync(Kinds.OpsTickets, signed.Key.Namespace, signed, TicketJson.Default.OpsTicket, cancellation);
    }

    /// <summary>Appends a command under an id of its own and returns it as written.</summary>
    public static async Task<TicketCommand> AppendAsync(KubernetesApi api, ObjectKey key, TicketCommand wanted, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var ticket = await api.GetAsync(Kinds.OpsTickets, key, TicketJson.Default.OpsTicket, cancellation);
            var command = wanted with { Id = $"{wanted.Verb.ToString().ToLowerInvariant()}-{(ticket.Spec.Commands?.Count ?? 0) + 1}" };
            try
            {
                await api.PatchAsync(Kinds.OpsTickets, key, Patch.Json(Body(ticket, command)), null, cancellation);
                return command;
            }
            catch (ApiException raced) when (attempt < Tries && (raced is ConflictException || (raced is InvalidException && raced.Message.Contains("test", StringComparison.Ordinal))))
            {
                // Somebody wrote the ticket meanwhile: read it again.
            }
        }
    }

    /// <summary>Applies to the ticket as it was read and to no other, so that two people never take the same id.</summary>
    static string Body(OpsTicket ticket, TicketCommand command)
    {
        var json = JsonSerializer.SerializeToNode(command, TicketJson.Default.TicketCommand);
        var add = ticket.Spec.Commands is null
            ? new JsonObject { ["op"] = "add", ["path"] = "/spec/commands", ["value"] = new JsonArray(json) }
            : new JsonObject { ["op"] = "add", ["path"] = "/spec/commands/-", ["value"] = json };
        return new JsonArray(new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = ticket.Metadata.ResourceVersion }, add).ToJsonString();
    }
}
