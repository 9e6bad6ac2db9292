using Slipway.Applications;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Budgets;

/// <summary>
/// How many more pods may become unavailable now, by rule. Taking a pod spends from every rule that covers it; a pod that is
/// unavailable already costs nothing.
/// </summary>
public sealed class Headroom
{
    readonly Dictionary<string, IReadOnlyList<Allowance>> _services = [];
    readonly (BudgetSeen Seen, Allowance Allowance)[] _budgets;
    readonly IReadOnlySet<PackedUid> _spent;
    readonly bool _byEviction;

    /// <param name="services">The ticket's services.</param>
    /// <param name="budgets">Disruption budgets to respect; none when the ticket does not.</param>
    /// <param name="maxUnavailable">The ticket's guard.</param>
    /// <param name="policies">Rules of the house.</param>
    /// <param name="spent">UIDs of pods that do not count as available whatever they look like: being updated, or just acted on.</param>
    /// <param name="byEviction">The API server will ask the budgets as well, so its own count holds too.</param>
    public Headroom(IEnumerable<ServiceSeen> services, IEnumerable<BudgetSeen> budgets, IntOrPercent maxUnavailable, IReadOnlyList<OpsPolicy> policies, IReadOnlySet<PackedUid> spent, bool byEviction)
    {
        _spent = spent;
        _byEviction = byEviction;
        foreach (var service in services)
        {
            if (service.Workload is { } workload) _services[service.Name] = [.. OfService(service, workload, maxUnavailable, policies)];
        }

        _budgets = [.. budgets.Select(budget => (budget, OfBudget(budget)))];
    }

    /// <summary>Takes the pod if every rule has room for it; else says which rule holds it and with what numbers.</summary>
    public string? Take(string service, Pod pod)
    {
        var covering = _budgets.Where(budget => budget.Seen.Budget.Covers(pod.Labels)).ToArray();
        if (!IsAvailable(pod))
        {
            return _byEviction ? covering.Select(budget => RefusalOfUnhealthy(budget.Seen)).FirstOrDefault(reason => reason is not null) : null;
        }

        List<Allowance> rules = [.. _services.GetValueOrDefault(service) ?? [], .. covering.Select(budget => budget.Allowance)];
        if (rules.MinBy(rule => rule.Left) is { IsEmpty: true } smallest) return smallest.Reason;
        foreach (var rule in rules) rule.Take();
        return null;
    }

    /// <summary>Available now, in traffic, and not spent: what counts towards every budget.</summary>
    public bool IsAvailable(Pod pod) => pod.Available && pod.Traffic is not { IsHeld: true } && !_spent.Contains(pod.Identity);

    /// <summary>The ticket's guard, the service's own protection threshold, and what policies say of it.</summary>
    IEnumerable<Allowance> OfService(ServiceSeen service, Workload workload, IntOrPercent maxUnavailable, IReadOnlyList<OpsPolicy> policies)
    {
        var available = service.Pods.Count(seen => IsAvailable(seen.Pod));
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

        Allowance AtMost(string rule, IntOrPercent bound)
        {
            if (ServiceRules.OutOfBounds(bound)) return Unreadable(rule, bound);
            var unavailable = Math.Max(0, workload.Desired - available);
            var allowed = Math.Max(1, bound.RoundedDown(workload.Desired));
            return new(allowed - unavailable, taken => $"{rule} {bound} of {workload.Desired} allows {allowed} at once; {unavailable + taken} of service {service.Name} are unavailable");
        }

        Allowance AtLeast(string rule, IntOrPercent bound)
        {
            if (ServiceRules.OutOfBounds(bound)) return Unreadable(rule, bound);
            var needed = bound.RoundedUp(workload.Desired);
            return new(available - needed, taken => $"{rule} {bound} of {workload.Desired} allows 0 more of service {service.Name} ({available - taken} available, {needed} needed)");
        }
    }

    /// <summary>A rule that cannot be read must not widen what may move.</summary>
    static Allowance Unreadable(string rule, IntOrPercent bound) => new(0, _ => $"{rule} is {bound}; {ServiceRules.Allowed} is allowed");

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
        string? _reason;

        public int Left => atFirst - _taken;

        public bool IsEmpty => Left <= 0;

        /// <summary>Of an empty rule: nothing more is taken from it, so that it says the same of every pod.</summary>
        public string Reason => _reason ??= reason(_taken);

        public void Take() => _taken++;
    }
}
