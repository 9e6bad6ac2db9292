using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.Disruption;

/// <summary>How many pods a budget expects and how many of them have to stay healthy.</summary>
readonly record struct BudgetDemand(int Expected, int DesiredHealthy, bool DependsOnScale);

/// <summary>A PodDisruptionBudget's status (kubernetes/pkg/controller/disruption). Pure.</summary>
static class DisruptionBudget
{
    /// <summary>How long an evicted pod may take to begin its deletion before it counts as healthy again.</summary>
    public static readonly TimeSpan EvictionTimeout = TimeSpan.FromMinutes(2);

    /// <summary>What the budget demands of so many pods, whose controllers ask for so many replicas.</summary>
    public static BudgetDemand Demand(SelectingObject budget, int pods, int scale)
    {
        if (budget.Json.Share("spec", "maxUnavailable") is { } mayBeMissing)
        {
            return new(scale, Math.Max(0, scale - mayBeMissing.RoundedUp(scale)), DependsOnScale: true);
        }
        if (budget.Json.Share("spec", "minAvailable") is not { } least) return new(pods, 0, DependsOnScale: false);
        return least.IsPercent ? new(scale, least.RoundedUp(scale), DependsOnScale: true) : new(pods, least.Value, DependsOnScale: false);
    }

    /// <summary>Evictions the server let through that are still on their way, by pod name.</summary>
    public static Dictionary<string, DateTimeOffset> Disrupted(SelectingObject budget, IEnumerable<PodFacts> pods, DateTimeOffset now)
    {
        var disrupted = new Dictionary<string, DateTimeOffset>();
        foreach (var pod in pods.Where(pod => !pod.IsDeleting))
        {
            if (budget.Json.Instant("status", "disruptedPods", pod.Key.Name) is { } evicted && evicted + EvictionTimeout >= now) disrupted[pod.Key.Name] = evicted;
        }
        return disrupted;
    }

    public static JsonObject Status(SelectingObject budget, IEnumerable<PodFacts> pods, BudgetDemand demand, IReadOnlyDictionary<string, DateTimeOffset> disrupted, DateTimeOffset now)
    {
        var healthy = pods.Count(pod => pod is { IsReady: true, IsDeleting: false } && !disrupted.ContainsKey(pod.Key.Name));
        var allowed = demand.Expected <= 0 ? 0 : Math.Max(0, healthy - demand.DesiredHealthy);
        var conditions = new ConditionList(budget.Json, now).Set("DisruptionAllowed", allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods");
        conditions.Find("DisruptionAllowed")!["message"] = "";
        conditions.Find("DisruptionAllowed")!["observedGeneration"] = budget.Json.Generation;
        var status = new JsonObject
        {
            ["conditions"] = conditions.ToArray(),
            ["currentHealthy"] = healthy,
            ["desiredHealthy"] = demand.DesiredHealthy,
            ["disruptionsAllowed"] = allowed,
            ["expectedPods"] = demand.Expected,
            ["observedGeneration"] = budget.Json.Generation,
        };
        if (disrupted.Count > 0) status["disruptedPods"] = new JsonObject(disrupted.Select(pod => KeyValuePair.Create(pod.Key, (JsonNode?)pod.Value.Stamp())));
        return status;
    }

    /// <summary>The status when a pod's controller cannot be found: nothing may be disrupted.</summary>
    public static JsonObject Failed(SelectingObject budget, string message, DateTimeOffset now)
    {
        var conditions = new ConditionList(budget.Json, now).Set("DisruptionAllowed", status: false, "SyncFailed", message);
        conditions.Find("DisruptionAllowed")!["observedGeneration"] = budget.Json.Generation;
        var status = budget.Json.CopyObject("status");
        foreach (var count in (string[])["currentHealthy", "desiredHealthy", "expectedPods"]) status[count] ??= 0;
        status["disruptionsAllowed"] = 0;
        status["observedGeneration"] = budget.Json.Generation;
        status["conditions"] = conditions.ToArray();
        return status;
    }
}
