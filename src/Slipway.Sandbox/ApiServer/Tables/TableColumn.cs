using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Tables;

/// <summary>One column that kubectl prints; priority 0 is always shown, 1 with <c>-o wide</c>.</summary>
public sealed record TableColumn(string Name, string Type, Func<JsonElement, DateTimeOffset, JsonNode?> Cell, int Priority = 0, string Description = "")
{
    public static TableColumn ObjectName { get; } = new("Name", "string", static (json, _) => json.At("metadata", "name").Text(), Description: "Name must be unique within a namespace.");

    public static TableColumn Age { get; } = new("Age", "string", static (json, now) => Durations.Since(json.At("metadata", "creationTimestamp"), now));
}

/// <summary>Durations as kubectl prints them.</summary>
public static class Durations
{
    public static string Since(JsonElement time, DateTimeOffset now) => time.Text() is { } text && DateTimeOffset.TryParse(text, out var at) ? Human(now - at) : "<unknown>";

    /// <summary>Two units at most, the smaller one only where it matters (k8s.io/apimachinery, util/duration).</summary>
    public static string Human(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        if (minutes < 180) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 192) return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        if (days < 365 * 2) return $"{days}d";
        var years = days / 365;
        return days < 365 * 8 && days % 365 != 0 ? $"{years}y{days % 365}d" : $"{years}y";
    }
}
