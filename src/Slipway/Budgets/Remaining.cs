using Slipway.Applications;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Budgets;

/// <summary>
/// What budgets say of pods that go for good. Desired replicas fall with them, so they do not become unavailable: what counts is
/// that the pods that stay are within the budgets of the smaller service. Pods that serve nobody cost nothing.
/// </summary>
public sealed class Remaining(IEnumerable<BudgetSeen> budgets, IntOrPercent maxUnavailable, IReadOnlyList<OpsPolicy> policies, IReadOnlySet<PackedUid> spent)
{
    readonly IReadOnlyList<BudgetSeen> _budgets = [.. budgets];

    /// <summary>Which rule would be broken were these pods gone, and by what numbers; null when none would.</summary>
    public string? Hold(ServiceSeen service, Workload workload, IReadOnlyList<Pod> going)
    {
        if (!going.Any(pod => pod.Available)) return null;
        var gone = going.Select(pod => pod.Identity).ToHashSet();
        return OfService(service, workload, gone).Concat(_budgets.Select(budget => OfBudget(budget, gone))).FirstOrDefault(reason => reason is not null);
    }

    bool Stays(Pod pod, HashSet<PackedUid> gone) => pod.Available && !gone.Contains(pod.Identity) && !spent.Contains(pod.Identity);

    IEnumerable<string?> OfService(ServiceSeen service, Workload workload, HashSet<PackedUid> gone)
    {
        var desired = Math.Max(0, workload.Desired - gone.Count);
        var stay = service.Pods.Count(seen => Stays(seen.Pod, gone));
        yield return AtMost("maxUnavailable", maxUnavailable);
        if (service.Application?.Spec.Protection is { } protection)
        {
            if (protection.MaxUnavailable is { } most) yield return AtMost("protection threshold: maxUnavailable", most);
            if (protection.MinAvailable is { } least) yield return AtLeast("protection threshold: minAvailable", least);
        }

        foreach (var policy in policies)
        {
            foreach (var floor in (policy.Spec.Floors ?? []).Where(floor => floor.Match.Covers(service, workload))) yield return AtLeast($"OpsPolicy {policy.Name}: minAvailable", floor.MinAvailable);
            foreach (var budget in (policy.Spec.Budgets ?? []).Where(budget => budget.Match.Covers(service, workload))) yield return AtMost($"OpsPolicy {policy.Name}: maxUnavailable", budget.MaxUnavailable);
        }

        string? AtMost(string rule, IntOrPercent bound)
        {
            if (ServiceRules.OutOfBounds(bound)) return Unreadable(rule, bound);
            var allowed = desired == 0 ? 0 : Math.Max(1, bound.RoundedDown(desired));
            var unavailable = Math.Max(0, desired - stay);
            return unavailable <= allowed ? null : $"{rule} {bound} of the {desired} pods that stay allows {allowed}; {unavailable} of them are unavailable";
        }

        string? AtLeast(string rule, IntOrPercent bound)
        {
            if (ServiceRules.OutOfBounds(bound)) return Unreadable(rule, bound);
            var needed = bound.RoundedUp(desired);
            return stay >= needed ? null : $"{rule} {bound} needs {needed} pods of service {service.Name}; {stay} would be left";
        }
    }

    /// <summary>A rule that cannot be read must not widen what may go.</summary>
    static string Unreadable(string rule, IntOrPercent bound) => $"{rule} is {bound}; {ServiceRules.Allowed} is allowed";

    string? OfBudget(BudgetSeen seen, HashSet<PackedUid> gone)
    {
        var budget = seen.Budget;
        var covered = seen.Pods.Count(pod => gone.Contains(pod.Identity));
        if (covered == 0) return null;
        if (budget.ObservedGeneration < budget.Generation) return $"PodDisruptionBudget {budget.Name} has not been computed by the cluster yet";
        var healthy = seen.Pods.Count(pod => Stays(pod, gone));
        var needed = budget.DesiredHealthyWith(covered);
        return healthy >= needed ? null : $"PodDisruptionBudget {budget.Name} needs {needed} healthy pods; {healthy} would be left";
    }
}
