using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Unknown and duplicate fields: refused, warned of or ignored, as asked (Kubernetes API concepts, "Field validation").</summary>
static class FieldValidation
{
    /// <summary>Drops what the kind does not have and returns the warnings.</summary>
    public static IReadOnlyList<string> Check(ApiRequest request, ServedKind kind, JsonObject body, IReadOnlyList<string> duplicates, bool isPatch = false)
    {
        var unknown = kind.Schema?.Prune(body) ?? [];
        if (!kind.IsCustom && kind.Schema is not null) Decode(kind, body, isPatch);
        var found = duplicates.Select(path => $"duplicate field \"{path}\"").Concat(unknown.Select(path => $"unknown field \"{path}\"")).ToList();
        if (found.Count == 0) return [];
        return request["fieldValidation"] switch
        {
            "Strict" when isPatch => throw StatusException.Invalid(kind.Type, "", [FieldError.Invalid("patch", "\"\"", $"strict decoding error: {string.Join(", ", found)}")]),
            "Strict" => throw StatusException.BadRequest($"{kind.Type.Kind} in version \"{kind.Type.Version}\" cannot be handled as a {kind.Type.Kind}: strict decoding error: {string.Join(", ", found)}"),
            "Ignore" => [],
            _ => found,
        };
    }

    /// <summary>A patch that leads to a value of the wrong type is unprocessable, not a bad request.</summary>
    static void Decode(ServedKind kind, JsonObject body, bool isPatch)
    {
        try
        {
            TypedDecoding.Check(kind.Type.Kind, kind.Type.Version, kind.Schema!, body);
        }
        catch (StatusException wrong) when (isPatch)
        {
            throw StatusException.Invalid(kind.Type, "", [FieldError.Invalid("patch", "\"\"", wrong.Message)]);
        }
    }
}
