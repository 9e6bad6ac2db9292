using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer.OpenApi;

/// <summary>OpenAPI v3 as kubectl needs it: to explain kinds, and to see that the server validates fields itself.</summary>
static class OpenApiDocuments
{
    public static JsonObject Index(IReadOnlyList<ServedKind> kinds)
    {
        var paths = new JsonObject();
        foreach (var path in kinds.Select(PathOf).Distinct()) paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={kinds.Count:X8}" };
        return new() { ["paths"] = paths };
    }

    /// <summary>The document of one group and version; null when there is no such.</summary>
    public static JsonObject? Group(string path, IReadOnlyList<ServedKind> kinds)
    {
        var served = kinds.Where(kind => PathOf(kind) == path).ToList();
        if (served.Count == 0) return null;
        var (paths, schemas) = (new JsonObject(), new JsonObject());
        foreach (var kind in served)
        {
            paths[ItemPath(kind)] = Item(kind);
            schemas[NameOf(kind)] = Schema(kind, new(schemas));
        }

        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "sandbox" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    public static string ItemPath(ServedKind kind) => $"/{PathOf(kind)}/{(kind.Type.Namespaced ? "namespaces/{namespace}/" : "")}{kind.Type.Plural}/{{name}}";

    static string PathOf(ServedKind kind) => kind.Type.Group.Length == 0 ? $"api/{kind.Type.Version}" : $"apis/{kind.Type.Group}/{kind.Type.Version}";

    static string NameOf(ServedKind kind)
    {
        var group = kind.Type.Group;
        var package = kind.IsCustom ? string.Join('.', group.Split('.').Reverse())
            : group.Length == 0 ? "io.k8s.api.core"
            : $"io.k8s.api.{group.Split('.')[0]}";
        return $"{package}.{kind.Type.Version}.{kind.Type.Kind}";
    }

    static JsonObject Item(ServedKind kind) => new()
    {
        ["get"] = Operation(kind, "get", []),
        ["patch"] = Operation(kind, "patch", ["fieldManager", "fieldValidation", "force", "dryRun"]),
        ["put"] = Operation(kind, "put", ["fieldManager", "fieldValidation", "dryRun"]),
    };

    static JsonObject Operation(ServedKind kind, string action, IReadOnlyList<string> parameters) => new()
    {
        ["operationId"] = $"{action}{kind.Type.Kind}",
        ["parameters"] = new JsonArray([.. parameters.Select(name => new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string" } })]),
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "OK",
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{NameOf(kind)}" } } },
            },
        },
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = Gvk(kind),
    };

    static JsonObject Schema(ServedKind kind, BuiltInDefinitions definitions)
    {
        var schema = kind.IsCustom ? kind.Schema!.ToOpenApi() : BuiltIn(kind, definitions);
        var properties = schema.Child("properties");
        properties["apiVersion"] = new JsonObject { ["type"] = "string", ["description"] = "APIVersion defines the versioned schema of this representation of an object." };
        properties["kind"] = new JsonObject { ["type"] = "string", ["description"] = "Kind is a string value representing the REST resource this object represents." };
        properties["metadata"] = definitions.Reference(BuiltInSchemas.Metadata);
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(kind));
        return schema;
    }

    static JsonObject BuiltIn(ServedKind kind, BuiltInDefinitions definitions)
    {
        var schema = BuiltInSchemas.Of(kind.Type) is { } known ? definitions.Of(known) : new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        schema["description"] = $"{kind.Type.Kind}: the sandbox knows the names and types of its fields; what they mean is told in the Kubernetes API reference.";
        return schema;
    }

    static JsonObject Gvk(ServedKind kind) => new() { ["group"] = kind.Type.Group, ["version"] = kind.Type.Version, ["kind"] = kind.Type.Kind };
}
