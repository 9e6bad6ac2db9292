using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Runtime.Informers;

/// <summary>Which object a document is about, and which version of it.</summary>
sealed record Identity(ObjectKey Key, string Uid, string? ResourceVersion) : IProjected
{
    string IProjected.ResourceVersion => ResourceVersion ?? "";

    /// <exception cref="JsonException">It is no object with metadata.</exception>
    public static Identity Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>On entry the reader is on the object's start; on return on its end.</summary>
    public static Identity Read(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("an object without metadata");
        }

        return new(new(Text(metadata, "namespace") ?? "", Text(metadata, "name") ?? ""), Text(metadata, "uid") ?? "", Text(metadata, "resourceVersion"));
    }

    static string? Text(JsonElement metadata, string name) => metadata.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>One page of a list, read as a stream: its records, the objects that do not fit their projection, and where it goes on.</summary>
sealed record ListPage<T>(IReadOnlyList<T> Records, IReadOnlyList<ObjectKey> Unreadable, string? ResourceVersion, string? Continue)
{
    /// <summary>What projections throw for an object of another shape than they know.</summary>
    public static bool IsUnfit(Exception failure) => failure is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException or KeyNotFoundException or NotSupportedException;

    /// <exception cref="JsonException">The page is no list, or broke off.</exception>
    public static ListPage<T> Read(ReadOnlySpan<byte> body, Projection<T> projection, Action<Identity, Exception> unreadable)
    {
        var reader = new Utf8JsonReader(body);
        var (records, unfit) = (new List<T>(), new List<ObjectKey>());
        string? version = null, next = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8)) (version, next) = ReadMetadata(ref reader);
            else if (reader.ValueTextEquals("items"u8)) ReadItems(ref reader, projection, records, unfit, unreadable);
            else Pass(ref reader);
        }

        return new(records, unfit, version, next);
    }

    static void ReadItems(ref Utf8JsonReader reader, Projection<T> projection, List<T> records, List<ObjectKey> unfit, Action<Identity, Exception> unreadable)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = reader;
            try
            {
                records.Add(projection(ref reader));
            }
            catch (Exception failure) when (IsUnfit(failure))
            {
                // One object that nobody expected must not hide all the others.
                reader = start;
                var found = Identity.Read(ref reader);
                unfit.Add(found.Key);
                unreadable(found, failure);
            }
        }
    }

    static (string? ResourceVersion, string? Continue) ReadMetadata(ref Utf8JsonReader reader)
    {
        string? version = null, next = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resourceVersion"u8)) version = Text(ref reader);
            else if (reader.ValueTextEquals("continue"u8)) next = Text(ref reader);
            else Pass(ref reader);
        }

        return (version, next);
    }

    static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
