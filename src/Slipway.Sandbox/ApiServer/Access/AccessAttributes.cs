using System.Text.Json;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>What a request wants to do, as roles speak of it (Kubernetes, "Authorization", request attributes).</summary>
public abstract record AccessAttributes(string Verb)
{
    /// <summary>A verb on a resource; a subresource stands behind a slash.</summary>
    public sealed record OfResource(string Verb, string Group, string Resource, string Namespace, string Name) : AccessAttributes(Verb);

    public sealed record OfPath(string Verb, string Path) : AccessAttributes(Verb);

    public static AccessAttributes Of(ApiRequest request, ResourcePath? path)
    {
        if (path is null) return new OfPath(request.Method.ToLowerInvariant(), request.Path);
        var resource = path.Subresource is { } subresource ? $"{path.Plural}/{subresource}" : path.Plural;
        // A namespace itself counts as within itself.
        var ns = path is { Group: "", Plural: "namespaces" } ? path.Name ?? "" : path.Namespace;
        return new OfResource(VerbOf(request, path), path.Group, resource, ns, path.Name ?? WatchedName(request) ?? "");
    }

    /// <summary>Reads <c>spec</c> of an access review.</summary>
    public static AccessAttributes? Of(JsonElement spec)
    {
        if (spec.At("resourceAttributes") is { ValueKind: JsonValueKind.Object } asked)
        {
            var subresource = asked.At("subresource").Text() is { Length: > 0 } below ? $"/{below}" : "";
            return new OfResource(
                asked.At("verb").Text() ?? "", asked.At("group").Text() ?? "", (asked.At("resource").Text() ?? "") + subresource, asked.At("namespace").Text() ?? "", asked.At("name").Text() ?? "");
        }

        return spec.At("nonResourceAttributes") is { ValueKind: JsonValueKind.Object } path ? new OfPath(path.At("verb").Text() ?? "", path.At("path").Text() ?? "") : null;
    }

    static string VerbOf(ApiRequest request, ResourcePath path) => (request.Method, path.Name) switch
    {
        ("GET" or "HEAD", _) when request.Has("watch") && (path.Name is null || path.Subresource is null) => "watch",
        ("GET" or "HEAD", null) => "list",
        ("GET" or "HEAD", _) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", null) => "deletecollection",
        ("DELETE", _) => "delete",
        _ => request.Method.ToLowerInvariant(),
    };

    /// <summary>A list or watch of one name may be allowed by a rule with resource names.</summary>
    static string? WatchedName(ApiRequest request) =>
        request["fieldSelector"] is { } selector && selector.StartsWith("metadata.name=", StringComparison.Ordinal) && !selector.Contains(',') ? selector["metadata.name=".Length..].TrimStart('=') : null;
}
