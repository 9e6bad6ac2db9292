using Slipway.Workloads;

namespace Slipway.Policies;

/// <summary>Which rules of a policy are about a service.</summary>
public static class ServiceMatching
{
    /// <summary>Everything given is met. Labels are met by a service of which one pod has them all: its pods share a template, and in an upgrade a floor must not lapse.</summary>
    public static bool Covers(this ServiceMatch? match, ServiceSeen service, Workload workload) => match is null
        || ((match.Namespaces ?? [workload.Key.Namespace]).Contains(workload.Key.Namespace)
            && (match.Services ?? [service.Name]).Contains(service.Name)
            && (match.PodLabels is not { Count: > 0 } labels || service.Pods.Any(pod => labels.All(label => pod.Pod.Labels.TryGetValue(label.Key, out var value) && value == label.Value))));
}
