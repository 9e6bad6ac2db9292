using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>
/// The note that kubectl's client-side apply leaves on an object. When kubectl goes over to server-side apply it may change those fields without a
/// conflict, and the server keeps the note up to date (Kubernetes, "Server-Side Apply", "Migration between client-side and server-side apply").
/// </summary>
static class LastApplied
{
    /// <summary>The one field manager this is for.</summary>
    public const string Manager = "kubectl";

    const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Paths of the fields that still hold what was applied, among those that stand in the live object.</summary>
    public static HashSet<string> Fields(ServedKind kind, JsonObject live, Dictionary<string, JsonNode?> standing, string? subresource)
    {
        if (Noted(live) is not { } noted || noted["apiVersion"].Text() != kind.Type.ApiVersion) return [];
        return [.. ManagedFields.Fields(kind, noted, subresource).Where(field => standing.TryGetValue(field.Key, out var value) && JsonNode.DeepEquals(value, field.Value)).Select(field => field.Key)];
    }

    /// <summary>Where there is a note, it says from now on what kubectl has applied.</summary>
    public static void Renew(JsonObject merged, JsonObject applied)
    {
        if (Noted(merged) is null) return;
        var noted = applied.DeepClone().AsObject();
        (noted.At("metadata", "annotations") as JsonObject)?.Remove(Annotation);
        merged["metadata"]!["annotations"]![Annotation] = $"{noted.ToJsonString()}\n";
    }

    static JsonObject? Noted(JsonObject body)
    {
        try
        {
            return body.At("metadata", "annotations", Annotation).Text() is { Length: > 0 } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
