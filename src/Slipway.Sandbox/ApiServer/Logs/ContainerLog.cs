using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Slipway.Sandbox.ApiServer.Logs;

/// <summary>One line of a log.</summary>
readonly record struct LogLine(DateTimeOffset Time, string Text);

/// <summary>What a make-believe container says: that it started, and whether it serves. It follows from the pod's status alone.</summary>
/// <param name="Run">Tells one run of the container from the next; null before the first.</param>
/// <param name="Lines">Its lines so far.</param>
/// <param name="IsRunning">More lines may come.</param>
sealed record ContainerLog(string? Run, IReadOnlyList<LogLine> Lines, bool IsRunning)
{
    public static ContainerLog Of(JsonElement pod, string container)
    {
        var status = Status(pod, container);
        var name = $"{pod.At("metadata", "name").Text()} {container}";
        if (status.At("state", "terminated") is { ValueKind: JsonValueKind.Object } terminated) return Ended(terminated, name);
        if (Time(status.At("state", "running", "startedAt")) is not { } started) return new(null, [], IsRunning: true);
        var lines = new List<LogLine> { new(started, $"{name} started (restart {status.At("restartCount").Number() ?? 0})") };
        var condition = pod.At("status", "conditions").Items().FirstOrDefault(found => found.At("type").Text() == "ContainersReady");
        var changed = Time(condition.At("lastTransitionTime")) is { } time && time > started ? time : started;
        lines.Add(new(changed, $"{name} {(status.At("ready").IsTrue() ? "serves" : "is not ready")}"));
        return new(status.At("containerID").Text(), lines, IsRunning: true);
    }

    /// <summary>The log of the run before this one; null if there was none.</summary>
    public static ContainerLog? Previous(JsonElement pod, string container) =>
        Status(pod, container).At("lastState", "terminated") is { ValueKind: JsonValueKind.Object } last ? Ended(last, $"{pod.At("metadata", "name").Text()} {container}") : null;

    public static string? WaitingFor(JsonElement pod, string container) => Status(pod, container) is var status
        && status.At("state", "running").ValueKind != JsonValueKind.Object && status.At("state", "terminated").ValueKind != JsonValueKind.Object
        ? status.At("state", "waiting", "reason").Text() ?? "ContainerCreating" : null;

    static ContainerLog Ended(JsonElement terminated, string name)
    {
        var (started, finished) = (Time(terminated.At("startedAt")) ?? default, Time(terminated.At("finishedAt")) ?? default);
        return new(terminated.At("containerID").Text(), [new(started, $"{name} started"), new(finished, $"{name} ended with exit code {terminated.At("exitCode").Number() ?? 0}")], IsRunning: false);
    }

    static JsonElement Status(JsonElement pod, string container) => pod.At("status", "containerStatuses").Items().FirstOrDefault(found => found.At("name").Text() == container);

    static DateTimeOffset? Time(JsonElement json) => DateTimeOffset.TryParse(json.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}

/// <summary>Which lines a reader wants, and how (<c>sinceSeconds</c>, <c>sinceTime</c>, <c>tailLines</c>, <c>timestamps</c>).</summary>
sealed record LogFilter(DateTimeOffset? Since, int? Tail, bool WithTimes)
{
    public static LogFilter Of(ApiRequest request, DateTimeOffset now) => new(
        Number(request, "sinceSeconds") is { } seconds ? now.AddSeconds(-seconds)
            : request["sinceTime"] is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw StatusException.BadRequest($"sinceTime is \"{text}\"; an RFC 3339 time is allowed"),
        Number(request, "tailLines"),
        request.Has("timestamps"));

    public IEnumerable<LogLine> Select(IReadOnlyList<LogLine> lines)
    {
        var recent = lines.Where(line => Since is null || line.Time >= Since).ToList();
        return Tail is { } tail ? recent.Skip(recent.Count - tail) : recent;
    }

    public byte[] Write(IEnumerable<LogLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (WithTimes) text.Append(line.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z", CultureInfo.InvariantCulture)).Append(' ');
            text.Append(line.Text).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static int? Number(ApiRequest request, string name) => request[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw StatusException.BadRequest($"{name} is \"{text}\"; a whole number of at least 0 is allowed");
}
