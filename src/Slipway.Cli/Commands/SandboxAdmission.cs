using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Applications;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Tickets;

namespace Slipway.Cli.Commands;

/// <summary>
/// What rules of definitions and admission policies do on a real server, in the sandbox: the rules of our kinds and, where roles decide, who
/// may write what on a ticket.
/// </summary>
static class SandboxAdmission
{
    /// <summary>What never changes, as paths below <c>spec</c>.</summary>
    static readonly Dictionary<ResourceType, string[]> Unchanging = new()
    {
        [Kinds.OpsTicketGroups] = [""],
        [Kinds.CafeDeployments] = ["podSetType", "selector"],
        [Kinds.InPlaceSets] = ["selector"],
    };

    /// <param name="request">The write.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="access">Asked whether the user may do by hand what the ticket does; null where everyone may do everything.</param>
    public static void Admit(AdmissionRequest request, UserInfo user, AccessCheck? access)
    {
        if (request.Subresource is not null) return;
        if (request.Type == Kinds.OpsTickets) AdmitTicket(request, user, access);
        else if (request.Type == Kinds.ApplicationServices) AdmitService(request);
        else if (request.Old is { } old && Unchanging.TryGetValue(request.Type, out var fields)) AdmitUnchanged(request, old, fields);
    }

    static void AdmitTicket(AdmissionRequest request, UserInfo user, AccessCheck? access)
    {
        if (Read(request.Object, TicketJson.Default.OpsTicket) is not { } written) return;
        var stored = request.Old is { } old ? Read(old, TicketJson.Default.OpsTicket) : null;
        var broken = stored is null ? TicketRules.Check(written) : TicketRules.CheckUpdate(stored, written);
        Refuse(request, broken.Select(violation => (violation.Field, violation.Message)));
        if (access is null) return;
        if (TicketAdmission.Refusal(stored, written, user.Name, user.Groups, right => access.Allows(user, Wanted(right, request)))
            is { } refusal) throw StatusException.Forbidden(request.Type, request.Name, refusal);
        if (stored is not null) return;
        request.Object["spec"]!["requestedBy"] = user.Name;
        request.Object["spec"]!["requesterGroups"] ??= new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]);
    }

    /// <summary>Rights on tickets may be given for one ticket; those on pods and workloads are asked for the namespace.</summary>
    static AccessAttributes.OfResource Wanted(Right right, AdmissionRequest request) =>
        new(right.Verb, right.Group, right.Resource, request.Namespace, right.Group == Kinds.OpsTickets.Group ? request.Name : "");

    static void AdmitService(AdmissionRequest request)
    {
        if (Read(request.Object, ApplicationJson.Default.ApplicationService) is { } service) Refuse(request, ServiceRules.Check(service.Spec).Select(mistake => (mistake.Split(' ')[0], mistake)));
    }

    static void AdmitUnchanged(AdmissionRequest request, JsonObject old, IEnumerable<string> fields)
    {
        JsonNode? Of(JsonObject body, string field) => field.Length == 0 ? body["spec"] : body["spec"]?[field];
        Refuse(request, fields.Where(field => !JsonNode.DeepEquals(Of(old, field), Of(request.Object, field))).Select(field => $"spec.{field}".TrimEnd('.')).Select(field => (field, $"{field} cannot change")));
    }

    static void Refuse(AdmissionRequest request, IEnumerable<(string Field, string Message)> mistakes)
    {
        var broken = mistakes.Select(mistake => new FieldError(mistake.Field, "FieldValueInvalid", mistake.Message)).ToList();
        if (broken.Count > 0) throw StatusException.Invalid(request.Type, request.Name, broken);
    }

    /// <summary>Null where the object is none of its kind by its schema, which refuses it by itself.</summary>
    static T? Read<T>(JsonObject json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return json.Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
