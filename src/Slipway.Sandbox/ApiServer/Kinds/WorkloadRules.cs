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

        foreach (var error in MetadataRules.CheckLabels(labels, "spec.template.labels")) yield return error;
        if (spec.At("template", "spec", "restartPolicy").Text() is { } policy and not "Always") yield return FieldError.Unsupported("spec.template.spec.restartPolicy", $"\"{policy}\"", ["Always"]);
        if (spec["revisionHistoryLimit"].Number() is < 0) yield return FieldError.Invalid("spec.revisionHistoryLimit", $"{spec["revisionHistoryLimit"]}", "must be greater than or equal to 0");
        if (spec["minReadySeconds"].Number() is < 0) yield return FieldError.Invalid("spec.minReadySeconds", $"{spec["minReadySeconds"]}", "must be greater than or equal to 0");
        foreach (var error in PodRules.CheckSpec(spec.At("template", "spec") as JsonObject, "spec.template.spec")) yield return error;
        if (before is not null && !JsonNode.DeepEquals(before.At("spec", "selector"), selector))
        {
            yield return FieldError.Invalid("spec.selector", selector.ToJsonString(), "field is immutable");
        }
    }

    public static IEnumerable<FieldError> CheckDeployment(JsonObject body, JsonObject? before) => [.. Check(body, before), .. CheckStrategy(body.At("spec", "strategy")), .. CheckDeadline(body["spec"])];

    static IEnumerable<FieldError> CheckDeadline(JsonNode? spec)
    {
        if (spec.At("progressDeadlineSeconds").Number() is not { } deadline) yield break;
        if (deadline < 0) yield return FieldError.Invalid("spec.progressDeadlineSeconds", $"{deadline}", "must be greater than or equal to 0");
        if (deadline <= (spec.At("minReadySeconds").Number() ?? 0)) yield return FieldError.Invalid("spec.progressDeadlineSeconds", $"{deadline}", "must be greater than minReadySeconds");
    }

    public static IEnumerable<FieldError> CheckStatefulSet(JsonObject body, JsonObject? before)
    {
        foreach (var error in Check(body, before).Where(error => error.Path != "spec.selector" || before is null)) yield return error;
        if (body.At("spec", "podManagementPolicy").Text() is not ("OrderedReady" or "Parallel")) yield return FieldError.Invalid("spec.podManagementPolicy", $"{body.At("spec", "podManagementPolicy")?.ToJsonString()}", "must be 'OrderedReady' or 'Parallel'");
        if (body.At("spec", "updateStrategy", "type").Text() is not ("RollingUpdate" or "OnDelete")) yield return FieldError.Invalid("spec.updateStrategy", $"{body.At("spec", "updateStrategy")?.ToJsonString()}", "must be 'RollingUpdate' or 'OnDelete'");
        if (body.At("spec", "ordinals", "start").Number() is < 0) yield return FieldError.Invalid("spec.ordinals.start", $"{body.At("spec", "ordinals", "start")}", "must be greater than or equal to 0");
        if (before is not null && !JsonNode.DeepEquals(Fixed(before), Fixed(body)))
        {
            yield return FieldError.Forbidden("spec", "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    static IEnumerable<FieldError> CheckStrategy(JsonNode? strategy)
    {
        if (strategy.At("type").Text() is not ("RollingUpdate" or "Recreate")) yield return FieldError.Unsupported("spec.strategy.type", strategy.At("type")?.ToJsonString() ?? "\"\"", ["Recreate", "RollingUpdate"]);
        if (strategy.At("type").Text() == "Recreate" && strategy.At("rollingUpdate") is not null) yield return FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        if (IsNothing(strategy.At("rollingUpdate", "maxSurge")) && IsNothing(strategy.At("rollingUpdate", "maxUnavailable"))) yield return FieldError.Invalid("spec.strategy.rollingUpdate.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0");
    }

    static bool IsNothing(JsonNode? share) => share?.ToString() is "0" or "0%";

    /// <summary>What of a StatefulSet's spec never changes.</summary>
    static JsonObject Fixed(JsonObject body)
    {
        var copy = body["spec"]!.DeepClone().AsObject();
        foreach (var name in (string[])["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"]) copy.Remove(name);
        return copy;
    }

    public static IEnumerable<FieldError> CheckBudget(JsonObject body, JsonObject? before)
    {
        var spec = body["spec"] as JsonObject ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null) yield return FieldError.Invalid("spec", "{}", "minAvailable and maxUnavailable cannot be both set");
        foreach (var name in (string[])["minAvailable", "maxUnavailable"])
        {
            if (spec[name] is { } share && !Slipway.Resources.IntOrPercent.TryParse(share.ToString(), out _)) yield return FieldError.Invalid($"spec.{name}", share.ToJsonString(), "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        }

        if (spec["unhealthyPodEvictionPolicy"].Text() is { } policy and not ("IfHealthyBudget" or "AlwaysAllow")) yield return FieldError.Unsupported("spec.unhealthyPodEvictionPolicy", $"\"{policy}\"", ["AlwaysAllow", "IfHealthyBudget"]);
    }
}
