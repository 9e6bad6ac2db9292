using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>What questions about access must look like.</summary>
static class ReviewRules
{
    const int ShortestToken = 600;

    static readonly ResourceType TokenRequests = new("authentication.k8s.io", "v1", "tokenrequests", "TokenRequest", Namespaced: true);

    /// <exception cref="StatusException">400 or 422: the question makes no sense.</exception>
    public static void Check(ApiTarget target, JsonObject review)
    {
        if (review["spec"] is not (null or JsonObject)) throw StatusException.BadRequest($"json: cannot unmarshal spec into a {target.Type.Kind}");
        if (review["metadata"] is not (null or JsonObject)) throw StatusException.BadRequest("json: cannot unmarshal metadata into Go value of type v1.ObjectMeta");
        var metadata = review.Child("metadata");
        if (target.Type.Namespaced)
        {
            if (metadata["namespace"].Text() is { Length: > 0 } named && named != target.Namespace) throw StatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            metadata["namespace"] = target.Namespace;
        }

        var errors = target.Type.Kind.EndsWith("AccessReview", StringComparison.Ordinal) ? Errors(target, review).ToList() : [];
        if (errors.Count > 0) throw StatusException.Invalid(target.Type, "", errors);
    }

    /// <summary>How long a token is to be valid, in seconds.</summary>
    /// <exception cref="StatusException">422: too short.</exception>
    public static int Seconds(JsonObject request)
    {
        var seconds = request.At("spec", "expirationSeconds").Number() ?? 3600;
        return seconds >= ShortestToken ? seconds
            : throw StatusException.Invalid(TokenRequests, "", [FieldError.Invalid("spec.expirationSeconds", $"{seconds}", "may not specify a duration less than 10 minutes")]);
    }

    static IEnumerable<FieldError> Errors(ApiTarget target, JsonObject review)
    {
        var spec = review["spec"];
        var (resource, path) = (spec.At("resourceAttributes") is JsonObject, spec.At("nonResourceAttributes") is JsonObject);
        var isLocal = target.Type.Namespaced;
        if (resource && path) yield return FieldError.Invalid("spec.nonResourceAttributes", "{}", "cannot be specified in combination with resourceAttributes");
        if (!resource && !path) yield return FieldError.Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        if (target.Type.Kind != "SelfSubjectAccessReview" && (spec.At("user").Text() ?? "").Length == 0 && spec.At("groups").Texts().Count == 0)
        {
            yield return FieldError.Invalid("spec.user", "\"\"", "at least one of user or group must be specified");
        }

        if (review["metadata"]!.AsObject().Any(field => field.Value is not null && !(isLocal && field.Key == "namespace"))) yield return FieldError.Invalid("metadata", "{}", isLocal ? "must be empty except for namespace" : "must be empty");
        if (!isLocal) yield break;
        if (path) yield return FieldError.Invalid("spec.nonResourceAttributes", "{}", "disallowed on this kind of request");
        if (resource && spec.At("resourceAttributes", "namespace").Text() != target.Namespace)
        {
            yield return FieldError.Invalid("spec.resourceAttributes.namespace", $"\"{spec.At("resourceAttributes", "namespace").Text()}\"", "must match metadata.namespace");
        }
    }
}
