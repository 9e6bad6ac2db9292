using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Applications;

/// <summary>Puts into words what an application service is made of.</summary>
public static class ServiceReport
{
    /// <param name="service">As stored.</param>
    /// <param name="seen">Its workload and pods.</param>
    /// <param name="withheld">Why nothing new may be published, whatever the pods say.</param>
    /// <param name="now">The operator's time.</param>
    public static ApplicationServiceStatus Of(ApplicationService service, ServiceSeen seen, string? withheld, DateTimeOffset now)
    {
        var workload = seen.Workload;
        var pods = seen.Pods.Where(pod => !pod.Pod.Finished).ToList();
        var units = pods.GroupBy(pod => pod.Unit).OrderBy(unit => unit.Key, NaturalOrder.Names)
            .Select(unit => new UnitPods { Unit = unit.Key, Pods = unit.Count(), Ready = unit.Count(pod => pod.Pod.Available) }).ToList();
        var ready = units.Sum(unit => unit.Ready);
        var (reason, message) = Publishing(seen, workload, withheld, ready);
        var publishable = reason == "Publishable";
        var condition = new Condition
        {
            Type = "Publishable",
            Status = publishable ? "True" : "False",
            Reason = reason,
            Message = message,
            ObservedGeneration = service.Metadata.Generation,
        };
        return new()
        {
            Workload = $"{service.Spec.Workload}",
            Desired = workload?.Desired,
            Ready = workload is null ? null : ready,
            Pods = workload is null ? null : $"{ready}/{workload.Desired}",
            UnitNames = units.Count == 0 ? null : string.Join(',', units.Select(unit => unit.Unit)),
            Units = units.Count == 0 ? null : units,
            Publishable = publishable,
            Message = message,
            ObservedGeneration = service.Metadata.Generation,
            Conditions = [condition.Since(service.Status?.Conditions, now)],
        };
    }

    static (string Reason, string Message) Publishing(ServiceSeen seen, Workload? workload, string? withheld, int ready) => (seen.Trouble, workload) switch
    {
        ({ } trouble, null) => ("NoWorkload", trouble),
        ({ } trouble, _) => ("Refused", trouble),
        _ when withheld is not null => ("WeightZero", withheld),
        (_, { Rollout: { } rollout }) => ("RollingOut", $"{workload} is in the middle of its own rollout ({rollout})"),
        _ => ("Publishable", $"{ready} of {workload!.Desired} pods ready"),
    };
}
