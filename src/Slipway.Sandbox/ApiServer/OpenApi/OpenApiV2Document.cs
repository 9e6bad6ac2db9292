using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Protobuf;

namespace Slipway.Sandbox.ApiServer.OpenApi;

/// <summary>
/// OpenAPI v2 in its protobuf form, which kubectl up to 1.28 asks for and can read nothing else: just enough to see that the server validates
/// fields itself. The numbers are those of <c>openapi.v2.Document</c>.
/// </summary>
static class OpenApiV2Document
{
    const string Asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /// <summary>What is asked for is no well-formed media type; the API server answers with one that is.</summary>
    const string MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>Null for who asks for any other form: newer clients do without.</summary>
    public static ApiResponse? Answer(ApiRequest request, IReadOnlyList<ServedKind> kinds) =>
        request.Accept.Contains(Asked, StringComparison.Ordinal) ? new ApiResponse.Whole(200, MediaType, Write(kinds).Bytes) : null;

    static WireMessage Write(IReadOnlyList<ServedKind> kinds)
    {
        var paths = kinds.Aggregate(new WireMessage(), (written, kind) => written.With(2, new WireMessage().With(1, OpenApiDocuments.ItemPath(kind)).With(2, new WireMessage().With(8, Patch(kind)))));
        return new WireMessage().With(1, "2.0").With(2, new WireMessage().With(1, "Kubernetes").With(2, "sandbox")).With(8, paths);
    }

    static WireMessage Patch(ServedKind kind)
    {
        var group = new WireMessage().With(2, $"group: \"{kind.Type.Group}\"\nkind: {kind.Type.Kind}\nversion: {kind.Type.Version}\n");
        var fieldValidation = new WireMessage().With(2, "query").With(4, "fieldValidation").With(6, "string");
        return new WireMessage()
            .With(5, $"patch{kind.Type.Kind}")
            .With(8, new WireMessage().With(1, new WireMessage().With(2, new WireMessage().With(3, fieldValidation))))
            .With(13, new WireMessage().With(1, "x-kubernetes-group-version-kind").With(2, group));
    }
}
