using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Faults;

/// <summary><c>/sandbox/faults</c>: the switch over HTTP. GET lists the rules, POST of a rule's text adds one, DELETE takes back one or all; <c>/sandbox/restart</c> restarts.</summary>
sealed class FaultRequests(FaultSwitch faults)
{
    public ApiResponse? Answer(ApiRequest request) => (request.Method, request.Path.Trim('/').Split('/')) switch
    {
        ("GET", ["sandbox", "faults"]) => ApiResponse.Json(200, new JsonObject { ["faults"] = new JsonArray([.. faults.InForce.Select(Shown)]) }),
        ("POST", ["sandbox", "faults"]) => ApiResponse.Json(201, Shown(faults.Add(Read(Encoding.UTF8.GetString(request.Body.Span))))),
        ("DELETE", ["sandbox", "faults"]) => Clear(),
        ("DELETE", ["sandbox", "faults", var id]) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && faults.Remove(number)
            ? Done()
            : throw new StatusException(404, "NotFound", $"fault {id} is not in force"),
        ("POST", ["sandbox", "restart"]) => Restart(),
        (_, ["sandbox", "faults", ..] or ["sandbox", "restart"]) => throw new StatusException(405, "MethodNotAllowed", "GET, POST and DELETE of /sandbox/faults and POST of /sandbox/restart are allowed"),
        _ => null,
    };

    static FaultRule Read(string text)
    {
        try
        {
            return FaultRule.Parse(text);
        }
        catch (FormatException mistake)
        {
            throw StatusException.BadRequest(mistake.Message);
        }
    }

    ApiResponse Clear()
    {
        faults.Clear();
        return Done();
    }

    ApiResponse Restart()
    {
        faults.Restart();
        return Done();
    }

    static ApiResponse Done() => ApiResponse.Json(200, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" });

    static JsonObject Shown(FaultInForce shown) => new() { ["id"] = shown.Id, ["rule"] = shown.Rule.Text, ["befallen"] = shown.Befallen };
}
