using System.Globalization;
using System.Text.Json;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>Reads the cloud's answers, in which a number may be a text.</summary>
static class CloudJson
{
    public static string Text(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString()! : "";

    public static int Number(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var found) && int.TryParse(found.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static IEnumerable<JsonElement> Items(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return [];
        }

        return json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];
    }
}
