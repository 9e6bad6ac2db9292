using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Protobuf;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The body of a request, and what of it has to be warned of.</summary>
sealed record ReadBody(JsonNode Node, IReadOnlyList<string> Duplicates)
{
    public JsonObject Object => Node as JsonObject ?? throw StatusException.BadRequest($"json: cannot unmarshal {Node.GetValueKind().ToString().ToLowerInvariant()} into Go value of type map[string]interface {{}}");
}

/// <summary>Reads the bodies of requests.</summary>
static class RequestBodies
{
    /// <summary>Largest body the API server takes (its default, 3 MB for requests; etcd takes 1.5 MB an object).</summary>
    public const int MostBytes = 3 * 1024 * 1024;

    public static ReadBody Read(ApiRequest request)
    {
        var body = Limited(request);
        try
        {
            var (node, duplicates) = IsYaml(request, body.Span) ? YamlBody.Read(body.Span) : BodyReader.Read(body.Span);
            return new(node ?? throw StatusException.BadRequest("the body is empty"), duplicates);
        }
        catch (JsonException broken)
        {
            throw StatusException.BadRequest($"the object provided is unrecognized (must be of type JSON): {broken.Message}");
        }
    }

    /// <summary>JSON is YAML too, and read faster as what it is.</summary>
    static bool IsYaml(ApiRequest request, ReadOnlySpan<byte> body)
    {
        if (request.MediaType is not ("application/yaml" or "application/apply-patch+yaml")) return false;
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) return true;
        try
        {
            BodyReader.Read(body);
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>An object that is sent as it is, in a type the server reads.</summary>
    public static ReadBody ReadObject(ApiRequest request)
    {
        if (request.MediaType == ProtobufBody.MediaType) return new(ProtobufBody.Read(Limited(request)), []);
        if (request.MediaType is not ("application/json" or "application/yaml" or "*/*")) throw StatusException.UnsupportedMediaType(request.MediaType, "application/json, application/yaml");
        var body = Read(request);
        _ = body.Object;
        return body;
    }

    /// <summary>A small built-in document such as DeleteOptions or Eviction.</summary>
    public static JsonObject ReadDocument(ApiRequest request, string kind)
    {
        var body = ReadObject(request).Object;
        if (body["kind"].Text() is { } found && found != kind) throw StatusException.BadRequest($"the object provided is of kind {found}, not {kind}");
        TypedDecoding.Check(kind, "v1", BuiltInSchemas.Named(kind), body);
        return body;
    }

    static ReadOnlyMemory<byte> Limited(ApiRequest request) => request.Body.Length <= MostBytes ? request.Body
        : throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MostBytes}");
}
