using System.Text.Json;
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
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

/// <summary><see cref="Old"/> null: added. <see cref="New"/> null: deleted.</summary>
public sealed record ObjectChange(StoredObject? Old, StoredObject? New);
