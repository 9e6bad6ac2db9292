using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Short ways into JSON whose shape is not certain.</summary>
static class Json
{
    /// <summary>How deep objects may be nested; far below what the stack can take.</summary>
    public const int MaxDepth = 256;

    static readonly JsonDocumentOptions Deep = new() { MaxDepth = MaxDepth + 64 };

    /// <summary>The node at a path of property names; null where any is missing or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject found || !found.TryGetPropertyValue(name, out node)) return null;
        }

        return node;
    }

    public static JsonElement At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
        }

        return json;
    }

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string? Text(this JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    /// <summary>A number however it came to be there: parsed, or made of an int or a long.</summary>
    public static int? Number(this JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        JsonValue value when value.TryGetValue<long>(out var number) && number is >= int.MinValue and <= int.MaxValue => (int)number,
        JsonValue value when value.TryGetValue<JsonElement>(out var json) => json.Number(),
        _ => null,
    };

    public static int? Number(this JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) ? number : null;

    public static bool IsTrue(this JsonElement json) => json.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement json) => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

    public static IEnumerable<JsonObject> Objects(this JsonNode? node) => node is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>The texts of a list; nothing where it is none.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node) => node is JsonArray list ? [.. list.Select(item => item.Text() ?? "")] : [];

    /// <summary>As a node; null for null.</summary>
    public static JsonNode? AsNode(this JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(json),
        JsonValueKind.Array => JsonArray.Create(json),
        _ => JsonValue.Create(json),
    };

    /// <summary>A copy to change.</summary>
    public static JsonObject ToNode(this JsonElement json) => JsonObject.Create(json)!.DeepClone().AsObject();

    /// <summary>The object under a name, created where missing.</summary>
    public static JsonObject Child(this JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child) return child;
        var created = new JsonObject();
        parent[name] = created;
        return created;
    }

    /// <summary>Fills in a value where there is none.</summary>
    public static void Fill(this JsonObject parent, string name, JsonNode value)
    {
        if (parent[name] is null) parent[name] = value;
    }

    public static JsonElement ToElement(this JsonNode node) => JsonElement.Parse(Written(node), Deep);

    /// <summary>The document of an object that differs from another, where one is given, in metadata and status alone: what is the same is copied as it is written.</summary>
    public static JsonElement ToElement(this JsonObject body, JsonElement? beside)
    {
        if (beside is not { } old) return body.ToElement();
        var writer = Writer();
        writer.WriteStartObject();
        foreach (var (name, node) in body)
        {
            writer.WritePropertyName(name);
            if (name is not ("metadata" or "status") && old.TryGetProperty(name, out var same)) writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(same), skipInputValidation: true);
            else if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        return JsonElement.Parse(_buffer!.WrittenSpan, Deep);
    }

    /// <summary>As it goes over the wire and is stored; nothing is escaped that need not be.</summary>
    public static byte[] Bytes(this JsonNode node) => Written(node).ToArray();

    /// <summary>Good until the next node is written.</summary>
    static ReadOnlySpan<byte> Written(JsonNode node)
    {
        var writer = Writer();
        node.WriteTo(writer);
        writer.Flush();
        return _buffer!.WrittenSpan;
    }

    /// <summary>This thread's, with an empty buffer.</summary>
    static Utf8JsonWriter Writer()
    {
        var buffer = _buffer ??= new(4096);
        buffer.ResetWrittenCount();
        var writer = _writer ??= new(buffer, Plain);
        writer.Reset(buffer);
        return writer;
    }

    /// <summary>Grows to the largest object this thread has written, which is small.</summary>
    [ThreadStatic]
    static System.Buffers.ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    static Utf8JsonWriter? _writer;

    static readonly JsonWriterOptions Plain = new() { MaxDepth = MaxDepth + 64, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
