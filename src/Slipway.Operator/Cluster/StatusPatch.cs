using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Runtime.Api;

namespace Slipway.Operator.Cluster;

/// <summary>A whole status, without a version: it is the controller's alone, and others write the rest of the object meanwhile.</summary>
static class StatusPatch
{
    /// <summary>What stores a status; null where it is stored already.</summary>
    public static Patch? Of<T>(string uid, T wanted, T? stored, JsonTypeInfo<T> json)
        where T : class
    {
        var status = JsonSerializer.Serialize(wanted, json);
        if (stored is not null && IsSame(status, JsonSerializer.Serialize(stored, json))) return null;
        return Patch.Json(new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = uid },
            new JsonObject { ["op"] = "add", ["path"] = "/status", ["value"] = JsonNode.Parse(status) }).ToJsonString());
    }

    /// <summary>Mostly to the letter; but servers sort the entries of maps.</summary>
    static bool IsSame(string one, string other) => one == other || JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(other));
}
