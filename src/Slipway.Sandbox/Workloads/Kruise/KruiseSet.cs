using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads.ReplicaSets;

namespace Slipway.Sandbox.Workloads.Kruise;

/// <summary>One CloneSet or Advanced StatefulSet and its pods at one moment; what it does next. Pure.</summary>
sealed class KruiseSet(StoredObject stored, IReadOnlyList<PodFacts> pods, DateTimeOffset now)
{
    public const string Group = "apps.kruise.io";

    readonly IReadOnlyList<PodFacts> active = [.. pods.Where(pod => pod.IsActive)];

    public StoredObject Stored { get; } = stored;
    public bool IsCloneSet => Stored.Type.Kind == "CloneSet";
    public string Revision { get; } = $"{stored.Key.Name}-{PodTemplate.Hash(stored.Json.At("spec", "template"))}";
    JsonElement Json => Stored.Json;
    int Replicas => Json.Number("spec", "replicas") ?? 1;
    bool IsParallel => Json.Text("spec", "podManagementPolicy") == "Parallel";

    /// <summary>Pods to delete now.</summary>
    public IReadOnlyList<PodFacts> Surplus() => IsCloneSet ? SurplusClones() : SurplusOrdinals();

    /// <summary>Names of pods to create now; null lets the API server make one up.</summary>
    public IReadOnlyList<string?> Missing()
    {
        if (IsCloneSet) return [.. Enumerable.Repeat<string?>(null, Math.Max(0, Replicas - active.Count(pod => !Condemned.Contains(pod.Key.Name))))];
        var there = pods.Select(pod => pod.Key.Name).ToHashSet();
        var missing = Wanted().Select(NameOf).Where(name => !there.Contains(name)).ToList();
        return IsParallel ? [.. missing] : active.All(pod => pod.IsReady) ? [.. missing.Take(1)] : [];
    }

    /// <summary>Names on the list of pods to delete that are gone, and come off it.</summary>
    public IReadOnlyList<string> Deleted => [.. Condemned.Where(name => pods.All(pod => pod.Key.Name != name))];

    public JsonObject SpecWithout(IReadOnlyList<string> names)
    {
        var copy = Stored.Copy();
        copy.Child("spec").Child("scaleStrategy")["podsToDelete"] = new JsonArray([.. Condemned.Except(names).Select(name => JsonValue.Create(name))]);
        return copy;
    }

    public JsonObject Status()
    {
        var newest = active.Where(pod => pod.Labels.GetValueOrDefault(PodTemplate.RevisionLabel) == Revision).ToList();
        var updated = newest.Count;
        var ready = active.Count(pod => pod.IsReady);
        var status = new JsonObject
        {
            ["observedGeneration"] = Json.Generation,
            ["replicas"] = active.Count,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
            ["updatedReplicas"] = updated,
            ["updatedReadyReplicas"] = newest.Count(pod => pod.IsReady),
            ["currentRevision"] = updated == active.Count ? Revision : Json.Text("status", "currentRevision") ?? Revision,
            ["updateRevision"] = Revision,
            ["labelSelector"] = string.Join(',', Json.Words("spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}")),
        };
        if (IsCloneSet) status["expectedUpdatedReplicas"] = Replicas;
        else status["currentReplicas"] = updated == active.Count ? updated : active.Count - updated;
        return status;
    }

    HashSet<string> Condemned => IsCloneSet ? [.. Json.Items("spec", "scaleStrategy", "podsToDelete").Select(name => name.ToString())] : [];

    /// <summary>Those named go first, whatever the number; ordinary scale-in waits until none of them is left.</summary>
    IReadOnlyList<PodFacts> SurplusClones()
    {
        var named = active.Where(pod => Condemned.Contains(pod.Key.Name)).ToList();
        if (named.Count > 0 || pods.Any(pod => pod.IsDeleting && Condemned.Contains(pod.Key.Name))) return named;
        return [.. active.Order(new DeletionOrder(new Dictionary<string, int>(), now)).Take(Math.Max(0, active.Count - Replicas))];
    }

    IReadOnlyList<PodFacts> SurplusOrdinals()
    {
        var wanted = Wanted().Select(NameOf).ToHashSet();
        var surplus = active.Where(pod => !wanted.Contains(pod.Key.Name)).OrderByDescending(OrdinalOf).ToList();
        return IsParallel ? surplus : [.. surplus.Take(pods.Any(pod => pod.IsDeleting) ? 0 : 1)];
    }

    IEnumerable<int> Wanted()
    {
        var reserved = Json.Items("spec", "reserveOrdinals").Select(Range).ToArray();
        var first = Json.Number("spec", "ordinals", "start") ?? 0;
        return Enumerable.Range(first, int.MaxValue - first).Where(ordinal => !Array.Exists(reserved, range => range.From <= ordinal && ordinal <= range.To)).Take(Replicas);
    }

    static (int From, int To) Range(JsonElement reserved)
    {
        var ends = reserved.ToString().Split('-');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) ? (from, to) : (-1, -2);
    }

    string NameOf(int ordinal) => $"{Stored.Key.Name}-{ordinal.ToString(CultureInfo.InvariantCulture)}";

    static int OrdinalOf(PodFacts pod) => int.TryParse(pod.Key.Name.AsSpan(pod.Key.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;
}
