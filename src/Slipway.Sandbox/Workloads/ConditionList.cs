using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads;

/// <summary>The conditions of a status, edited by type. The transition time moves only when the status does.</summary>
sealed class ConditionList(JsonElement json, DateTimeOffset now)
{
    readonly List<JsonObject> conditions = [.. json.Items("status", "conditions").Select(condition => (JsonObject)JsonObject.Create(condition)!.DeepClone())];

    public JsonObject? Find(string type) => conditions.Find(condition => (string?)condition["type"] == type);

    public bool IsTrue(string type) => (string?)Find(type)?["status"] == "True";

    public string? Reason(string type) => (string?)Find(type)?["reason"];

    public ConditionList Remove(string type)
    {
        conditions.RemoveAll(condition => (string?)condition["type"] == type);
        return this;
    }

    /// <summary>Sets a condition; empty reasons and messages are left out.</summary>
    public ConditionList Set(string type, bool status, string? reason = null, string? message = null) => Set(type, status ? "True" : "False", reason, message);

    public ConditionList Set(string type, string status, string? reason, string? message)
    {
        var condition = Find(type);
        if (condition is null) conditions.Add(condition = new JsonObject { ["type"] = type });
        if ((string?)condition["status"] != status) condition["lastTransitionTime"] = now.Stamp();
        condition["status"] = status;
        Write(condition, "reason", reason);
        Write(condition, "message", message);
        return this;
    }

    public JsonArray ToArray() => [.. conditions];

    static void Write(JsonObject condition, string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) condition.Remove(name);
        else condition[name] = text;
    }
}
