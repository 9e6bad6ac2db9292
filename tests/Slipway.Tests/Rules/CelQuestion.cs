using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Tests.Rules;

/// <summary>A CEL expression that has to hold.</summary>
/// <param name="Expression">The rule.</param>
/// <param name="Context">What it is about, by the names it uses.</param>
sealed record CelQuestion(string Expression, JsonObject Context)
{
    /// <summary>Variables of an admission policy, evaluated in order.</summary>
    public JsonArray? Named { get; init; }

    /// <summary>What <c>authorizer</c> allows.</summary>
    public IReadOnlyList<string>? Rights { get; init; }

    /// <summary>Everything the rules of a schema ask of an object, given the stored one on update (Kubernetes, "CustomResourceDefinition validation rules").</summary>
    public static IEnumerable<CelQuestion> Of(JsonNode schema, JsonNode? self, JsonNode? old)
    {
        if (self is null) return [];
        var own = (schema["x-kubernetes-validations"] as JsonArray ?? []).Select(rule => (string)rule!["rule"]!)
            .Where(rule => old is not null || !rule.Contains("oldSelf", StringComparison.Ordinal))
            .Select(rule => IsComparison(rule) ? About(rule, Sorted(schema, self), old is null ? null : Sorted(schema, old)) : About(rule, self, old));
        return self switch
        {
            JsonObject body => own.Concat((schema["properties"] as JsonObject ?? []).SelectMany(property => Of(property.Value!, body[property.Key], old?[property.Key]))),
            JsonArray list when schema["items"] is { } items => own.Concat(list.SelectMany(item => Of(items, item, null))),
            _ => own,
        };
    }

    /// <summary>Everything a ValidatingAdmissionPolicy asks of a write.</summary>
    public static IEnumerable<CelQuestion> Of(JsonNode policy, JsonObject written, JsonObject? stored, string user, IReadOnlyList<string> rights)
    {
        var context = new JsonObject
        {
            ["object"] = written.DeepClone(), ["oldObject"] = stored?.DeepClone(), ["request"] = new JsonObject { ["userInfo"] = new JsonObject { ["username"] = user, ["groups"] = new JsonArray("system:authenticated") } },
        };
        var named = policy["spec"]!["variables"]!.AsArray();
        return policy["spec"]!["validations"]!.AsArray().Select(rule => new CelQuestion((string)rule!["expression"]!, context) { Named = named, Rights = rights });
    }

    public JsonObject ToJson() => new()
    {
        ["expression"] = Expression, ["context"] = Context.DeepClone(), ["named"] = Named?.DeepClone(), ["rights"] = Rights is null ? null : JsonSerializer.SerializeToNode(Rights),
    };

    /// <summary>Compares what is stored as a whole; a comparison of what was made of it depends on the order.</summary>
    static bool IsComparison(string rule) => rule.Contains("== oldSelf", StringComparison.Ordinal) && !rule.Contains("map(", StringComparison.Ordinal);

    static CelQuestion About(string rule, JsonNode self, JsonNode? old)
    {
        var context = new JsonObject { ["self"] = self.DeepClone() };
        if (old is not null) context["oldSelf"] = old.DeepClone();
        return new(rule, context);
    }

    /// <summary>For an API server, lists that are sets or maps are equal in any order.</summary>
    static JsonNode Sorted(JsonNode schema, JsonNode value) => value switch
    {
        JsonObject body => new JsonObject(body.Select(property => KeyValuePair.Create(property.Key, property.Value is { } inner && schema["properties"]?[property.Key] is { } below ? Sorted(below, inner) : property.Value?.DeepClone()))),
        JsonArray list when schema["items"] is { } items => new JsonArray([.. InOrder((string?)schema["x-kubernetes-list-type"], list.Select(item => Sorted(items, item!)))]),
        _ => value.DeepClone(),
    };

    static IEnumerable<JsonNode> InOrder(string? listType, IEnumerable<JsonNode> items) => listType is "set" or "map" ? items.OrderBy(item => item.ToJsonString(), StringComparer.Ordinal) : items;
}
