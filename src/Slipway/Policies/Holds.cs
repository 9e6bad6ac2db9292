using System.Globalization;
using Slipway.Workloads;

namespace Slipway.Policies;

/// <summary>What keeps a ticket from starting anything now, and until when; no end where only a person ends it.</summary>
public sealed record PolicyHold(string Reason, DateTimeOffset? Until);

/// <summary>Freezes and the kill switch.</summary>
public static class Holds
{
    /// <summary>The rule that holds these services now; null when none does. The kill switch comes first, then the freeze that ends last.</summary>
    public static PolicyHold? Of(IEnumerable<OpsPolicy> policies, IReadOnlyList<ServiceSeen> services, DateTimeOffset now)
    {
        var known = policies.OrderBy(policy => policy.Name, StringComparer.Ordinal).ToList();
        if (known.FirstOrDefault(policy => policy.Spec.Halt is not null) is { } halted) return new($"OpsPolicy {halted.Name} halts all tickets: {halted.Spec.Halt!.Reason}", null);
        return known.SelectMany(policy => (policy.Spec.Freezes ?? []).Select(freeze => Of(policy, freeze, services, now))).OfType<PolicyHold>()
            .MaxBy(hold => hold.Until ?? DateTimeOffset.MaxValue);
    }

    static PolicyHold? Of(OpsPolicy policy, Freeze freeze, IReadOnlyList<ServiceSeen> services, DateTimeOffset now)
    {
        if (services.FirstOrDefault(service => service.Workload is { } workload && freeze.Match.Covers(service, workload)) is not { } service) return null;

        // A freeze that cannot be read must not widen what may move.
        var (times, mistake) = FreezeTimes.Read(freeze);
        if (times is null) return new($"OpsPolicy {policy.Name}: freeze {freeze.Name} holds service {service.Name}, for its {mistake}", null);
        return times.Until(now) switch
        {
            null => null,
            { } until when until == DateTimeOffset.MaxValue => new($"OpsPolicy {policy.Name}: freeze {freeze.Name} holds service {service.Name} without end", null),
            { } until => new($"OpsPolicy {policy.Name}: freeze {freeze.Name} holds service {service.Name} until {Local(until)} {times.Zone.Id}", until),
        };
    }

    static string Local(DateTimeOffset until) => until.DateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
