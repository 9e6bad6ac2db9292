using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Reads the selectors in objects.</summary>
static class SelectorJson
{
    extension(LabelSelector selector)
    {
        /// <summary>Says nothing, and so matches everything; what guards pods takes it for nothing.</summary>
        public bool IsEmpty => selector.MatchLabels is null or { Count: 0 } && selector.MatchExpressions is null or { Count: 0 };

        /// <summary>In the form of query parameters.</summary>
        public string Text() => string.Join(',', (selector.MatchLabels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}").Concat((selector.MatchExpressions ?? []).Select(Text)));
    }

    static string Text(LabelRequirement requirement) => requirement.Operator switch
    {
        "In" => $"{requirement.Key} in ({string.Join(',', requirement.Values ?? [])})",
        "NotIn" => $"{requirement.Key} notin ({string.Join(',', requirement.Values ?? [])})",
        "Exists" => requirement.Key,
        _ => $"!{requirement.Key}",
    };

    public static LabelSelector Read(JsonElement json) => new()
    {
        MatchLabels = json.At("matchLabels") is { ValueKind: JsonValueKind.Object } labels ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "") : null,
        MatchExpressions = [.. json.At("matchExpressions").Items().Select(expression => new LabelRequirement
        {
            Key = expression.At("key").Text() ?? "",
            Operator = expression.At("operator").Text() ?? "",
            Values = [.. expression.At("values").Items().Select(value => value.GetString() ?? "")],
        })],
    };
}
