using System.Globalization;
using System.Text.Json;

namespace Slipway.Sandbox.Workloads.StatefulSets;

/// <summary>A StatefulSet, its two revisions and its pods by ordinal at one moment.</summary>
sealed class StatefulSetObservation(SelectingObject set, string currentRevision, string updateRevision, IEnumerable<PodFacts> pods, DateTimeOffset now)
{
    readonly SortedDictionary<int, PodFacts> byOrdinal = new(pods.Where(pod => Ordinal(set, pod.Key.Name) is not null).ToDictionary(pod => Ordinal(set, pod.Key.Name)!.Value));

    public SelectingObject Set { get; } = set;
    public string CurrentRevision { get; } = currentRevision;
    public string UpdateRevision { get; } = updateRevision;
    public int First => Json.Number("spec", "ordinals", "start") ?? 0;
    public int End => First + Set.Replicas;
    public bool IsParallel => Json.Text("spec", "podManagementPolicy") == "Parallel";
    public bool IsRollingUpdate => Json.Text("spec", "updateStrategy", "type") is null or "RollingUpdate";
    public int Partition => Json.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
    public int MinReadySeconds => Json.Number("spec", "minReadySeconds") ?? 0;
    public IReadOnlyCollection<PodFacts> Pods => byOrdinal.Values;
    public DateTimeOffset Now { get; } = now;
    JsonElement Json => Set.Json;

    public PodFacts? this[int ordinal] => byOrdinal.GetValueOrDefault(ordinal);

    /// <summary>Pods outside the ordinals wanted, the highest first.</summary>
    public IEnumerable<PodFacts> Condemned => byOrdinal.Where(pod => pod.Key < First || pod.Key >= End).Select(pod => pod.Value).Reverse();

    public static bool IsHealthy(PodFacts pod) => pod is { Phase: "Running", IsReady: true, IsDeleting: false };

    public bool IsAvailable(PodFacts pod) => IsHealthy(pod) && pod.IsAvailable(MinReadySeconds, Now);

    public static string? RevisionOf(PodFacts pod) => pod.Labels.GetValueOrDefault(PodTemplate.RevisionLabel);

    /// <summary>The ordinal in a pod's name, if the name is one of the set's.</summary>
    public static int? Ordinal(SelectingObject set, string podName)
    {
        var prefix = $"{set.Key.Name}-";
        return podName.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(podName.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
    }
}
