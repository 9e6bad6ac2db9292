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

    /// <summary>A bound such as <c>maximum</c> or <c>maxLength</c>.</summary>
    public JsonElement Bound(string name) => _source.At(name);

    public JsonObject ToOpenApi() => JsonObject.Create(_source)!.DeepClone().AsObject();

    /// <summary>Removes the fields it does not know, and names them. What metadata consists of, every kind knows.</summary>
    public IReadOnlyList<string> Prune(JsonObject body)
    {
        var removed = new List<string>();
        foreach (var (name, value) in body.ToList())
        {
            if (name == "metadata") BuiltInSchemas.Metadata.Prune(value, name, removed);
            else if (name is "apiVersion" or "kind") continue;
            else if (Properties.TryGetValue(name, out var schema)) schema.Prune(value, name, removed);
            else if (!KeepsUnknown) Remove(body, name, name, removed);
        }

        return removed;
    }

    void Prune(JsonNode? node, string path, List<string> removed)
    {
        switch (node)
        {
            case JsonObject body when !(KeepsUnknown && Properties.Count == 0):
                foreach (var (name, value) in body.ToList())
                {
                    if (Properties.TryGetValue(name, out var schema)) schema.Prune(value, $"{path}.{name}", removed);
                    else if (Additional is not null) Additional.Prune(value, $"{path}.{name}", removed);
                    else if (!KeepsUnknown && !(IsEmbedded && name is "apiVersion" or "kind" or "metadata")) Remove(body, name, $"{path}.{name}", removed);
                }

                break;
            case JsonArray list when Items is not null:
                for (var i = 0; i < list.Count; i++) Items.Prune(list[i], $"{path}[{i}]", removed);
                break;
        }
    }

    static void Remove(JsonObject body, string name, string path, List<string> removed)
    {
        body.Remove(name);
        removed.Add(path);
    }

    /// <summary>Fills in defaults, also inside what was filled in; a null that is not allowed gives way to the default.</summary>
    public void FillDefaults(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject body:
                foreach (var (name, schema) in Properties)
                {
                    if ((!body.TryGetPropertyValue(name, out var value) || (value is null && !schema.Nullable)) && schema.Default is { } filled) body[name] = JsonNode.Parse(filled.GetRawText());
                    else if (value is null && !schema.Nullable && schema.Default is null && schema.Type is not null) body.Remove(name);
                    schema.FillDefaults(body[name]);
                }

                if (Additional is null) break;
                foreach (var (name, value) in body)
                {
                    if (!Properties.ContainsKey(name)) Additional.FillDefaults(value);
                }

                break;
            case JsonArray list when Items is not null:
                foreach (var item in list) Items.FillDefaults(item);
                break;
        }
    }
}
