using System.Globalization;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Reads DeleteOptions from a request's body, or its query.</summary>
static class DeleteBody
{
    public static DeleteOptions Read(ApiRequest request)
    {
        var body = request.Body.IsEmpty ? [] : RequestBodies.ReadObject(request);
        var grace = body["gracePeriodSeconds"].Number() ?? (int.TryParse(request["gracePeriodSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        return new()
        {
            Uid = body.At("preconditions", "uid").Text(),
            ResourceVersion = body.At("preconditions", "resourceVersion").Text(),
            GracePeriodSeconds = grace,
            PropagationPolicy = body["propagationPolicy"].Text() ?? request["propagationPolicy"] ?? "Background",
            DryRun = request["dryRun"] is not null || body["dryRun"] is System.Text.Json.Nodes.JsonArray { Count: > 0 },
        };
    }
}
