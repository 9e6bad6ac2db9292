using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;

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
    Written? _written;

    public StoredObject Object => New ?? Old!;

    /// <summary>What left the collection or a selection, as it was, at the version of its leaving.</summary>
    public JsonElement Departed()
    {
        var last = Old!.Edit();
        last["metadata"]!["resourceVersion"] = Version.ToString(CultureInfo.InvariantCulture);
        return last.ToElement();
    }

    /// <summary>How much memory the version it replaced takes as text.</summary>
    public int Replaced => Old is null ? 0 : JsonMarshal.GetRawUtf8Value(Old.Json).Length;

    /// <summary>The change as a line of a watch, written once for all watches that tell of it by the same word.</summary>
    public ReadOnlyMemory<byte> Line(string type)
    {
        if (_written is { } written && written.Type == type) return written.Line;
        var line = WatchLine.Write(type, JsonMarshal.GetRawUtf8Value(type == "DELETED" ? Departed() : New!.Json));
        _written = new(type, line);
        return line;
    }

    /// <summary>Whoever was watching has been told; the few that ask later have it written again.</summary>
    public void Told() => _written = null;

    sealed record Written(string Type, byte[] Line);
}

/// <summary>One event of a watch on the wire.</summary>
static class WatchLine
{
    public static byte[] Write(string type, JsonNode body) => Write(type, body.Bytes());

    public static byte[] Write(string type, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":");
        var line = new byte[head.Length + body.Length + 2];
        head.CopyTo(line, 0);
        body.CopyTo(line.AsSpan(head.Length));
        line[^2] = (byte)'}';
        line[^1] = (byte)'\n';
        return line;
    }
}
