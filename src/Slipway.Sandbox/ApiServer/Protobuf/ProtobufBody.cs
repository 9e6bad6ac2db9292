using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>
/// Reads bodies of <c>application/vnd.kubernetes.protobuf</c>: four bytes <c>k8s\0</c>, then a <c>runtime.Unknown</c> that names the kind and holds
/// the message (Kubernetes API concepts, "Protobuf encoding"). The result is the object as JSON clients send it.
/// </summary>
static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <returns>Nodes over parsed JSON, so that a number is of no particular type, as in any other body.</returns>
    public static JsonObject Read(ReadOnlyMemory<byte> body)
    {
        if (!body.Span.StartsWith(Magic)) throw StatusException.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        try
        {
            var unknown = Decode("runtime.Unknown", body[Magic.Length..].ToArray());
            var (version, kind) = (unknown.At("typeMeta", "apiVersion").Text() ?? "", unknown.At("typeMeta", "kind").Text() ?? "");
            if (unknown["contentEncoding"].Text() is { } encoding) throw StatusException.BadRequest($"the protobuf body has the content encoding {encoding}; none is allowed");
            if (FieldTables.Of(version, kind) is not { } table) throw Unregistered(version, kind);
            var raw = unknown["raw"].Text() is { } base64 ? Convert.FromBase64String(base64) : [];
            var decoded = MessageDecoder.Decode(table, raw);
            decoded.Insert(0, "apiVersion", version);
            decoded.Insert(0, "kind", kind);
            return (JsonObject)JsonNode.Parse(decoded.Bytes())!;
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw StatusException.BadRequest($"the protobuf body cannot be decoded: {broken.Message}");
        }
    }

    static JsonObject Decode(string message, byte[] bytes) => MessageDecoder.Decode(FieldTables.Get(message), bytes);

    /// <summary>Custom resources have no protobuf form; a built-in group has one for its own kinds only.</summary>
    static StatusException Unregistered(string version, string kind) => FieldTables.Serves(version)
        ? StatusException.BadRequest($"no kind \"{kind}\" is registered for version \"{version}\" in scheme")
        : StatusException.UnsupportedMediaType(MediaType, "application/json, application/yaml");
}
