using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer.Logs;

/// <summary><c>GET …/log</c>: what a container said, and with <c>follow</c> what it goes on to say until it ends.</summary>
sealed class LogRequest(Objects objects, TimeProvider time, ApiRequest request, StoredObject pod)
{
    readonly string _container = ContainerNames.Choose(pod, request["container"]);
    readonly LogFilter _filter = LogFilter.Of(request, time.GetUtcNow());

    public ApiResponse Answer()
    {
        if (request.Has("previous"))
        {
            var previous = ContainerLog.Previous(pod.Json, _container) ?? throw StatusException.BadRequest($"previous terminated container \"{_container}\" in pod \"{pod.Name}\" not found");
            return Whole(previous);
        }

        if (ContainerLog.WaitingFor(pod.Json, _container) is { } reason) throw StatusException.BadRequest($"container \"{_container}\" in pod \"{pod.Name}\" is waiting to start: {reason}");
        return request.Has("follow") ? new ApiResponse.Stream("text/plain", Follow) : Whole(ContainerLog.Of(pod.Json, _container));
    }

    ApiResponse.Whole Whole(ContainerLog log) => new(200, "text/plain", _filter.Write(_filter.Select(log.Lines)));

    IDisposable Follow(ILineSink sink)
    {
        ContainerLog? told = null;
        return objects.Watch(pod.Type, change =>
        {
            if (change.Object.Key != pod.Key) return;
            var now = change.New is { } changed && changed.Uid == pod.Uid ? ContainerLog.Of(changed.Json, _container) : null;
            if (told is null && now is not null) Write(sink, _filter.Select(now.Lines));
            else if (now is not null && now.Run == told?.Run) Write(sink, now.Lines.Except(told!.Lines));
            if (now is not { IsRunning: true } || (told is not null && now.Run != told.Run)) sink.End();
            told = now ?? told;
        });
    }

    void Write(ILineSink sink, IEnumerable<LogLine> lines)
    {
        var bytes = _filter.Write(lines);
        if (bytes.Length > 0) sink.Write(bytes);
    }
}

/// <summary>Which container of a pod a request is about.</summary>
static class ContainerNames
{
    public static string Choose(StoredObject pod, string? named)
    {
        var containers = pod.Json.At("spec", "containers").Items().Select(container => container.At("name").Text()!).ToList();
        var name = named ?? (containers.Count == 1 ? containers[0]
            : throw StatusException.BadRequest($"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', containers)}]"));
        return containers.Contains(name) ? name : throw StatusException.BadRequest($"container {name} is not valid for pod {pod.Name}");
    }
}
