using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>A selector as <c>kubectl -l</c> takes it.</summary>
static class SelectorText
{
    public static string Of(LabelSelector selector) => string.Join(',', [
        .. (selector.MatchLabels ?? new Dictionary<string, string>()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"),
        .. (selector.MatchExpressions ?? []).Select(Expression),
    ]);

    static string Expression(LabelRequirement requirement) => requirement.Operator switch
    {
        "In" => $"{requirement.Key} in ({string.Join(',', requirement.Values ?? [])})",
        "NotIn" => $"{requirement.Key} notin ({string.Join(',', requirement.Values ?? [])})",
        "DoesNotExist" => $"!{requirement.Key}",
        _ => requirement.Key,
    };
}
