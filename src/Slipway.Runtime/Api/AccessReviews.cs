using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Resources;

namespace Slipway.Runtime.Api;

/// <summary>An act that RBAC decides about: a verb on a resource (<c>pods/eviction</c> for a subresource), in a namespace or in all.</summary>
public readonly record struct Act(string Verb, string Group, string Resource, string? Namespace = null)
{
    public static Act On(string verb, ResourceType type, string? ns, string? subresource = null) =>
        new(verb, type.Group, subresource is null ? type.Plural : $"{type.Plural}/{subresource}", ns);

    /// <summary>As kubectl auth can-i says it.</summary>
    public override string ToString() => $"{Verb} {Resource}{(Group.Length == 0 ? "" : $".{Group}")}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}

/// <summary>Who somebody is to the API server.</summary>
public sealed record Caller(string Name, IReadOnlyList<string> Groups);

/// <summary>Asks the API server who we are to it, and what we may do.</summary>
public static class AccessReviews
{
    static readonly ResourceType Selves = new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", Namespaced: false);
    static readonly ResourceType Others = new("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", Namespaced: false);
    static readonly ResourceType Accesses = new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", Namespaced: false);

    /// <summary>Our user name; null where the server does not serve the review (before Kubernetes 1.28).</summary>
    /// <exception cref="ForbiddenException">The credentials are not, or no longer, valid (401).</exception>
    public static async Task<string?> WhoAmIAsync(KubernetesApi api, CancellationToken cancellation) => (await CallerAsync(api, cancellation))?.Name;

    /// <summary>Our user name and groups; null where the server does not serve the review.</summary>
    /// <exception cref="ForbiddenException">The credentials are not, or no longer, valid (401).</exception>
    public static async Task<Caller?> CallerAsync(KubernetesApi api, CancellationToken cancellation)
    {
        try
        {
            var answer = await api.CreateAsync(Selves, "", Asked(Selves), ApiJson.Default.JsonObject, cancellation);
            var info = answer["status"]?["userInfo"];
            return info?["username"]?.ToString() is { Length: > 0 } name ? new(name, [.. (info["groups"] as JsonArray ?? []).Select(group => $"{group}")]) : null;
        }
        catch (ApiException unknown) when (unknown is NotFoundException or InvalidException or ForbiddenException { Code: 403 } or ServerException { Code: 405 })
        {
            return null;
        }
    }

    /// <summary>Whether we may; null where the server does not serve the review, and so leaves the decision to the act itself.</summary>
    public static Task<bool?> MayAsync(KubernetesApi api, Act act, CancellationToken cancellation) => AskAsync(api, Accesses, act, [], cancellation);

    /// <summary>Whether somebody else may; null where the server does not serve the review, or does not let us ask.</summary>
    public static async Task<bool?> MayAsync(KubernetesApi api, Act act, string user, IReadOnlyList<string> groups, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(api, Others, act, new() { ["user"] = user, ["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]) }, cancellation);
        }
        catch (ForbiddenException forbidden) when (forbidden.Code == 403)
        {
            return null;
        }
    }

    static async Task<bool?> AskAsync(KubernetesApi api, ResourceType review, Act act, JsonObject spec, CancellationToken cancellation)
    {
        var (resource, subresource) = act.Resource.Split('/') is [var plural, var below] ? (plural, below) : (act.Resource, null);
        var attributes = new JsonObject { ["verb"] = act.Verb, ["group"] = act.Group, ["resource"] = resource };
        if (subresource is not null) attributes["subresource"] = subresource;
        if (act.Namespace is { } ns) attributes["namespace"] = ns;
        spec["resourceAttributes"] = attributes;
        var asked = Asked(review);
        asked["spec"] = spec;
        try
        {
            var answer = await api.CreateAsync(review, "", asked, ApiJson.Default.JsonObject, cancellation);
            return answer["status"]?["allowed"]?.GetValue<bool>() ?? false;
        }
        catch (ApiException unknown) when (unknown is NotFoundException or ServerException { Code: 405 })
        {
            return null;
        }
    }

    /// <summary>Objects of kinds that have no record here.</summary>
    public static JsonTypeInfo<JsonObject> Json => ApiJson.Default.JsonObject;

    static JsonObject Asked(ResourceType type) => new() { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind };
}
