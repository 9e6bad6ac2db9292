using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Storage;

/// <summary>Compares what is stored with what is to be.</summary>
static class JsonComparison
{
    /// <summary>Whether a document says what a node says; no node is made of the document for it.</summary>
    public static bool Says(this JsonElement json, JsonNode? node) => node switch
    {
        null => json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined,
        JsonObject body => json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == body.Count && SaysAll(json, body),
        JsonArray list => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == list.Count && SaysAll(json, list),
        JsonValue value when value.TryGetValue<JsonElement>(out var other) => JsonElement.DeepEquals(json, other),
        JsonValue value when value.TryGetValue<string>(out var text) => json.ValueKind == JsonValueKind.String && json.ValueEquals(text),
        JsonValue value when value.TryGetValue<bool>(out var flag) => json.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        JsonValue value when json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var stored) && value.TryGetValue<int>(out var number) => stored == number,
        _ => JsonNode.DeepEquals(JsonNode.Parse(json.GetRawText()), node),
    };

    /// <summary>Whether two documents say the same; what is not there says the same as what is not there.</summary>
    public static bool Says(this JsonElement json, JsonElement other) =>
        json.ValueKind == other.ValueKind && (json.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(json, other));

    static bool SaysAll(JsonElement json, JsonObject body)
    {
        var index = 0;
        foreach (var property in json.EnumerateObject())
        {
            // Mostly they stand in the same order.
            var (name, value) = body.GetAt(index++);
            if (!property.NameEquals(name) && !body.TryGetPropertyValue(property.Name, out value)) return false;
            if (!property.Value.Says(value)) return false;
        }

        return true;
    }

    static bool SaysAll(JsonElement json, JsonArray list)
    {
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            if (!item.Says(list[index++])) return false;
        }

        return true;
    }
}
