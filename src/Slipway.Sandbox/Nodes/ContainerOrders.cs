using System.Text.Json;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>What a container is told at one moment.</summary>
/// <param name="Name">Whose orders they are.</param>
/// <param name="Image">What it is to run.</param>
/// <param name="RestartPolicy">The pod's.</param>
/// <param name="Behaviour">How it is made to behave.</param>
/// <param name="Stop">How long stopping it takes, its preStop hook's sleep included and the grace period at most.</param>
/// <param name="Now">The moment.</param>
sealed record ContainerOrders(string Name, string Image, string RestartPolicy, PodBehaviour Behaviour, TimeSpan Stop, DateTimeOffset Now)
{
    public bool CanPull => Behaviour.Failing != Failing.ImagePullBackOff && !ImageName.Parse(Image).IsMissing;

    /// <summary>Those of every container of a pod.</summary>
    public static ContainerOrders[] Of(JsonElement pod, PodBehaviour behaviour, DateTimeOffset now)
    {
        var restartPolicy = pod.Text("spec", "restartPolicy") ?? "Always";
        var grace = TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);
        return Array.ConvertAll(
            pod.Items("spec", "containers"),
            container => new ContainerOrders(container.Text("name")!, container.Text("image") ?? "", restartPolicy, behaviour, StopOf(container, behaviour, grace), now));
    }

    static TimeSpan StopOf(JsonElement container, PodBehaviour behaviour, TimeSpan grace)
    {
        var needed = behaviour.Stop + TimeSpan.FromSeconds(container.Number("lifecycle", "preStop", "sleep", "seconds") ?? 0);
        return needed < grace ? needed : grace;
    }
}
