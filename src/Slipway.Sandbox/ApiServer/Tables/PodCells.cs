using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Tables;

/// <summary>What <c>kubectl get pods</c> prints, as the real server computes it.</summary>
static class PodCells
{
    public static IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "string", static (pod, _) => $"{Statuses(pod).Count(status => status.At("ready").IsTrue())}/{pod.At("spec", "containers").Items().Count()}"),
        new("Status", "string", static (pod, _) => Status(pod)),
        new("Restarts", "string", Restarts),
        TableColumn.Age,
        new("IP", "string", static (pod, _) => pod.At("status", "podIP").Text() ?? "<none>", 1),
        new("Node", "string", static (pod, _) => pod.At("spec", "nodeName").Text() ?? "<none>", 1),
        new("Nominated Node", "string", static (pod, _) => pod.At("status", "nominatedNodeName").Text() ?? "<none>", 1),
        new("Readiness Gates", "string", static (pod, _) => ReadinessGates(pod), 1),
    ];

    static IEnumerable<JsonElement> Statuses(JsonElement pod) => pod.At("status", "containerStatuses").Items();

    static JsonNode Restarts(JsonElement pod, DateTimeOffset now)
    {
        var count = Statuses(pod).Sum(status => status.At("restartCount").Number() ?? 0);
        var last = Statuses(pod).Select(status => status.At("lastState", "terminated", "finishedAt")).Where(at => at.ValueKind == JsonValueKind.String).OrderBy(at => at.GetString()).LastOrDefault();
        return count > 0 && last.ValueKind == JsonValueKind.String ? $"{count} ({Durations.Since(last, now)} ago)" : $"{count}";
    }

    static string Status(JsonElement pod)
    {
        if (pod.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String) return "Terminating";
        var phase = pod.At("status", "reason").Text() ?? pod.At("status", "phase").Text() ?? "Unknown";
        foreach (var state in Statuses(pod).Reverse().Select(status => status.At("state")))
        {
            if (state.At("waiting", "reason").Text() is { Length: > 0 } waiting) return waiting;
            if (state.At("terminated", "reason").Text() is { Length: > 0 } terminated) return terminated;
            if (state.At("terminated").ValueKind == JsonValueKind.Object) return $"ExitCode:{state.At("terminated", "exitCode").Number() ?? 0}";
        }

        return phase;
    }

    static string ReadinessGates(JsonElement pod)
    {
        var gates = pod.At("spec", "readinessGates").Items().Select(gate => gate.At("conditionType").Text()).ToList();
        if (gates.Count == 0) return "<none>";
        var met = pod.At("status", "conditions").Items().Count(condition => gates.Contains(condition.At("type").Text()) && condition.At("status").Text() == "True");
        return $"{met}/{gates.Count}";
    }
}
