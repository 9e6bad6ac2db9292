namespace Slipway.Workloads;

/// <summary>Why a pod is not ready, in one clause a person can act on.</summary>
public static class PodTrouble
{
    public static string Of(Pod pod) => pod switch
    {
        { Unschedulable: { } reason } => $"it cannot be scheduled: {reason}",
        { Terminating: true } => "it is terminating",
        { Finished: true } => $"it has finished (phase {pod.Phase})",
        { Node: null } => "it waits for a node",
        _ when pod.Containers.FirstOrDefault(c => c.Waiting is not null and not ("ContainerCreating" or "PodInitializing")) is { Name: not null } container
            => $"container {container.Name} is in {container.Waiting} ({Restarts(container.Restarts)})",
        { Ready: true } => "it is ready",
        { Phase: "Pending" } => "its containers are starting",
        _ => "it is not ready",
    };

    static string Restarts(int count) => count == 1 ? "1 restart" : $"{count} restarts";
}
