using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>
/// Tells what the scheduler does, as Events of the form that client-go's <c>tools/events</c> writes by way of <c>events.k8s.io</c>: a time to
/// the microsecond and an action in place of source, count and first and last time, and a series once it happens again.
/// </summary>
sealed class SeriesRecorder(EventSink sink, string component)
{
    // client-go: finishTime.
    static readonly TimeSpan endsAfter = TimeSpan.FromMinutes(6);

    readonly Recent<EventKey, Series> told = new();

    /// <summary>The recorder of a component; null where Events are not recorded, so that <c>?.</c> computes nothing there.</summary>
    public static SeriesRecorder? Of(ClusterView view, string component) => view.Events is { } sink ? new(sink, component) : null;

    public void Normal(EventSubject about, string reason, string action, string message) => Tell(about, "Normal", reason, action, message);

    public void Warning(EventSubject about, string reason, string action, string message) => Tell(about, "Warning", reason, action, message);

    void Tell(EventSubject about, string type, string reason, string action, string message)
    {
        var key = new EventKey(about.Object.Uid, about.FieldPath, type, reason, message);
        var series = told.TryGet(key, out var before) && sink.Now - before.Last <= endsAfter
            ? before with { Count = before.Count + 1, Last = sink.Now }
            : new(sink.NewName(about), sink.Now, 1, sink.Now);
        told.Put(key, series);
        var body = new JsonObject
        {
            ["apiVersion"] = Kinds.Events.ApiVersion,
            ["kind"] = Kinds.Events.Kind,
            ["involvedObject"] = about.ToReference(),
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject(),
            ["firstTimestamp"] = null,
            ["lastTimestamp"] = null,
            ["type"] = type,
            ["eventTime"] = Micro(series.First),
            ["action"] = action,
            ["reportingComponent"] = component,
            ["reportingInstance"] = $"{component}-sandbox",
        };
        if (series.Count > 1) body["series"] = new JsonObject { ["count"] = series.Count, ["lastObservedTime"] = Micro(series.Last) };
        sink.Write(about, series.Name, body);
    }

    /// <summary>As <c>metav1.MicroTime</c> is written.</summary>
    static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    sealed record Series(string Name, DateTimeOffset First, int Count, DateTimeOffset Last);
}
