using System.Runtime.InteropServices;
using System.Text.Json;

namespace Slipway.Runtime.Informers;

enum WatchEventKind { Other, Put, Deleted, Bookmark, Error }

/// <summary>One line of a watch: what happened, and where in the line the object is.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct WatchEvent(WatchEventKind Kind, Range ObjectAt)
{
    public static WatchEvent Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var kind = WatchEventKind.Other;
        var at = 0..0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType) kind = KindOf(ref reader);
            var start = (int)reader.TokenStartIndex;

            // Servers write the object last: it ends before the line's own brace, and whoever reads it sees whether it is whole.
            if (isObject && kind is WatchEventKind.Put or WatchEventKind.Deleted && line.TrimEnd(" \t\r\n"u8) is { Length: var end } && end > start && line[end - 1] == (byte)'}') return new(kind, start..(end - 1));
            reader.Skip();
            if (isObject) at = start..(int)reader.BytesConsumed;
        }

        return new(kind, at);
    }

    public ReadOnlySpan<byte> Object(ReadOnlySpan<byte> line) => line[ObjectAt];

    /// <summary>A bookmark carries nothing but its resource version.</summary>
    public string? ResourceVersion(ReadOnlySpan<byte> line)
    {
        using var json = JsonDocument.Parse(Object(line).ToArray());
        return json.RootElement.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("resourceVersion", out var version) ? version.GetString() : null;
    }

    /// <summary>The code of the Status object that ends a watch.</summary>
    public int Code(ReadOnlySpan<byte> line)
    {
        using var json = JsonDocument.Parse(Object(line).ToArray());
        return json.RootElement.TryGetProperty("code", out var code) && code.TryGetInt32(out var value) ? value : 500;
    }

    static WatchEventKind KindOf(ref Utf8JsonReader reader) => reader switch
    {
        _ when reader.ValueTextEquals("ADDED"u8) || reader.ValueTextEquals("MODIFIED"u8) => WatchEventKind.Put,
        _ when reader.ValueTextEquals("DELETED"u8) => WatchEventKind.Deleted,
        _ when reader.ValueTextEquals("BOOKMARK"u8) => WatchEventKind.Bookmark,
        _ when reader.ValueTextEquals("ERROR"u8) => WatchEventKind.Error,
        _ => WatchEventKind.Other,
    };
}
