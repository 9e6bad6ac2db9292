using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.Edge;

/// <summary>Definitions of the Gateway API's routes, loose where the sandbox does not look.</summary>
public static class GatewayDefinition
{
    public static JsonObject Of(ResourceType route) => new()
    {
        ["apiVersion"] = Kinds.CustomResourceDefinitions.ApiVersion,
        ["kind"] = Kinds.CustomResourceDefinitions.Kind,
        ["metadata"] = new JsonObject { ["name"] = $"{route.Plural}.{route.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = route.Group,
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject { ["plural"] = route.Plural, ["singular"] = route.Kind.ToLowerInvariant(), ["kind"] = route.Kind, ["listKind"] = $"{route.Kind}List" },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = route.Version,
                ["served"] = true,
                ["storage"] = true,
                ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                ["schema"] = new JsonObject
                {
                    ["openAPIV3Schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["spec"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
                            ["status"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
                        },
                    },
                },
            }),
        },
    };
}
