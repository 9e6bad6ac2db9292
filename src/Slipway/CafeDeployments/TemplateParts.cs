using System.Text.Json;

namespace Slipway.CafeDeployments;

/// <summary>Reads pod templates, whose fields are Kubernetes' own.</summary>
static class TemplateParts
{
    public static JsonElement At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
        }

        return json;
    }

    public static IReadOnlyDictionary<string, string> Labels(JsonElement template) => Words(template.At("metadata", "labels"));

    public static IReadOnlyDictionary<string, string> Annotations(JsonElement template) => Words(template.At("metadata", "annotations"));

    /// <summary>Name and image of each container.</summary>
    public static IReadOnlyList<(string Name, string Image)> Images(JsonElement template) =>
        template.At("spec", "containers") is { ValueKind: JsonValueKind.Array } containers
            ? [.. containers.EnumerateArray().Select(container => (Text(container.At("name")), Text(container.At("image"))))]
            : [];

    static Dictionary<string, string> Words(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject().ToDictionary(word => word.Name, word => Text(word.Value))
        : [];

    static string Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : "";
}
