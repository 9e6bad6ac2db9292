using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Budgets;

/// <summary>
/// How many more pods may become unavailable now, by rule. Taking a pod spends from every rule that covers it; a pod that is
/// unavailable already costs nothing.
/// </summary>
public sealed class Headroom
{
    readonly Dictionary<string, Allowance> _services = [];
    readonly List<(BudgetSeen Seen, Allowance Allowance)> _budgets = [];
    readonly IReadOnlySet<PackedUid> _spent;
    readonly bool _byEviction;

    /// <param name="services">The ticket's services.</param>
    /// <param name="budgets">Disruption budgets to respect; none when the ticket does not.</param>
    /// <param name="maxUnavailable">The ticket's guard.</param>
    /// <param name="spent">UIDs of pods that do not count as available whatever they look like: being updated, or just acted on.</param>
    /// <param name="byEviction">The API server will ask the budgets as well, so its own count holds too.</param>
    public Headroom(IEnumerable<ServiceSeen> services, IEnumerable<BudgetSeen> budgets, IntOrPercent maxUnavailable, IReadOnlySet<PackedUid> spent, bool byEviction)
    {
        _spent = spent;
        _byEviction = byEviction;
        foreach (var service in services)
        {
            if (service.Workload is { } workload) _services[service.Name] = OfService(service, workload, maxUnavailable);
        }

        foreach (var budget in budgets) _budgets.Add((budget, OfBudget(budget)));
    }

    /// <summary>Takes the pod if every rule has room for it; else says which rule holds it and with what numbers.</summary>
    public string? Take(string service, Pod pod)
    {
        var covering = _budgets.Where(budget => budget.Seen.Budget.Covers(pod.Labels)).ToList();
        if (!IsAvailable(pod))
        {
            return _byEviction ? covering.Select(budget => RefusalOfUnhealthy(budget.Seen)).FirstOrDefault(reason => reason is not null) : null;
        }

        List<Allowance> rules = [.. _services.TryGetValue(service, out var own) ? [own] : Array.Empty<Allowance>(), .. covering.Select(budget => budget.Allowance)];
        if (rules.FirstOrDefault(rule => rule.IsEmpty) is { } empty) return empty.Reason;
        foreach (var rule in rules) rule.Take();
        return null;
    }

    /// <summary>Available now and not spent: what counts towards every budget.</summary>
    public bool IsAvailable(Pod pod) => pod.Available && !_spent.Contains(pod.Identity);

    Allowance OfService(ServiceSeen service, Workload workload, IntOrPercent maxUnavailable)
    {
        var available = service.Pods.Count(seen => IsAvailable(seen.Pod));
        var unavailable = Math.Max(0, workload.Desired - available);
        var allowed = Math.Max(1, maxUnavailable.RoundedDown(workload.Desired));
        return new(
            allowed - unavailable,
            taken => $"maxUnavailable {maxUnavailable} of {workload.Desired} allows {allowed} at once; {unavailable + taken} of service {service.Name} are unavailable");
    }

    Allowance OfBudget(BudgetSeen seen)
    {
        var budget = seen.Budget;
        if (budget.ObservedGeneration < budget.Generation) return new(0, _ => $"PodDisruptionBudget {budget.Name} has not been computed by the cluster yet");
        var healthy = seen.Pods.Count(IsAvailable);
        var allowed = healthy - budget.DesiredHealthy;
        return new(
            _byEviction ? Math.Min(allowed, budget.DisruptionsAllowed) : allowed,
            taken => $"PodDisruptionBudget {budget.Name} allows 0 more ({healthy - taken} healthy, {budget.DesiredHealthy} needed)");
    }

    /// <remarks>Eviction of an unhealthy pod: allowed when the budget's other pods suffice, or by unhealthyPodEvictionPolicy (KEP-3017).</remarks>
    string? RefusalOfUnhealthy(BudgetSeen seen)
    {
        var healthy = seen.Pods.Count(IsAvailable);
        var budget = seen.Budget;
        return budget.UnhealthyMayAlwaysGo || healthy >= budget.DesiredHealthy
            ? null
            : $"PodDisruptionBudget {budget.Name} keeps even unhealthy pods ({healthy} healthy, {budget.DesiredHealthy} needed)";
    }

    /// <summary>What one rule has left, and its sentence given how much was taken in this decision.</summary>
    sealed class Allowance(int atFirst, Func<int, string> reason)
    {
        int _taken;

        public bool IsEmpty => atFirst - _taken <= 0;

        public string Reason => reason(_taken);

        public void Take() => _taken++;
    }
}
