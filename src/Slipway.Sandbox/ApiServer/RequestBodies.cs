using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Protobuf;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Reads the bodies of requests.</summary>
static class RequestBodies
{
    /// <summary>Largest body the API server takes (its default, 3 MB for requests; etcd takes 1.5 MB an object).</summary>
    const int MostBytes = 3 * 1024 * 1024;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    public static JsonNode Read(ApiRequest request)
    {
        var body = Limited(request);
        try
        {
            return JsonNode.Parse(body.Span, documentOptions: Options) ?? throw StatusException.BadRequest("the body is empty");
        }
        catch (JsonException broken)
        {
            throw StatusException.BadRequest($"the object provided is unrecognized (must be of type JSON): {broken.Message}");
        }
    }

    public static JsonObject ReadObject(ApiRequest request)
    {
        if (request.MediaType == ProtobufBody.MediaType) return ProtobufBody.Read(Limited(request));
        if (request.MediaType is not ("application/json" or "application/yaml" or "*/*")) throw StatusException.UnsupportedMediaType(request.MediaType, "application/json");
        return Read(request) as JsonObject ?? throw StatusException.BadRequest("the body must be an object");
    }

    static ReadOnlyMemory<byte> Limited(ApiRequest request) => request.Body.Length <= MostBytes ? request.Body
        : throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MostBytes}");
}
