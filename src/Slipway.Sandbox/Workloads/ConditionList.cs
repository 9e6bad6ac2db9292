using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads;

/// <summary>The conditions of a status, edited by type. The transition time moves only when the status does.</summary>
sealed class ConditionList(JsonElement json, DateTimeOffset now)
{
    readonly List<(string Type, JsonObject Body)> conditions = [.. json.Items("status", "conditions").Select(condition => (condition.Text("type") ?? "", JsonObject.Create(condition)!))];

    public JsonObject? Find(string type) => conditions.Find(condition => condition.Type == type).Body;

    public bool IsTrue(string type) => (string?)Find(type)?["status"] == "True";

    public string? Reason(string type) => (string?)Find(type)?["reason"];

    public ConditionList Remove(string type)
    {
        conditions.RemoveAll(condition => condition.Type == type);
        return this;
    }

    /// <summary>Sets a condition; empty reasons and messages are left out.</summary>
    public ConditionList Set(string type, bool status, string? reason = null, string? message = null) => Set(type, status ? "True" : "False", reason, message);

    public ConditionList Set(string type, string status, string? reason, string? message)
    {
        var condition = Find(type);
        if (condition is null) conditions.Add((type, condition = new JsonObject { ["type"] = type }));
        if ((string?)condition["status"] != status) condition["lastTransitionTime"] = now.Stamp();
        condition["status"] = status;
        Write(condition, "reason", reason);
        Write(condition, "message", message);
        return this;
    }

    public JsonArray ToArray() => [.. conditions.Select(condition => condition.Body)];

    static void Write(JsonObject condition, string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) condition.Remove(name);
        else condition[name] = text;
    }
}
