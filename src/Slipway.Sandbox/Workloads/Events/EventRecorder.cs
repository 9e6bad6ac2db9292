using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>Tells what a controller or a kubelet does, as Events of the form that client-go's <c>tools/record</c> writes.</summary>
sealed class EventRecorder(EventSink sink, string component, string host = "")
{
    readonly EventCorrelator correlator = new();

    /// <summary>The recorder of a component; null where Events are not recorded, so that <c>?.</c> computes nothing there.</summary>
    public static EventRecorder? Of(ClusterView view, string component) => view.Events is { } sink ? new(sink, component) : null;

    public void Normal(EventSubject about, string reason, string message) => Tell(about, "Normal", reason, message);

    public void Warning(EventSubject about, string reason, string message) => Tell(about, "Warning", reason, message);

    void Tell(EventSubject about, string type, string reason, string message)
    {
        if (correlator.Count(new(about.Object.Uid, about.FieldPath, type, reason, message), sink.Now, () => sink.NewName(about)) is { } tally) sink.Write(about, tally.Name, Body(about, type, reason, tally));
    }

    JsonObject Body(EventSubject about, string type, string reason, EventTally tally)
    {
        var source = new JsonObject { ["component"] = component };
        if (host.Length > 0) source["host"] = host;
        return new()
        {
            ["apiVersion"] = Kinds.Events.ApiVersion,
            ["kind"] = Kinds.Events.Kind,
            ["involvedObject"] = about.ToReference(),
            ["reason"] = reason,
            ["message"] = tally.Message,
            ["source"] = source,
            ["firstTimestamp"] = tally.First.Stamp(),
            ["lastTimestamp"] = sink.Now.Stamp(),
            ["count"] = tally.Count,
            ["type"] = type,
            ["eventTime"] = null,
            ["reportingComponent"] = component,
            ["reportingInstance"] = host,
        };
    }
}
