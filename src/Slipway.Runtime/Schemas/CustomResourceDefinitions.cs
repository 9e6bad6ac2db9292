using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Resources;
using YamlDotNet.Serialization;

namespace Slipway.Runtime.Schemas;

/// <summary>Writes the CustomResourceDefinition of a kind from its record and the attributes on it.</summary>
public static class CustomResourceDefinitions
{
    public static JsonObject Write(ResourceType type, JsonTypeInfo record)
    {
        var names = record.Type.GetCustomAttribute<CustomResourceAttribute>() ?? throw new ArgumentException($"{record.Type} has no [CustomResource]", nameof(record));
        var schema = SchemaWriter.Write(record);
        foreach (var own in (string[])["apiVersion", "kind", "metadata"]) schema["properties"]!.AsObject().Remove(own);
        schema["required"] = new JsonArray("spec");
        return new()
        {
            ["apiVersion"] = Kinds.CustomResourceDefinitions.ApiVersion,
            ["kind"] = Kinds.CustomResourceDefinitions.Kind,
            ["metadata"] = new JsonObject { ["name"] = $"{type.Plural}.{type.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = type.Group,
                ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
                ["names"] = new JsonObject
                {
                    ["kind"] = type.Kind,
                    ["listKind"] = $"{type.Kind}List",
                    ["plural"] = type.Plural,
                    ["singular"] = type.Kind.ToLowerInvariant(),
                    ["shortNames"] = new JsonArray([.. names.ShortNames.Select(name => JsonValue.Create(name))]),
                    ["categories"] = new JsonArray(names.Category),
                },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = type.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = Subresources(record),
                    ["additionalPrinterColumns"] = new JsonArray([.. record.Type.GetCustomAttributes<PrinterColumnAttribute>().Select(Column)]),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema },
                }),
            },
        };
    }

    /// <summary>The definition as YAML, the same for the same record.</summary>
    public static string WriteYaml(ResourceType type, JsonTypeInfo record) => Yaml.Serialize(Plain(Write(type, record)));

    static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    static JsonObject Subresources(JsonTypeInfo record)
    {
        var written = new JsonObject { ["status"] = new JsonObject() };
        if (record.Type.GetCustomAttribute<ScaleSubresourceAttribute>() is null) return written;
        written["scale"] = new JsonObject { ["specReplicasPath"] = ".spec.replicas", ["statusReplicasPath"] = ".status.replicas", ["labelSelectorPath"] = ".status.labelSelector" };
        return written;
    }

    static JsonObject Column(PrinterColumnAttribute column)
    {
        var written = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Priority > 0) written["priority"] = column.Priority;
        return written;
    }

    /// <summary>JSON as the dictionaries, lists and values that the YAML writer knows.</summary>
    static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject body => body.ToDictionary(property => property.Key, property => Plain(property.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => node.GetValue<int>(),
        },
    };
}
