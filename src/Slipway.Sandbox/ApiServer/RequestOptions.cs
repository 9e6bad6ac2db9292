using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The query parameters of writes, checked (k8s.io/apimachinery, meta/v1 validation).</summary>
static class RequestOptions
{
    public static WriteOptions Read(ApiRequest request)
    {
        Check(request);
        return new()
        {
            FieldManager = request["fieldManager"] ?? request.UserAgent.Split('/')[0],
            DryRun = request.IsDryRun,
            User = request.User,
        };
    }

    public static void Check(ApiRequest request)
    {
        var errors = Errors(request).ToList();
        if (errors.Count == 0) return;
        var kind = request.Method switch { "POST" => "CreateOptions", "PATCH" => "PatchOptions", "DELETE" => "DeleteOptions", _ => "UpdateOptions" };
        throw StatusException.Invalid(new("meta.k8s.io", "v1", "", kind, Namespaced: false), "", errors);
    }

    static IEnumerable<FieldError> Errors(ApiRequest request)
    {
        if (request["dryRun"] is { } dryRun and not "All") yield return FieldError.Unsupported("dryRun", $"[\"{dryRun}\"]", ["All"]);
        if (request["fieldValidation"] is { } validation and not ("Ignore" or "Warn" or "Strict")) yield return FieldError.Unsupported("fieldValidation", $"\"{validation}\"", ["Ignore", "Strict", "Warn"]);
        if (request["fieldManager"] is { } manager)
        {
            if (manager.Length > 128) yield return FieldError.TooLong("fieldManager", 128);
            if (manager.Any(character => char.IsControl(character))) yield return FieldError.Invalid("fieldManager", $"\"{manager}\"", "should only contain printable characters");
        }

        if (request["propagationPolicy"] is { } policy and not ("Background" or "Foreground" or "Orphan")) yield return FieldError.Unsupported("propagationPolicy", $"\"{policy}\"", ["Background", "Foreground", "Orphan"]);
        if (request.Method != "PATCH") yield break;
        var isApply = request.MediaType == "application/apply-patch+yaml";
        if (isApply && request["fieldManager"] is null) yield return FieldError.Required("fieldManager", "is required for apply patch");
        if (!isApply && request["force"] is not null) yield return FieldError.Forbidden("force", "may not be specified for non-apply patch");
    }
}
