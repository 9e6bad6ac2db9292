using System.ComponentModel.DataAnnotations;

namespace Slipway.Resources;

/// <summary>A set of labels to match (Kubernetes <c>meta/v1 LabelSelector</c>). An empty selector matches everything.</summary>
public sealed record LabelSelector
{
    [Items(50, TextLength = 63)]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    [Items(50)]
    public IReadOnlyList<LabelRequirement>? MatchExpressions { get; init; }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, wanted) in MatchLabels ?? EmptyLabels)
        {
            if (!labels.TryGetValue(key, out var value) || value != wanted) return false;
        }

        foreach (var requirement in MatchExpressions ?? [])
        {
            if (!requirement.Holds(labels)) return false;
        }

        return true;
    }

    static readonly IReadOnlyDictionary<string, string> EmptyLabels = new Dictionary<string, string>();
}

/// <summary>One requirement on a label; <see cref="Operator"/> is In, NotIn, Exists or DoesNotExist.</summary>
public sealed record LabelRequirement
{
    [StringLength(316, MinimumLength = 1)]
    public required string Key { get; init; }

    [StringLength(20)]
    public required string Operator { get; init; }

    [Items(100, TextLength = 63)]
    public IReadOnlyList<string>? Values { get; init; }

    public bool Holds(IReadOnlyDictionary<string, string> labels) => Operator switch
    {
        "In" => labels.TryGetValue(Key, out var value) && (Values ?? []).Contains(value),
        "NotIn" => !labels.TryGetValue(Key, out var value) || !(Values ?? []).Contains(value),
        "Exists" => labels.ContainsKey(Key),
        "DoesNotExist" => !labels.ContainsKey(Key),
        // The API server refuses other operators; a budget that cannot be read must not widen what may move.
        _ => false,
    };
}
