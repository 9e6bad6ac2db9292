using System.Text.Json;

namespace Slipway.Sandbox.Workloads.Scheduling;

/// <summary>Whether a node takes a pod, in the words of the scheduler's plugins. Pure.</summary>
static class NodeFit
{
    /// <summary>The refusal of a node that is full.</summary>
    public const string NoRoom = "Too many pods";

    const string unschedulableTaint = "node.kubernetes.io/unschedulable";
    const string notReadyTaint = "node.kubernetes.io/not-ready";

    /// <summary>Why the node cannot take the pod; null if it can.</summary>
    public static string? Refusal(JsonElement pod, PlainObject node, int podsOnNode)
    {
        var tolerations = pod.Items("spec", "tolerations");
        if (node.Json.Flag("spec", "unschedulable") && !Tolerates(tolerations, unschedulableTaint, "", "NoSchedule")) return "node(s) were unschedulable";
        if (UntoleratedTaint(node.Json, tolerations) is { } taint) return $"node(s) had untolerated taint {taint}";
        if (!MatchesSelector(pod, node) || !MatchesAffinity(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
        return podsOnNode >= Room(node.Json) ? NoRoom : null;
    }

    static int Room(JsonElement node) => int.TryParse(node.At("status", "allocatable", "pods").ToString(), out var pods) ? pods : int.MaxValue;

    static string? UntoleratedTaint(JsonElement node, JsonElement[] tolerations)
    {
        foreach (var taint in node.Items("spec", "taints"))
        {
            var (key, value, effect) = (taint.Text("key") ?? "", taint.Text("value") ?? "", taint.Text("effect") ?? "");
            if (effect is "NoSchedule" or "NoExecute" && !Tolerates(tolerations, key, value, effect)) return $"{{{key}: {value}}}";
        }
        // Without a node lifecycle controller no one taints a node that is not ready; what it would have done holds here.
        return node.IsTrue("Ready") || Tolerates(tolerations, notReadyTaint, "", "NoSchedule") ? null : $"{{{notReadyTaint}: }}";
    }

    static bool Tolerates(JsonElement[] tolerations, string key, string value, string effect) => Array.Exists(tolerations, toleration =>
        (toleration.Text("effect") is null or "" || toleration.Text("effect") == effect)
        && (toleration.Text("key") is null or "" || toleration.Text("key") == key)
        && (toleration.Text("operator") == "Exists" || (toleration.Text("value") ?? "") == value));

    static bool MatchesSelector(JsonElement pod, PlainObject node) =>
        pod.Words("spec", "nodeSelector").All(label => node.Stored.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    // Terms are alternatives, the expressions of a term all hold, and a term without any matches nothing.
    static bool MatchesAffinity(JsonElement pod, PlainObject node)
    {
        var required = pod.At("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        return !required.IsThere || Array.Exists(required.Items("nodeSelectorTerms"), term => MatchesTerm(term, node));
    }

    static bool MatchesTerm(JsonElement term, PlainObject node)
    {
        var expressions = term.Items("matchExpressions");
        var fields = term.Items("matchFields");
        return expressions.Length + fields.Length > 0
            && Array.TrueForAll(expressions, expression => Holds(expression, node.Stored.Labels.GetValueOrDefault(expression.Text("key") ?? "")))
            && Array.TrueForAll(fields, field => field.Text("key") == "metadata.name" && Holds(field, node.Key.Name));
    }

    static bool Holds(JsonElement expression, string? value)
    {
        var values = expression.Items("values").Select(candidate => candidate.ToString()).ToArray();
        return expression.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Compare(value, values) > 0,
            "Lt" => Compare(value, values) < 0,
            _ => false,
        };
    }

    // Zero also when there is nothing to compare: neither greater nor less.
    static int Compare(string? value, string[] values) =>
        values.Length == 1 && long.TryParse(value, out var number) && long.TryParse(values[0], out var bound) ? number.CompareTo(bound) : 0;
}
