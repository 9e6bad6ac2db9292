using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Traffic;

namespace Slipway.Operator.Traffic;

/// <summary>Carries out changes of traffic on pods: one write each, guarded by UID and resource version.</summary>
static class TrafficPatches
{
    public static async Task<string?> SendAsync(KubernetesApi api, TicketChange.TakeOutOfTraffic change, CancellationToken cancellation)
    {
        if (change.Gate is { } holds) return await SetGateAsync(api, change.Pod, Guard(change.Uid, change.ResourceVersion), holds, change.At, cancellation);
        var mark = change.Labels!;
        var metadata = Guard(change.Uid, change.ResourceVersion);
        metadata["labels"] = new JsonObject(mark.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)null)));
        metadata["annotations"] = new JsonObject { [Names.TrafficMark] = TrafficMarks.OfLabels(mark) };
        return await MergeAsync(api, change.Pod, metadata, cancellation);
    }

    public static async Task<string?> SendAsync(KubernetesApi api, TicketChange.PutBackInTraffic change, CancellationToken cancellation)
    {
        string? version = null;
        if (change.Gate is { } holds) version = await SetGateAsync(api, change.Pod, Guard(change.Uid, change.ResourceVersion), holds, change.At, cancellation);
        if (change.Labels is not { } mark) return version;
        var metadata = Guard(change.Uid, version ?? change.ResourceVersion);
        var isLast = mark.Holds.Count == 0;
        if (isLast) metadata["labels"] = new JsonObject(mark.Labels.Where(label => !change.Present.Contains(label.Key)).Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        metadata["annotations"] = new JsonObject { [Names.TrafficMark] = isLast ? null : TrafficMarks.OfLabels(mark) };
        return await MergeAsync(api, change.Pod, metadata, cancellation);
    }

    /// <summary>The gate's condition: closed while somebody holds it.</summary>
    public static async Task<string?> SetGateAsync(KubernetesApi api, ObjectKey pod, JsonObject metadata, IReadOnlyList<TrafficHold> holds, DateTimeOffset now, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = metadata,
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = Names.TrafficGate,
                    ["status"] = holds.Count == 0 ? "True" : "False",
                    ["reason"] = holds.Count == 0 ? "InTraffic" : "OutOfTraffic",
                    ["message"] = holds.Count == 0 ? "" : TrafficMarks.OfGate(holds),
                    ["lastTransitionTime"] = now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                }),
            },
        };
        return (await api.PatchAsync(Kinds.Pods, pod, Patch.Strategic(patch.ToJsonString()), "status", cancellation)).ResourceVersion;
    }

    public static JsonObject Guard(string uid, string resourceVersion) => new() { ["uid"] = uid, ["resourceVersion"] = resourceVersion };

    static async Task<string?> MergeAsync(KubernetesApi api, ObjectKey pod, JsonObject metadata, CancellationToken cancellation) =>
        (await api.PatchAsync(Kinds.Pods, pod, Patch.Merge(new JsonObject { ["metadata"] = metadata }.ToJsonString()), null, cancellation)).ResourceVersion;
}
