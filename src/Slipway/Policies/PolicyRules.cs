using Slipway.Applications;
using Slipway.Components;
using Slipway.Resources;

namespace Slipway.Policies;

/// <summary>What is wrong with a policy, one sentence each.</summary>
public static class PolicyRules
{
    public static IEnumerable<string> Check(OpsPolicySpec spec)
    {
        foreach (var (index, floor) in (spec.Floors ?? []).Index())
        {
            if (ServiceRules.OutOfBounds(floor.MinAvailable)) yield return $"spec.floors[{index}].minAvailable is {floor.MinAvailable}; {ServiceRules.Allowed} is allowed";
        }

        foreach (var (index, budget) in (spec.Budgets ?? []).Index())
        {
            if (ServiceRules.OutOfBounds(budget.MaxUnavailable)) yield return $"spec.budgets[{index}].maxUnavailable is {budget.MaxUnavailable}; {ServiceRules.Allowed} is allowed";
        }

        foreach (var (index, freeze) in (spec.Freezes ?? []).Index())
        {
            if (FreezeTimes.Read(freeze).Mistake is { } mistake) yield return $"spec.freezes[{index}].{mistake}";
        }

        foreach (var stated in spec.Components ?? [])
        {
            if (!ComponentNames.IsKnown(stated.Name)) yield return $"spec.components names {stated.Name}, which is no component Slipway asks for; {string.Join(", ", ComponentNames.All)} are";
            else if (!ComponentVersion.TryParse(stated.Version, out _)) yield return $"spec.components says {stated.Name} {stated.Version}, which is not a version; a version is like 1.2.1";
        }
    }

    /// <summary>What is stored beside a policy.</summary>
    public static OpsPolicyStatus Report(OpsPolicy policy, DateTimeOffset now)
    {
        var broken = Check(policy.Spec).ToList();
        var condition = new Condition
        {
            Type = "Accepted",
            Status = broken.Count == 0 ? "True" : "False",
            Reason = broken.Count == 0 ? "Accepted" : "Unreadable",
            Message = broken.Count switch
            {
                0 => "Every rule is in force",
                1 => broken[0],
                _ => $"{broken[0]} (and {broken.Count - 1} more)",
            },
            ObservedGeneration = policy.Metadata.Generation,
        };
        return new()
        {
            Accepted = broken.Count == 0,
            Message = condition.Message,
            ObservedGeneration = policy.Metadata.Generation,
            Conditions = [condition.Since(policy.Status?.Conditions, now)],
        };
    }
}
