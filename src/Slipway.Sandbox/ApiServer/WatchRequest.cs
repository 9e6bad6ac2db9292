using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Tables;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>One watch: what is there, where asked for, and then every change that its selectors can tell (Kubernetes API concepts, "Efficient detection of changes").</summary>
sealed class WatchRequest(Objects objects, TimeProvider time, ApiRequest request, ApiTarget target)
{
    /// <summary>The API server's cache sends one about once a minute.</summary>
    static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(60);

    /// <summary>And one so long before the watch times out, so that the client can resume.</summary>
    static readonly TimeSpan BookmarkBeforeEnd = TimeSpan.FromSeconds(2);

    readonly ListParameters _asked = ListParameters.Read(request, target, isWatch: true, objects.Store);
    readonly ObjectForm _form = Accepts.Form(request) is var form and not ObjectForm.Yaml ? form : throw new StatusException(406, "NotAcceptable", "only the following media types are accepted: application/json");
    readonly string _includeObject = Accepts.IncludeObject(request);
    bool _columnsSent;

    public ApiResponse Answer()
    {
        if (_asked.Version > objects.Store.Version && _asked.SendsInitialEvents) throw StatusException.TooLargeVersion(_asked.Version.Value, objects.Store.Version);
        return new ApiResponse.Stream("application/json", Open);
    }

    IDisposable Open(ILineSink sink)
    {
        var ends = new List<IDisposable>();
        lock (objects.Store.Gate)
        {
            // Without a version, or at 0, a watch begins with what is there.
            var initial = _asked.Version is null or 0 || _asked.SendsInitialEvents;
            if (initial && (_asked.SendsInitialEvents || request["sendInitialEvents"] is null))
            {
                foreach (var found in objects.List(target.Type, target.Namespace).Where(_asked.Selectors.Matches)) Send(sink, "ADDED", found.Json);
                if (_asked is { SendsInitialEvents: true, AllowsBookmarks: true }) SendBookmark(sink, initialEventsEnd: true);
            }

            var watch = objects.Store.Watch(target.Type, initial ? objects.Store.Version : _asked.Version!.Value, change => Tell(sink, change));
            if (watch is null)
            {
                sink.Write(WatchLine.Write("ERROR", StatusException.Expired($"too old resource version: {_asked.Version} ({objects.Store.Compacted})").ToStatus()));
                sink.End();
                return new Ending(ends);
            }

            ends.Add(watch);
        }

        if (_asked.AllowsBookmarks) ends.Add(time.CreateTimer(_ => Bookmark(sink), null, FirstBookmark(), BookmarkEvery));
        if (_asked.Timeout is { } timeout) ends.Add(time.CreateTimer(_ => sink.End(), null, timeout, Timeout.InfiniteTimeSpan));
        return new Ending(ends);
    }

    TimeSpan FirstBookmark() => _asked.Timeout - BookmarkBeforeEnd is { } beforeEnd && beforeEnd > TimeSpan.Zero && beforeEnd < BookmarkEvery ? beforeEnd : BookmarkEvery;

    /// <summary>A change of labels can bring an object into the selection, or take it out.</summary>
    void Tell(ILineSink sink, ObjectChange change)
    {
        if (target.Namespace.Length > 0 && change.Object.Key.Namespace != target.Namespace) return;
        var was = change.Old is { } old && _asked.Selectors.Matches(old);
        var isNow = change.New is { } now && _asked.Selectors.Matches(now);
        switch (was, isNow)
        {
            case (false, true):
                Send(sink, "ADDED", change);
                break;
            case (true, true):
                Send(sink, "MODIFIED", change);
                break;
            case (true, false):
                Send(sink, "DELETED", change);
                break;
        }
    }

    void Send(ILineSink sink, string type, ObjectChange change)
    {
        if (_form == ObjectForm.Object && change.Object.Type == target.Type) sink.Write(change.Line(type));
        else Send(sink, type, type == "DELETED" ? change.Departed() : change.New!.Json);
    }

    void Send(ILineSink sink, string type, JsonElement stored)
    {
        var json = Served.As(stored, target.Type);
        sink.Write(_form switch
        {
            ObjectForm.Table => WatchLine.Write(type, Row(json)),
            ObjectForm.Metadata => WatchLine.Write(type, TableDocument.Metadata(json)),
            _ => WatchLine.Write(type, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json)),
        });
    }

    /// <summary>Only the first table of a watch carries the columns.</summary>
    JsonObject Row(JsonElement json)
    {
        var metadata = new JsonObject { ["resourceVersion"] = json.At("metadata", "resourceVersion").Text() };
        var table = TableDocument.Render(target.Kind, [json], time.GetUtcNow(), metadata, withColumns: !_columnsSent, _includeObject);
        _columnsSent = true;
        return table;
    }

    void Bookmark(ILineSink sink)
    {
        lock (objects.Store.Gate) SendBookmark(sink, initialEventsEnd: false);
    }

    void SendBookmark(ILineSink sink, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = objects.Store.Version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var body = new JsonObject { ["kind"] = target.Type.Kind, ["apiVersion"] = target.Type.ApiVersion, ["metadata"] = metadata };
        sink.Write(WatchLine.Write("BOOKMARK", _form switch
        {
            ObjectForm.Table => Row(body.ToElement()),
            ObjectForm.Metadata => TableDocument.Metadata(body.ToElement()),
            _ => body,
        }));
    }

    sealed class Ending(List<IDisposable> ends) : IDisposable
    {
        public void Dispose()
        {
            foreach (var end in ends) end.Dispose();
        }
    }
}
