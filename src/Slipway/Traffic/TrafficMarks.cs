using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Traffic;

/// <summary>Writes and reads the marks that tickets leave on a pod. What cannot be read counts as no mark of ours.</summary>
public static class TrafficMarks
{
    /// <summary>The message of the gate's condition.</summary>
    public static string OfGate(IReadOnlyList<TrafficHold> holds) => JsonSerializer.Serialize(holds, TrafficJson.Default.IReadOnlyListTrafficHold);

    /// <summary>The annotation beside labels that are held back.</summary>
    public static string OfLabels(LabelMark mark) => JsonSerializer.Serialize(mark, TrafficJson.Default.LabelMark);

    public static IReadOnlyList<TrafficHold> ReadGate(string? message)
    {
        try
        {
            return string.IsNullOrEmpty(message) ? [] : JsonSerializer.Deserialize(message, TrafficJson.Default.IReadOnlyListTrafficHold) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public static LabelMark? ReadLabels(string? annotation)
    {
        try
        {
            return string.IsNullOrEmpty(annotation) ? null : JsonSerializer.Deserialize(annotation, TrafficJson.Default.LabelMark);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Labels held back, as they were, and the tickets that hold them.</summary>
public sealed record LabelMark(IReadOnlyList<TrafficHold> Holds, IReadOnlyDictionary<string, string> Labels);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<TrafficHold>))]
[JsonSerializable(typeof(LabelMark))]
sealed partial class TrafficJson : JsonSerializerContext
{
}
