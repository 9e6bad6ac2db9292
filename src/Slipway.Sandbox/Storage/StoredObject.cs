using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.Storage;

/// <summary>One version of one object, immutable: the JSON as it is served, and what the server itself looks up often.</summary>
public sealed record StoredObject
{
    public required ResourceType Type { get; init; }
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required long ResourceVersion { get; init; }
    public required JsonElement Json { get; init; }
    public required LabelSet Labels { get; init; }

    public string Name => Key.Name;

    public bool IsTerminating => Json.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _);

    /// <summary>A copy that can be changed and written back.</summary>
    public JsonObject Edit() => JsonObject.Create(Json)!.DeepClone().AsObject();
}

/// <summary><see cref="Old"/> null: added. <see cref="New"/> null: deleted; <see cref="Version"/> is then the version of the deletion.</summary>
public sealed record ObjectChange(long Version, StoredObject? Old, StoredObject? New)
{
    public StoredObject Object => New ?? Old!;
}
