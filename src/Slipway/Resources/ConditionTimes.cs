namespace Slipway.Resources;

/// <summary>Since when conditions hold.</summary>
public static class ConditionTimes
{
    /// <summary>A condition that did not turn keeps the time it last turned.</summary>
    public static Condition Since(this Condition condition, IReadOnlyList<Condition>? before, DateTimeOffset now)
    {
        var last = (before ?? []).FirstOrDefault(other => other.Type == condition.Type);
        return condition with { LastTransitionTime = last?.Status == condition.Status ? last.LastTransitionTime : now };
    }
}
