using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Slipway.Runtime.Api;

namespace Slipway.Operator.Cluster;

/// <summary>A whole status, without a version: it is the controller's alone, and others write the rest of the object meanwhile.</summary>
static class StatusPatch
{
    /// <summary>What stores a status; null where it is stored already.</summary>
    public static Patch? Of<T>(string uid, T wanted, T? stored, JsonTypeInfo<T> json)
        where T : class
    {
        var status = JsonSerializer.SerializeToUtf8Bytes(wanted, json);
        if (stored is not null && IsSame(status, JsonSerializer.SerializeToUtf8Bytes(stored, json))) return null;
        var patch = new ArrayBufferWriter<byte>(status.Length + 256);
        using (var writer = new Utf8JsonWriter(patch))
        {
            writer.WriteStartArray();
            Begin(writer, "test", "/metadata/uid");
            writer.WriteStringValue(uid);
            writer.WriteEndObject();
            Begin(writer, "add", "/status");
            writer.WriteRawValue(status, skipInputValidation: true);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        return Patch.Json(patch.WrittenMemory);
    }

    static void Begin(Utf8JsonWriter writer, string operation, string path)
    {
        writer.WriteStartObject();
        writer.WriteString("op", operation);
        writer.WriteString("path", path);
        writer.WritePropertyName("value");
    }

    /// <summary>Mostly to the letter; but servers sort the entries of maps, which makes them no longer.</summary>
    static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other) || (one.Length == other.Length && JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(other)));
}
