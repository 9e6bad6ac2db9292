using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Patches;

/// <summary>RFC 7386.</summary>
static class MergePatches
{
    public static JsonObject Merge(JsonObject current, JsonObject patch)
    {
        var merged = current.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject child) merged[name] = Merge(merged[name] as JsonObject ?? [], child);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }
}
