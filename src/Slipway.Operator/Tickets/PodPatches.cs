using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Operator.Tickets;

/// <summary>Bodies of the calls that restart a pod in place.</summary>
static class PodPatches
{
    /// <summary>A JSON patch that applies to this pod with these images, and to nothing else.</summary>
    public static string Respell(TicketChange.RestartInPlace restart)
    {
        var patch = new JsonArray(Operation("test", "/metadata/uid", restart.Uid));
        foreach (var image in restart.Images)
        {
            var path = $"/spec/containers/{image.Index}";
            patch.Add((JsonNode)Operation("test", $"{path}/name", image.Container));
            patch.Add((JsonNode)Operation("test", $"{path}/image", image.From));
            patch.Add((JsonNode)Operation("replace", $"{path}/image", image.To));
        }

        return patch.ToJsonString();
    }

    /// <summary>OpenKruise restarts nothing that has already started anew since the request was made (its own baseline).</summary>
    public static JsonObject RecreateRequest(OpsTicket ticket, TicketChange.RequestRecreate request) => new()
    {
        ["apiVersion"] = Kinds.ContainerRecreateRequests.ApiVersion,
        ["kind"] = Kinds.ContainerRecreateRequests.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = request.Name,
            ["namespace"] = request.Pod.Namespace,
            ["labels"] = new JsonObject { [Names.TicketLabel] = ticket.Uid },
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = Kinds.OpsTickets.ApiVersion,
                ["kind"] = Kinds.OpsTickets.Kind,
                ["name"] = ticket.Key.Name,
                ["uid"] = ticket.Uid,
            }),
        },
        ["spec"] = new JsonObject
        {
            ["podName"] = request.Pod.Name,
            ["containers"] = new JsonArray([.. request.Containers.Select(name => new JsonObject { ["name"] = name })]),
            ["strategy"] = new JsonObject { ["failurePolicy"] = "Fail" },
            ["activeDeadlineSeconds"] = request.DeadlineSeconds,
        },
    };

    static JsonObject Operation(string op, string path, string value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
