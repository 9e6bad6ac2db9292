using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>
/// What built-in kinds consist of, from <c>builtin.schemas</c>: a line a type, below it a line a field with its type and, where it
/// matters to patches, how it merges: <c>keys=</c> of a list of objects, <c>set</c>, <c>atomic</c>, <c>patch=</c> for strategic merge patches.
/// </summary>
static class BuiltInSchemas
{
    static readonly Dictionary<string, StructuralSchema> Types = Load();
    static readonly Dictionary<StructuralSchema, string> Names = new(Types.Select(type => KeyValuePair.Create(type.Value, type.Key)), ReferenceEqualityComparer.Instance);

    public static StructuralSchema Metadata => Types["ObjectMeta"];

    /// <summary>Null for kinds the file does not list.</summary>
    public static StructuralSchema? Of(ResourceType type) => Types.GetValueOrDefault(type.Kind);

    /// <summary>The name of a type of the file; null for what is written into its field.</summary>
    public static string? NameOf(StructuralSchema schema) => Names.GetValueOrDefault(schema);

    public static StructuralSchema Named(string name) => Types[name];

    static Dictionary<string, StructuralSchema> Load()
    {
        var (types, fields, name) = (new Dictionary<string, StructuralSchema>(), new Dictionary<string, Dictionary<string, StructuralSchema>>(), "");
        var lines = Lines().ToList();
        foreach (var words in lines.Where(line => !line.StartsWith(' ')).Select(Words))
        {
            fields[words[0]] = [];
            types[words[0]] = new() { Type = "object", Properties = fields[words[0]], IsAtomic = words.Contains("atomic"), KeepsUnknown = words[0] == "JSONSchemaProps" };
        }

        foreach (var line in lines)
        {
            if (line.StartsWith(' ')) fields[name].Add(Words(line)[0], Field(Words(line)[1..], types));
            else name = Words(line)[0];
        }

        return types;
    }

    static StructuralSchema Field(string[] words, Dictionary<string, StructuralSchema> types)
    {
        var said = words.Where(word => word.Contains('=')).Select(word => word.Split('=', 2)).ToDictionary(word => word[0], word => word[1]);
        var isSet = words.Contains("set");
        var keys = said.TryGetValue("keys", out var listed) ? listed.Split(',') : [];
        return words[0] switch
        {
            "list" => new()
            {
                Type = "array", Items = Field(words[1].Split(':'), types), ListKeys = keys, ListType = keys.Length > 0 ? "map" : isSet ? "set" : "atomic", IsAtomic = keys.Length == 0 && !isSet,
                PatchKey = said.GetValueOrDefault("patch") ?? (words.Contains("patch") ? "" : null),
            },
            "map" => new() { Type = "object", Additional = Field(words[1].Split(':'), types), IsAtomic = words.Contains("atomic") },
            "any" => new() { KeepsUnknown = true, IsAtomic = true },
            "intOrString" => new() { IsIntOrString = true },
            "string" or "integer" or "number" or "boolean" or "time" or "quantity" => new() { Type = words[0], Default = said.TryGetValue("default", out var filled) ? JsonElement.Parse($"\"{filled}\"") : null },
            var type => types[type],
        };
    }

    static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static IEnumerable<string> Lines()
    {
        using var reader = new StreamReader(typeof(BuiltInSchemas).Assembly.GetManifestResourceStream("builtin.schemas")!);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
