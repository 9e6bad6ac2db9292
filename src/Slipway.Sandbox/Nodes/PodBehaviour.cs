using System.Globalization;
using System.Text.Json;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>How a pod is made to fail.</summary>
enum Failing { No, CrashLoop, NeverReady, ImagePullBackOff }

/// <summary>How a make-believe pod behaves, as its <c>sandbox.slipway.dev/…</c> annotations say. What cannot be read counts as not said.</summary>
/// <param name="Start">From assignment, or from the end of the container before, until a container runs.</param>
/// <param name="Ready">From running to ready.</param>
/// <param name="Stop">From the signal to stop until a container has stopped; what its preStop hook sleeps comes before.</param>
/// <param name="Failing">In which way it fails, if it does.</param>
/// <param name="FlapAfter">A ready container turns unready after so long, is ready again after <paramref name="Ready"/>, and so on.</param>
sealed record PodBehaviour(TimeSpan Start, TimeSpan Ready, TimeSpan Stop, Failing Failing, TimeSpan? FlapAfter)
{
    const string prefix = "sandbox.slipway.dev/";

    public static PodBehaviour Of(JsonElement pod)
    {
        var annotations = pod.At("metadata", "annotations");
        return new(
            Seconds(annotations, $"{prefix}start-seconds") ?? TimeSpan.FromSeconds(1),
            Seconds(annotations, $"{prefix}ready-seconds") ?? TimeSpan.FromSeconds(2),
            Seconds(annotations, $"{prefix}stop-seconds") ?? TimeSpan.FromSeconds(1),
            Enum.TryParse<Failing>(annotations.Text($"{prefix}fail"), out var failing) ? failing : Failing.No,
            Seconds(annotations, $"{prefix}flap-after-seconds"));
    }

    static TimeSpan? Seconds(JsonElement annotations, string name) =>
        double.TryParse(annotations.Text(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= int.MaxValue
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
