using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Reads DeleteOptions from a request's body, or its query.</summary>
static class DeleteBody
{
    public static DeleteOptions Read(ApiRequest request)
    {
        RequestOptions.Check(request);
        return Read(request, request.Body.IsEmpty ? [] : RequestBodies.ReadDocument(request, "DeleteOptions"));
    }

    public static DeleteOptions Read(ApiRequest request, JsonObject body)
    {
        var (policy, orphan, dryRun) = (body["propagationPolicy"].Text() ?? request["propagationPolicy"], body["orphanDependents"], body["dryRun"].Texts());
        var errors = new List<FieldError>();
        if (policy is not null && orphan is not null) errors.Add(FieldError.Invalid("propagationPolicy", $"\"{policy}\"", "orphanDependents and deletionPropagation cannot be both set"));
        if (policy is not (null or "Background" or "Foreground" or "Orphan")) errors.Add(FieldError.Unsupported("propagationPolicy", $"\"{policy}\"", ["Foreground", "Background", "Orphan", "nil"]));
        if (dryRun.Any(how => how != "All")) errors.Add(FieldError.Unsupported("dryRun", "[]", ["All"]));
        if (errors.Count > 0) throw StatusException.Invalid(new("", "v1", "", "DeleteOptions", Namespaced: false), "", errors);
        var grace = body["gracePeriodSeconds"].Number() ?? (int?)request.Number("gracePeriodSeconds");
        return new()
        {
            Uid = body.At("preconditions", "uid").Text(),
            ResourceVersion = body.At("preconditions", "resourceVersion").Text(),
            // A negative grace is the shortest there is.
            GracePeriodSeconds = grace < 0 ? 1 : grace,
            PropagationPolicy = policy ?? (orphan?.GetValue<bool>() == true ? "Orphan" : "Background"),
            DryRun = request.IsDryRun || dryRun.Count > 0,
        };
    }
}
