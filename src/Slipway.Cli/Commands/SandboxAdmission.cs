using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Tickets;

namespace Slipway.Cli.Commands;

/// <summary>What admission policies do on a real server, in the sandbox: the rules of tickets and, where roles decide, who may write what.</summary>
static class SandboxAdmission
{
    /// <param name="request">The write.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="access">Asked whether the user may do by hand what the ticket does; null where everyone may do everything.</param>
    public static void Admit(AdmissionRequest request, UserInfo user, AccessCheck? access)
    {
        if (request.Type != Kinds.OpsTickets || request.Subresource is not null || Read(request.Object) is not { } written) return;
        var stored = request.Old is { } old ? Read(old) : null;
        var broken = stored is null ? TicketRules.Check(written) : TicketRules.CheckUpdate(stored, written);
        if (broken.Count > 0) throw StatusException.Invalid(request.Type, request.Name, [.. broken.Select(violation => new FieldError(violation.Field, "FieldValueInvalid", violation.Message))]);
        if (access is null) return;
        if (TicketAdmission.Refusal(stored, written, user.Name, right => access.Allows(user, new AccessAttributes.OfResource(right.Verb, right.Group, right.Resource, request.Namespace, "")))
            is { } refusal) throw StatusException.Forbidden(request.Type, request.Name, refusal);
        if (stored is null) request.Object["spec"]!["requestedBy"] = user.Name;
    }

    /// <summary>Null where the object is no ticket by its schema, which refuses it by itself.</summary>
    static OpsTicket? Read(JsonObject json)
    {
        try
        {
            return json.Deserialize(TicketJson.Default.OpsTicket);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
