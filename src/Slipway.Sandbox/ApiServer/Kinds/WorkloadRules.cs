using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What workloads and budgets must keep to.</summary>
static class WorkloadRules
{
    public static IEnumerable<FieldError> Check(JsonObject body, JsonObject? before)
    {
        var spec = body["spec"] as JsonObject ?? [];
        if (spec["replicas"].Number() is < 0) yield return FieldError.Invalid("spec.replicas", spec["replicas"]!.ToJsonString(), "must be greater than or equal to 0");
        if (spec["selector"] is not JsonObject selector || (selector["matchLabels"] is not JsonObject { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 }))
        {
            yield return FieldError.Required("spec.selector");
            yield break;
        }

        var labels = spec.At("template", "metadata", "labels") as JsonObject ?? [];
        var wanted = selector["matchLabels"] as JsonObject ?? [];
        if (wanted.Any(label => labels[label.Key].Text() != label.Value.Text()))
        {
            yield return FieldError.Invalid("spec.template.metadata.labels", labels.ToJsonString(), "`selector` does not match template `labels`");
        }

        foreach (var error in PodRules.CheckSpec(spec.At("template", "spec") as JsonObject, "spec.template.spec")) yield return error;
        if (before is not null && !JsonNode.DeepEquals(before.At("spec", "selector"), selector))
        {
            yield return FieldError.Invalid("spec.selector", selector.ToJsonString(), "field is immutable");
        }
    }

    public static IEnumerable<FieldError> CheckBudget(JsonObject body, JsonObject? before)
    {
        var spec = body["spec"] as JsonObject ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null) yield return FieldError.Invalid("spec", "{}", "minAvailable and maxUnavailable cannot be both set");
        if (before is not null && !JsonNode.DeepEquals(before.At("spec", "selector"), spec["selector"]) && before.At("spec", "selector") is null) yield return FieldError.Forbidden("spec.selector", "field is immutable");
    }
}
