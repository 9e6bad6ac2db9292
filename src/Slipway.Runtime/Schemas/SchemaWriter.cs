using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Slipway.Resources;

namespace Slipway.Runtime.Schemas;

/// <summary>Writes the structural schema of a record from its serialization contract, so that wire and schema cannot drift apart.</summary>
/// <remarks>
/// It walks <see cref="JsonTypeInfo"/>, as JsonSchemaExporter does; that one's <c>$ref</c>s for types used twice are no
/// structural schema.
/// </remarks>
static class SchemaWriter
{
    const string IntOrPercentPattern = "^[0-9]+%$";

    public static JsonObject Write(JsonTypeInfo type)
    {
        var schema = new JsonObject { ["type"] = "object" };
        Describe(schema, type.Type);
        var properties = new JsonObject();
        var required = new JsonArray();
        var rules = Rules(type.Type);
        foreach (var property in type.Properties.Where(property => property.Get is not null))
        {
            properties[property.Name] = Property(property, type.Options);
            if (property.IsRequired) required.Add(property.Name);
            if (Attribute<ImmutableAttribute>(property) is { } immutable) rules.Add(Unchanged(property, immutable));
        }

        if (required.Count > 0) schema["required"] = required;
        if (rules.Count > 0) schema["x-kubernetes-validations"] = new JsonArray([.. rules]);
        schema["properties"] = properties;
        return schema;
    }

    static JsonObject Property(JsonPropertyInfo property, JsonSerializerOptions options)
    {
        var schema = Of(property.PropertyType, property, options);
        Describe(schema, property.AttributeProvider);
        if (Attribute<NullableAttribute>(property) is not null) schema["nullable"] = true;
        if (Attribute<DefaultValueAttribute>(property) is { Value: { } value }) schema["default"] = Default(value);
        var rules = Rules(property.AttributeProvider);
        if (rules.Count > 0) schema["x-kubernetes-validations"] = new JsonArray([.. rules]);
        return schema;
    }

    static JsonObject Of(Type declared, JsonPropertyInfo property, JsonSerializerOptions options)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(string)) return Text(Attribute<StringLengthAttribute>(property), Attribute<RegularExpressionAttribute>(property));
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long)) return Number(type, Attribute<RangeAttribute>(property));
        if (type == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(IntOrPercent)) return NumberOrPercentage();
        if (type == typeof(JsonElement)) return Opaque(property);
        if (type.IsEnum) return OneOf(type);
        var contract = options.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Enumerable => List(contract, property, options),
            JsonTypeInfoKind.Dictionary => Dictionary(contract, property, options),
            JsonTypeInfoKind.Object => Write(contract),
            _ => throw new NotSupportedException($"{type} of {property.DeclaringType.Name}.{property.Name} has no structural schema"),
        };
    }

    static JsonObject NumberOrPercentage() => new()
    {
        ["x-kubernetes-int-or-string"] = true,
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
        ["pattern"] = IntOrPercentPattern,
    };

    static JsonObject Opaque(JsonPropertyInfo property) => Attribute<OpaqueAttribute>(property) is not null
        ? new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true }
        : throw new NotSupportedException($"{property.DeclaringType.Name}.{property.Name} is JSON without [Opaque]");

    static JsonObject Text(StringLengthAttribute? length, RegularExpressionAttribute? pattern)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (pattern is not null) schema["pattern"] = pattern.Pattern;
        if (length is null) return schema;
        if (length.MinimumLength > 0) schema["minLength"] = length.MinimumLength;
        schema["maxLength"] = length.MaximumLength;
        return schema;
    }

    static JsonObject OneOf(Type type) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(WireName(type, name)))]) };

    static string WireName(Type type, string name) => type.GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? name;

    static JsonObject Number(Type type, RangeAttribute? range)
    {
        var schema = new JsonObject { ["type"] = "integer", ["format"] = type == typeof(int) ? "int32" : "int64" };
        if (range is null) return schema;
        schema["minimum"] = (int)range.Minimum;
        schema["maximum"] = (int)range.Maximum;
        return schema;
    }

    static JsonObject List(JsonTypeInfo contract, JsonPropertyInfo property, JsonSerializerOptions options)
    {
        var bounds = Attribute<ItemsAttribute>(property);
        var element = contract.ElementType!;
        var items = element == typeof(string) ? ItemText(bounds)
            : element == typeof(int) ? Number(element, Attribute<RangeAttribute>(property))
            : element == typeof(JsonElement) ? Opaque(property)
            : element.IsEnum ? OneOf(element)
            : Write(options.GetTypeInfo(element));
        var schema = new JsonObject { ["type"] = "array", ["items"] = items };
        if (bounds is null) return schema;
        if (bounds.Least > 0) schema["minItems"] = bounds.Least;
        schema["maxItems"] = bounds.Most;
        if (bounds.EmptyByDefault) schema["default"] = new JsonArray();
        if (bounds.Unique) schema["x-kubernetes-list-type"] = "set";
        if (bounds.Key is not { } key) return schema;
        schema["x-kubernetes-list-type"] = "map";
        schema["x-kubernetes-list-map-keys"] = new JsonArray(key);
        return schema;
    }

    static JsonObject Dictionary(JsonTypeInfo contract, JsonPropertyInfo property, JsonSerializerOptions options)
    {
        var bounds = Attribute<ItemsAttribute>(property);
        var values = contract.ElementType == typeof(string) ? ItemText(bounds) : Of(contract.ElementType!, property, options);
        values.Remove("minLength");
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = values };
        if (bounds is { Least: > 0 }) schema["minProperties"] = bounds.Least;
        if (bounds is not null) schema["maxProperties"] = bounds.Most;
        return schema;
    }

    static JsonObject ItemText(ItemsAttribute? bounds)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (bounds is not { TextLength: > 0 and var length }) return schema;
        schema["minLength"] = 1;
        schema["maxLength"] = length;
        return schema;
    }

    static JsonObject Unchanged(JsonPropertyInfo property, ImmutableAttribute immutable)
    {
        var name = property.Name;
        var rule = property.IsRequired ? $"self.{name} == oldSelf.{name}" : $"has(self.{name}) == has(oldSelf.{name}) && (!has(self.{name}) || self.{name} == oldSelf.{name})";
        return new() { ["rule"] = rule, ["message"] = immutable.Message };
    }

    static List<JsonObject> Rules(ICustomAttributeProvider? source) =>
        [.. (source?.GetCustomAttributes(typeof(CelAttribute), inherit: false) ?? []).Cast<CelAttribute>().Select(cel => new JsonObject { ["rule"] = cel.Rule, ["message"] = cel.Message })];

    static JsonNode Default(object value) => value switch
    {
        int number => number,
        bool flag => flag,
        Enum name => name.ToString(),
        _ => value.ToString()!,
    };

    static void Describe(JsonObject schema, ICustomAttributeProvider? source)
    {
        if (source?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute described, ..]) schema["description"] = described.Description;
    }

    static T? Attribute<T>(JsonPropertyInfo property)
        where T : Attribute => property.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: false).Cast<T>().FirstOrDefault();
}
