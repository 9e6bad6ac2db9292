using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer;

/// <summary>JSON as Go reads it: the last of several equal names wins and is told of, invalid UTF-8 is replaced.</summary>
ref struct BodyReader
{
    readonly List<string> _duplicates = [];
    readonly FieldPath _at = new();
    Utf8JsonReader _reader;

    BodyReader(ReadOnlySpan<byte> body) => _reader = new(body, new() { MaxDepth = Json.MaxDepth });

    /// <exception cref="JsonException">The text is no JSON, or nested too deeply.</exception>
    public static (JsonNode? Node, IReadOnlyList<string> Duplicates) Read(ReadOnlySpan<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body)) body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body));
        var reader = new BodyReader(body);
        if (!reader._reader.Read()) return (null, []);
        var node = reader.Value();
        if (reader._reader.Read()) throw new JsonException("invalid character after top-level value");
        return (node, reader._duplicates);
    }

    JsonNode? Value()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var body = new JsonObject();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = _reader.GetString()!;
                    _at.Enter(name);
                    _reader.Read();
                    var value = Value();
                    if (!body.TryAdd(name, value))
                    {
                        _duplicates.Add($"{_at}");
                        body[name] = value;
                    }

                    _at.Leave();
                }

                return body;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    _at.Enter(list.Count);
                    list.Add(Value());
                    _at.Leave();
                }

                return list;
            case JsonTokenType.String:
                return JsonValue.Create(Text());
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(_reader.GetBoolean());
            case JsonTokenType.Number:
                return _reader.TryGetInt32(out var small) ? JsonValue.Create(small) : JsonValue.Create(JsonElement.Parse(_reader.ValueSpan));
            default:
                return null;
        }
    }

    string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, as an escape: it becomes the replacement character.
            return "\uFFFD";
        }
    }
}
