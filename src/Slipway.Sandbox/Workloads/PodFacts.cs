using System.Globalization;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>What controllers ask of a pod again and again, read once a version.</summary>
sealed class PodFacts : IOwned
{
    public PodFacts(StoredObject stored)
    {
        Stored = stored;
        Controller = ControllerRef.Of(Json);
        NodeName = Json.Text("spec", "nodeName");
        Phase = Json.Text("status", "phase") ?? "Pending";
        IsDeleting = Json.IsDeleting;
        var ready = Json.Condition("Ready");
        IsReady = ready.At("status").Reads("True");
        ReadySince = IsReady ? ready.Instant("lastTransitionTime") : null;
        Created = Json.Instant("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
        Restarts = Json.Items("status", "containerStatuses").Select(status => status.Number("restartCount") ?? 0).DefaultIfEmpty().Max();
        var cost = Json.Text("metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost");
        DeletionCost = int.TryParse(cost, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    public StoredObject Stored { get; }
    public ControllerRef? Controller { get; }
    public string? NodeName { get; }
    public string Phase { get; }
    public bool IsDeleting { get; }
    public bool IsReady { get; }
    public DateTimeOffset? ReadySince { get; }
    public DateTimeOffset Created { get; }
    public int Restarts { get; }
    public int DeletionCost { get; }

    public ObjectKey Key => Stored.Key;
    public string Uid => Stored.Uid;
    public JsonElement Json => Stored.Json;
    public IReadOnlyDictionary<string, string> Labels => Stored.Labels;
    public bool IsFinished => Phase is "Succeeded" or "Failed";
    public bool IsActive => !IsFinished && !IsDeleting;

    /// <summary>When a ready pod counts as available, given how long it has to stay ready.</summary>
    public DateTimeOffset? AvailableFrom(int minReadySeconds) => ReadySince?.AddSeconds(minReadySeconds);

    public bool IsAvailable(int minReadySeconds, DateTimeOffset now) => IsReady && (minReadySeconds == 0 || AvailableFrom(minReadySeconds) <= now);
}
