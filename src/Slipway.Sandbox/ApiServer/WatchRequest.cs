using System.Globalization;
using System.Runtime.InteropServices;
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

    readonly Selectors _selectors = Selectors.Parse(target.Kind, request["labelSelector"], request["fieldSelector"]);
    readonly bool _asTable = Accepts.Table(request);
    readonly bool _bookmarks = request.Has("allowWatchBookmarks");
    bool _columnsSent;

    public ApiResponse Answer()
    {
        long? from = null;
        if (request["resourceVersion"] is { } text and not "0")
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) throw StatusException.BadRequest($"Invalid value: \"{text}\": resourceVersion must be an integer");
            if (version < objects.Store.Compacted) throw StatusException.Expired($"too old resource version: {version} ({objects.Store.Compacted})");
            from = version;
        }

        return new ApiResponse.Stream("application/json", sink => Open(sink, from));
    }

    IDisposable Open(ILineSink sink, long? from)
    {
        var ends = new List<IDisposable>();
        lock (objects.Store.Gate)
        {
            var initial = from is null || request.Has("sendInitialEvents");
            if (initial)
            {
                foreach (var found in objects.List(target.Type, target.Namespace).Where(_selectors.Matches)) Send(sink, "ADDED", found.Json);
                if (request.Has("sendInitialEvents") && _bookmarks) SendBookmark(sink, initialEventsEnd: true);
            }

            var watch = objects.Store.Watch(target.Type, initial ? objects.Store.Version : from!.Value, change => Tell(sink, change));
            if (watch is null)
            {
                sink.Write(Line("ERROR", StatusException.Expired($"too old resource version: {from} ({objects.Store.Compacted})").ToStatus()));
                sink.End();
                return new Ending(ends);
            }

            ends.Add(watch);
        }

        if (_bookmarks) ends.Add(time.CreateTimer(_ => Bookmark(sink), null, BookmarkEvery, BookmarkEvery));
        if (int.TryParse(request["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
        {
            ends.Add(time.CreateTimer(_ => sink.End(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan));
        }

        return new Ending(ends);
    }

    /// <summary>A change of labels can bring an object into the selection, or take it out.</summary>
    void Tell(ILineSink sink, ObjectChange change)
    {
        if (target.Namespace.Length > 0 && change.Object.Key.Namespace != target.Namespace) return;
        if (target.Name is { } name && change.Object.Key.Name != name) return;
        var was = change.Old is { } old && _selectors.Matches(old);
        var isNow = change.New is { } now && _selectors.Matches(now);
        switch (was, isNow)
        {
            case (false, true):
                Send(sink, "ADDED", change.New!.Json);
                break;
            case (true, true):
                Send(sink, "MODIFIED", change.New!.Json);
                break;
            case (true, false) when change.New is null:
                Send(sink, "DELETED", change.Old!.Json);
                break;
            case (true, false):
                Send(sink, "DELETED", LastSeen(change));
                break;
        }
    }

    /// <summary>An object that leaves the selection is shown as it was, at the version of its leaving.</summary>
    static JsonElement LastSeen(ObjectChange change)
    {
        var last = change.Old!.Edit();
        last["metadata"]!["resourceVersion"] = change.Version.ToString(CultureInfo.InvariantCulture);
        return last.ToElement();
    }

    void Bookmark(ILineSink sink)
    {
        lock (objects.Store.Gate) SendBookmark(sink, initialEventsEnd: false);
    }

    void SendBookmark(ILineSink sink, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = objects.Store.Version.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        sink.Write(Line("BOOKMARK", new JsonObject { ["kind"] = target.Type.Kind, ["apiVersion"] = target.Type.ApiVersion, ["metadata"] = metadata }));
    }

    void Send(ILineSink sink, string type, JsonElement json)
    {
        if (!_asTable)
        {
            sink.Write(Line(type, JsonMarshal.GetRawUtf8Value(json)));
            return;
        }

        var metadata = new JsonObject { ["resourceVersion"] = json.At("metadata", "resourceVersion").Text() };
        sink.Write(Line(type, TableDocument.Render(target.Kind, [json], time.GetUtcNow(), metadata, withColumns: !_columnsSent, request["includeObject"] ?? "Metadata")));
        _columnsSent = true;
    }

    static byte[] Line(string type, JsonNode body) => Line(type, JsonSerializer.SerializeToUtf8Bytes(body, StorageJson.Default.JsonNode));

    static byte[] Line(string type, ReadOnlySpan<byte> body)
    {
        var head = System.Text.Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":");
        var line = new byte[head.Length + body.Length + 2];
        head.CopyTo(line, 0);
        body.CopyTo(line.AsSpan(head.Length));
        line[^2] = (byte)'}';
        line[^1] = (byte)'\n';
        return line;
    }

    sealed class Ending(List<IDisposable> ends) : IDisposable
    {
        public void Dispose()
        {
            foreach (var end in ends) end.Dispose();
        }
    }
}
