using System.Diagnostics;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operations;

/// <summary>Restart in place: the same pod, every chosen container started anew, ready again.</summary>
public static class Restart
{
    public static PodProgress Progress(PodWork work, RestartMethod method, IReadOnlyList<string> chosen)
    {
        if (work.Seen is not { Pod: var pod }) return new PodProgress.Lost($"Pod {work.Frozen.Name} (UID {work.Frozen.Uid}) was deleted while it was to be restarted");
        var containers = Chosen(pod, chosen);
        var started = containers.Count(container => HasStartedAnew(container, work.Result));
        if (started == containers.Count)
        {
            return pod.Works ? new PodProgress.Ready(Replace.Token(pod)) : new PodProgress.Applying($"restarted; {PodTrouble.Of(pod)}");
        }

        if (work.RecreateRequest is { Completed: true, Failure: { } failure } request) return new PodProgress.Lost($"ContainerRecreateRequest {request.Name}: {failure}");
        var applied = work.ActedOn || work.RecreateRequest is not null || (method == RestartMethod.ImageReference && containers.Any(container => IsRespelled(container, work.Result)));
        return applied
            ? new PodProgress.Applying($"{started} of {containers.Count} containers have started anew")
            : pod.Terminating
                ? new PodProgress.Lost($"Pod {pod.Name} is terminating and cannot be restarted")
                : new PodProgress.Untouched();
    }

    /// <summary>The act, or a sentence saying why this pod cannot be restarted this way.</summary>
    public static (TicketChange.PodChange? Change, string? Refusal) Act(PodWork work, string requestName, RestartMethod method, IReadOnlyList<string> chosen, int deadlineSeconds)
    {
        var pod = work.Seen!.Pod;
        if (method == RestartMethod.ContainerRecreateRequest)
        {
            return (new TicketChange.RequestRecreate(work.Key, pod.Uid, requestName, [.. Chosen(pod, chosen).Select(container => container.Name)], deadlineSeconds), null);
        }

        if (method != RestartMethod.ImageReference) throw new UnreachableException();
        var images = new List<ImageChange>();
        for (var index = 0; index < pod.Containers.Count; index++)
        {
            var container = pod.Containers[index];
            if (!IsChosen(container, chosen) || HasStartedAnew(container, work.Result)) continue;
            var (image, refusal) = ImageSpelling.Other(container);
            if (image is null) return (null, $"Pod {pod.Name}: {refusal}");
            images.Add(new(index, container.Name, container.Image, image));
        }

        return (new TicketChange.RestartInPlace(work.Key, pod.Uid, images), null);
    }

    /// <summary>Why a pod cannot be restarted by a method; null when it can.</summary>
    public static string? Refusal(Pod pod, RestartMethod method, IReadOnlyList<string> chosen)
    {
        var missing = chosen.FirstOrDefault(name => pod.Containers.All(container => container.Name != name));
        if (missing is not null) return $"Pod {pod.Name} has no container {missing}; it has {string.Join(", ", pod.Containers.Select(container => container.Name))}";
        if (method != RestartMethod.ImageReference) return null;
        var refusal = Chosen(pod, chosen).Select(container => ImageSpelling.Other(container).Refusal).FirstOrDefault(reason => reason is not null);
        return refusal is null ? null : $"Pod {pod.Name}: {refusal}";
    }

    public static IReadOnlyList<ContainerBaseline> Baseline(Pod pod) =>
    [
        .. pod.Containers.Select(container => new ContainerBaseline
        {
            Name = container.Name,
            ContainerId = container.Id?.ToString(),
            Restarts = container.Restarts,
            Image = container.Image,
        }),
    ];

    static IReadOnlyList<Container> Chosen(Pod pod, IReadOnlyList<string> chosen) => chosen.Count == 0 ? pod.Containers : [.. pod.Containers.Where(container => IsChosen(container, chosen))];

    static bool IsChosen(Container container, IReadOnlyList<string> chosen) => chosen.Count == 0 || chosen.Contains(container.Name);

    static bool HasStartedAnew(Container container, PodResult result) =>
        container.Id is { } id && Before(container, result) is { } before && before.ContainerId != id.ToString();

    static bool IsRespelled(Container container, PodResult result) => Before(container, result) is { } before && before.Image != container.Image;

    static ContainerBaseline? Before(Container container, PodResult result)
    {
        foreach (var baseline in result.Baseline ?? [])
        {
            if (baseline.Name == container.Name) return baseline;
        }

        return null;
    }
}
