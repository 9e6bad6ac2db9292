using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>Reads the body of a built-in kind as Go's decoder does: a value of the wrong type is a bad request, null is nothing.</summary>
static partial class TypedDecoding
{
    /// <exception cref="StatusException">400: a value is not of its field's type.</exception>
    public static void Check(string kind, string version, StructuralSchema schema, JsonObject body)
    {
        try
        {
            CheckFields(schema, body, new());
        }
        catch (FormatException wrong)
        {
            throw StatusException.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {wrong.Message}");
        }
    }

    static void CheckFields(StructuralSchema schema, JsonObject body, FieldPath at)
    {
        List<string>? nulls = null;
        for (var i = 0; i < body.Count; i++)
        {
            var (name, value) = body.GetAt(i);
            if (value is null) (nulls ??= []).Add(name);
            else if ((name == "metadata" && at.IsTop ? BuiltInSchemas.Metadata : schema.Of(name)) is { } field)
            {
                at.Enter(name);
                Check(field, value, at);
                at.Leave();
            }
        }

        foreach (var name in nulls ?? [])
        {
            if (schema.Properties.Count > 0) body.Remove(name);
            else if (schema.Additional?.Type == "string") body[name] = "";
        }
    }

    static void Check(StructuralSchema schema, JsonNode value, FieldPath path)
    {
        var kind = value.GetValueKind();
        if (schema.IsIntOrString)
        {
            if (kind != JsonValueKind.String && !IsInteger(value)) throw Wrong(kind, path, "intstr.IntOrString");
            return;
        }

        switch (schema.Type)
        {
            case "object":
                if (value is not JsonObject body) throw Wrong(kind, path, "object");
                CheckFields(schema, body, path);
                break;
            case "array":
                if (value is not JsonArray list) throw Wrong(kind, path, "array");
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is not { } item || schema.Items is not { } items) continue;
                    path.Enter(i);
                    Check(items, item, path);
                    path.Leave();
                }

                break;
            case "string" when kind != JsonValueKind.String:
                throw Wrong(kind, path, "string");
            case "integer" when !IsInteger(value):
                throw Wrong(kind, path, "int32");
            case "number" when kind != JsonValueKind.Number:
                throw Wrong(kind, path, "float64");
            case "boolean" when kind is not (JsonValueKind.True or JsonValueKind.False):
                throw Wrong(kind, path, "bool");
            case "time" when kind != JsonValueKind.String || !DateTimeOffset.TryParse(value.Text(), CultureInfo.InvariantCulture, out _):
                throw new FormatException($"parsing time {value.ToJsonString()} as \"2006-01-02T15:04:05Z07:00\": cannot parse {value.ToJsonString()}");
            case "quantity" when kind != JsonValueKind.Number && (value.Text() is not { } text || !Quantity().IsMatch(text)):
                throw new FormatException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
    }

    static bool IsInteger(JsonNode value) => value.Number() is not null || value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    static FormatException Wrong(JsonValueKind found, FieldPath path, string wanted)
    {
        var name = found switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return new($"json: cannot unmarshal {name} into Go struct field {path} of type {wanted}");
    }

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quantity();
}
