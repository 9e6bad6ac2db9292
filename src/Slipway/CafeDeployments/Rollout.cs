using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.CafeDeployments;

/// <summary>
/// Which revision goes where, and how far it may have gone: what is recorded, as an annotation, before anything is done about it.
/// A controller that starts anew goes on from here.
/// </summary>
public sealed record Rollout
{
    public required string Revision { get; init; }

    /// <summary>Pods wanted, by unit.</summary>
    public required IReadOnlyDictionary<string, int> To { get; init; }

    /// <summary>Pods of this revision when it began, by unit; null when it is over.</summary>
    public IReadOnlyDictionary<string, int>? From { get; init; }

    /// <summary>Pods of another revision are upgraded; false when pods are only added.</summary>
    public bool Upgrade { get; init; }

    /// <summary>The group that may be acted on, from 1.</summary>
    public int Group { get; init; }

    [JsonIgnore]
    public bool IsOver => From is null;

    public static Rollout Over(string revision, IReadOnlyList<UnitSize> sizes) => new() { Revision = revision, To = Counts(sizes) };

    public static Rollout Begin(string revision, IReadOnlyList<UnitSize> sizes, IReadOnlyDictionary<string, int> from, bool upgrade) =>
        new() { Revision = revision, To = Counts(sizes), From = Clipped(from, sizes), Upgrade = upgrade, Group = 1 };

    /// <summary>The same rollout to other sizes.</summary>
    public Rollout Resized(IReadOnlyList<UnitSize> sizes) => this with { To = Counts(sizes), From = From is null ? null : Clipped(From, sizes) };

    public bool IsTo(IReadOnlyList<UnitSize> sizes) => To.Count == sizes.Count && sizes.All(size => To.TryGetValue(size.Unit, out var count) && count == size.Count);

    public int Wanted(string unit) => To.GetValueOrDefault(unit);

    public bool HasSameContent(Rollout? other) => other is not null && Write() == other.Write();

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static Rollout? Read(string? annotation)
    {
        if (annotation is null) return null;
        try
        {
            return JsonSerializer.Deserialize(annotation, RolloutJson.Default.Rollout);
        }
        catch (JsonException)
        {
            // Somebody wrote over it; what pods there are says where to begin.
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(
        this with { To = Sorted(To), From = From is null ? null : Sorted(From) },
        RolloutJson.Default.Rollout);

    static SortedDictionary<string, int> Sorted(IReadOnlyDictionary<string, int> counts) => new(counts.ToDictionary(count => count.Key, count => count.Value), StringComparer.Ordinal);

    static Dictionary<string, int> Counts(IReadOnlyList<UnitSize> sizes) => sizes.ToDictionary(size => size.Unit, size => size.Count);

    static Dictionary<string, int> Clipped(IReadOnlyDictionary<string, int> from, IReadOnlyList<UnitSize> sizes) =>
        sizes.ToDictionary(size => size.Unit, size => Math.Min(size.Count, from.GetValueOrDefault(size.Unit)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Rollout))]
sealed partial class RolloutJson : JsonSerializerContext
{
}
