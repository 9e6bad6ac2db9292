using System.Text;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Web.Live;

/// <summary>One thing that was said about a pod.</summary>
public sealed record PodEvent(string Reason, string Message, bool IsWarning, DateTimeOffset? At);

/// <summary>What the cluster and the pod itself say, asked with the person's own rights when the person asks.</summary>
public static class PodEvents
{
    const int Most = 50;
    const int LogBytes = 64 * 1024;

    public static async Task<IReadOnlyList<PodEvent>> OfAsync(KubernetesApi api, ObjectKey pod, CancellationToken cancellation)
    {
        var found = await api.ListAsync(Kinds.Events, pod.Namespace, new(FieldSelector: $"involvedObject.kind=Pod,involvedObject.name={pod.Name}"), AccessReviews.Json, cancellation);
        return [.. found.Select(Read).OrderByDescending(told => told.At).Take(Most)];
    }

    /// <summary>The last lines of the first container.</summary>
    public static async Task<string> LogAsync(KubernetesApi api, ObjectKey pod, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, api.At($"{Kinds.Pods.ObjectPath(pod, "log")}?tailLines=200&limitBytes={LogBytes}"));
        using var response = await api.SendAsync(request, "get", "pods/log", cancellation);
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    static PodEvent Read(JsonObject json) => new(
        json["reason"]?.ToString() ?? "",
        json["message"]?.ToString() ?? "",
        json["type"]?.ToString() == "Warning",
        Time(json["series"]?["lastObservedTime"]) ?? Time(json["lastTimestamp"]) ?? Time(json["eventTime"]) ?? Time(json["metadata"]?["creationTimestamp"]));

    static DateTimeOffset? Time(JsonNode? node) => DateTimeOffset.TryParse(node?.ToString(), out var time) ? time : null;
}
