using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>What a server says about itself: discovery, OpenAPI, version, health.</summary>
sealed class ApiDocuments(KindRegistry kinds, string version)
{
    public ApiResponse? Answer(ApiRequest request) => request.Path.Trim('/').Split('/') switch
    {
        ["healthz" or "livez" or "readyz", ..] => ApiResponse.Text(200, "ok"),
        ["version"] => ApiResponse.Json(200, Version()),
        ["api"] => Discover(request, core: true),
        ["apis"] => Discover(request, core: false),
        ["api", "v1"] => ApiResponse.Json(200, Resources("", "v1")),
        ["apis", var name] when GroupsOf(core: false).FirstOrDefault(found => found.Group == name) is { Versions: { } versions } => ApiResponse.Json(200, Group(name, versions)),
        ["apis", var group, var v] when kinds.All.Any(kind => kind.Type.Group == group && kind.Type.Version == v) => ApiResponse.Json(200, Resources(group, v)),
        ["openapi", "v2"] => OpenApi.OpenApiV2Document.Answer(request, kinds.All),
        ["openapi", "v3"] => ApiResponse.Json(200, OpenApi.OpenApiDocuments.Index(kinds.All)),
        ["openapi", "v3", .. var path] => OpenApi.OpenApiDocuments.Group(string.Join('/', path), kinds.All) is { } document ? ApiResponse.Json(200, document) : null,
        _ => null,
    };

    JsonObject Version()
    {
        var parts = version.TrimStart('v').Split('.');
        return new()
        {
            ["major"] = parts[0], ["minor"] = parts[1], ["gitVersion"] = $"{version}+slipway-sandbox", ["gitCommit"] = "", ["gitTreeState"] = "clean",
            ["buildDate"] = "2026-01-01T00:00:00Z", ["goVersion"] = "none", ["compiler"] = "none", ["platform"] = "sandbox",
        };
    }

    ApiResponse Discover(ApiRequest request, bool core)
    {
        var format = request.Accept.Split(',').Select(type => type.Trim())
            .Select(type => type.Contains("as=APIGroupDiscoveryList") ? (type.Contains("v=v2beta1") ? "v2beta1" : "v2") : "plain").FirstOrDefault();
        if (format is "v2" or "v2beta1")
        {
            return ApiResponse.Json(200, Aggregated(core, format), $"application/json;g=apidiscovery.k8s.io;v={format};as=APIGroupDiscoveryList");
        }

        return ApiResponse.Json(200, core
            ? new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() }
            : new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. GroupsOf(core: false).Select(group => Group(group.Group, group.Versions))]) });
    }

    IEnumerable<(string Group, IReadOnlyList<string> Versions)> GroupsOf(bool core) =>
        kinds.All.Where(kind => kind.Type.Group.Length == 0 == core).GroupBy(kind => kind.Type.Group)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(kind => kind.Type.Version).Distinct()]));

    static JsonObject Group(string group, IReadOnlyList<string> served)
    {
        var versions = served.Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v }).ToList();
        return new() { ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group, ["versions"] = new JsonArray([.. versions]), ["preferredVersion"] = versions[0].DeepClone() };
    }

    JsonObject Resources(string group, string v) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.Length == 0 ? v : $"{group}/{v}",
        ["resources"] = new JsonArray([.. kinds.All.Where(kind => kind.Type.Group == group && kind.Type.Version == v).SelectMany(Plain)]),
    };

    static IEnumerable<JsonObject> Plain(ServedKind kind)
    {
        yield return new()
        {
            ["name"] = kind.Type.Plural, ["singularName"] = kind.Singular, ["namespaced"] = kind.Type.Namespaced, ["kind"] = kind.Type.Kind,
            ["verbs"] = Strings(kind.Verbs), ["shortNames"] = Strings(kind.ShortNames), ["categories"] = Strings(kind.Categories),
        };
        foreach (var sub in Subresources(kind))
        {
            var resource = new JsonObject
            {
                ["name"] = $"{kind.Type.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = kind.Type.Namespaced, ["kind"] = sub.Kind, ["verbs"] = Strings(sub.Verbs),
            };
            if (sub.Group is not null) (resource["group"], resource["version"]) = (sub.Group, sub.Version);
            yield return resource;
        }
    }

    JsonObject Aggregated(bool core, string format) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{format}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. GroupsOf(core).Select(group => new JsonObject
        {
            ["metadata"] = group.Group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group.Group },
            ["versions"] = new JsonArray([.. group.Versions.Select(v => new JsonObject
            {
                ["version"] = v,
                ["freshness"] = "Current",
                ["resources"] = new JsonArray([.. kinds.All.Where(kind => kind.Type.Group == group.Group && kind.Type.Version == v).Select(Aggregated)]),
            })]),
        })]),
    };

    static JsonObject Aggregated(ServedKind kind) => new()
    {
        ["resource"] = kind.Type.Plural,
        ["responseKind"] = Gvk(kind.Type.Group, kind.Type.Version, kind.Type.Kind),
        ["scope"] = kind.Type.Namespaced ? "Namespaced" : "Cluster",
        ["singularResource"] = kind.Singular,
        ["verbs"] = Strings(kind.Verbs),
        ["shortNames"] = Strings(kind.ShortNames),
        ["categories"] = Strings(kind.Categories),
        ["subresources"] = new JsonArray([.. Subresources(kind).Select(sub => new JsonObject
        {
            ["subresource"] = sub.Name,
            ["responseKind"] = Gvk(sub.Group ?? kind.Type.Group, sub.Version ?? kind.Type.Version, sub.Kind),
            ["verbs"] = Strings(sub.Verbs),
        })]),
    };

    sealed record Subresource(string Name, string Kind, string? Group, string? Version, string[] Verbs);

    static IEnumerable<Subresource> Subresources(ServedKind kind)
    {
        if (kind.HasStatus) yield return new("status", kind.Type.Kind, null, null, ["get", "patch", "update"]);
        if (kind.Scale is not null) yield return new("scale", "Scale", "autoscaling", "v1", ["get", "patch", "update"]);
        if (kind.Type is { Group: "", Plural: "serviceaccounts" }) yield return new("token", "TokenRequest", "authentication.k8s.io", "v1", ["create"]);
        if (kind.Type is not { Group: "", Plural: "pods" }) yield break;
        yield return new("eviction", "Eviction", "policy", "v1", ["create"]);
        yield return new("binding", "Binding", null, null, ["create"]);
        yield return new("log", "Pod", null, null, ["get"]);
        yield return new("exec", "PodExecOptions", null, null, ["create", "get"]);
    }

    static JsonObject Gvk(string group, string v, string kind) => new() { ["group"] = group, ["version"] = v, ["kind"] = kind };

    static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
