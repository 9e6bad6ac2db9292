using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>
/// The fields of a kind: the structural schema of a custom resource, parsed once (Kubernetes, "Specifying a structural schema"),
/// or what a built-in kind consists of (<see cref="BuiltInSchemas"/>).
/// </summary>
public sealed class StructuralSchema
{
    readonly JsonElement _source;
    readonly IReadOnlyList<KeyValuePair<string, StructuralSchema>> _filled = [];

    internal StructuralSchema()
    {
    }

    StructuralSchema(JsonElement json)
    {
        _source = json;
        Type = json.At("type").Text();
        Nullable = json.At("nullable").IsTrue();
        IsIntOrString = json.At("x-kubernetes-int-or-string").IsTrue();
        KeepsUnknown = json.At("x-kubernetes-preserve-unknown-fields").IsTrue() || json.At("additionalProperties").IsTrue();
        IsEmbedded = json.At("x-kubernetes-embedded-resource").IsTrue();
        Default = json.At("default") is { ValueKind: not JsonValueKind.Undefined } value ? value : null;
        Properties = json.At("properties") is { ValueKind: JsonValueKind.Object } properties ? properties.EnumerateObject().ToDictionary(property => property.Name, property => new StructuralSchema(property.Value)) : [];
        Additional = json.At("additionalProperties") is { ValueKind: JsonValueKind.Object } additional ? new(additional) : null;
        Items = json.At("items") is { ValueKind: JsonValueKind.Object } items ? new(items) : null;
        Required = [.. json.At("required").Items().Select(name => name.GetString()!)];
        Enum = [.. json.At("enum").Items()];
        Bounds = ValueBounds.Of(json);
        _filled = [.. Properties.Where(property => property.Value.Default is not null)];
        ListType = json.At("x-kubernetes-list-type").Text();
        IsAtomic = json.At("x-kubernetes-map-type").Text() == "atomic" || (Type == "array" && ListType is null or "atomic");
        ListKeys = [.. json.At("x-kubernetes-list-map-keys").Items().Select(key => key.GetString()!)];
    }

    /// <summary>Of a JSON schema, and for built-in kinds also <c>time</c> and <c>quantity</c>.</summary>
    public string? Type { get; internal init; }
    public bool Nullable { get; }
    public bool IsIntOrString { get; internal init; }
    public bool KeepsUnknown { get; internal init; }
    public bool IsEmbedded { get; }
    public JsonElement? Default { get; internal init; }
    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; internal init; } = new Dictionary<string, StructuralSchema>();
    public StructuralSchema? Additional { get; internal init; }
    public StructuralSchema? Items { get; internal init; }
    public IReadOnlyList<string> Required { get; } = [];
    public IReadOnlyList<JsonElement> Enum { get; } = [];
    public string? ListType { get; internal init; }

    /// <summary>Server-side apply owns it whole.</summary>
    public bool IsAtomic { get; internal init; }
    public IReadOnlyList<string> ListKeys { get; internal init; } = [];

    /// <summary>The key by which a strategic merge patch merges a list of objects; empty for one that it merges as a set.</summary>
    public string? PatchKey { get; internal init; }

    public static StructuralSchema Parse(JsonElement schema) => new(schema.Clone());

    /// <summary>What is below a property; null where the schema does not say.</summary>
    public StructuralSchema? Of(string property) => Properties.GetValueOrDefault(property) ?? Additional;

    internal ValueBounds? Bounds { get; }

    /// <summary>One of <see cref="Enum"/>.</summary>
    public bool Allows(JsonNode node) =>
        Enum.Any(allowed => node.Text() is { } text ? allowed.ValueKind == JsonValueKind.String && allowed.ValueEquals(text) : JsonNode.DeepEquals(JsonNode.Parse(allowed.GetRawText()), node));

    public JsonObject ToOpenApi() => JsonObject.Create(_source)!.DeepClone().AsObject();

    /// <summary>Removes the fields it does not know, and names them. What metadata consists of, every kind knows.</summary>
    public IReadOnlyList<string> Prune(JsonObject body)
    {
        var (at, removed) = (new FieldPath(), new List<string>());
        PruneProperties(body, at, removed);
        return removed;
    }

    void PruneProperties(JsonObject body, FieldPath at, List<string> removed)
    {
        List<string>? unknown = null;
        for (var i = 0; i < body.Count; i++)
        {
            var (name, value) = body.GetAt(i);
            var isTop = at.IsTop;
            if (isTop && name is "apiVersion" or "kind") continue;
            if ((isTop && name == "metadata" ? BuiltInSchemas.Metadata : Of(name)) is { } schema)
            {
                if (value is not (JsonObject or JsonArray)) continue;
                at.Enter(name);
                schema.Prune(value, at, removed);
                at.Leave();
            }
            else if (!KeepsUnknown && !(IsEmbedded && name is "apiVersion" or "kind" or "metadata"))
            {
                (unknown ??= []).Add(name);
                removed.Add(at.Of(name));
            }
        }

        foreach (var name in unknown ?? []) body.Remove(name);
    }

    void Prune(JsonNode? node, FieldPath at, List<string> removed)
    {
        switch (node)
        {
            case JsonObject body when !(KeepsUnknown && Properties.Count == 0):
                PruneProperties(body, at, removed);
                break;
            case JsonArray list when Items is not null:
                for (var i = 0; i < list.Count; i++)
                {
                    at.Enter(i);
                    Items.Prune(list[i], at, removed);
                    at.Leave();
                }

                break;
        }
    }

    /// <summary>Fills in defaults, also inside what was filled in; a null that is not allowed gives way to the default, or goes.</summary>
    public void FillDefaults(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject body:
                foreach (var (name, schema) in _filled)
                {
                    if (!body.TryGetPropertyValue(name, out var value) || (value is null && !schema.Nullable)) body[name] = JsonNode.Parse(schema.Default!.Value.GetRawText());
                }

                List<string>? nulls = null;
                for (var i = 0; i < body.Count; i++)
                {
                    var (name, value) = body.GetAt(i);
                    if (Of(name) is not { } schema) continue;
                    if (value is not null) schema.FillDefaults(value);
                    else if (!schema.Nullable) (nulls ??= []).Add(name);
                }

                foreach (var name in nulls ?? []) body.Remove(name);
                break;
            case JsonArray list when Items is not null:
                foreach (var item in list) Items.FillDefaults(item);
                break;
        }
    }
}
