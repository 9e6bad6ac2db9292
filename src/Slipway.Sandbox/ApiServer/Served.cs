using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Objects in the version they are asked for; conversion between versions of a definition changes the apiVersion only (strategy None).</summary>
static class Served
{
    public static JsonElement As(JsonElement stored, ResourceType type)
    {
        if (stored.At("apiVersion").Text() == type.ApiVersion) return stored;
        var copy = JsonObject.Create(stored)!.DeepClone().AsObject();
        copy["apiVersion"] = type.ApiVersion;
        copy["kind"] = type.Kind;
        return copy.ToElement();
    }
}
