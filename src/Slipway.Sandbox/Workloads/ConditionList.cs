using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads;

/// <summary>The conditions of a status, edited by type. The transition time moves only when the status does.</summary>
sealed class ConditionList(JsonElement json, DateTimeOffset now)
{
    readonly List<Entry> conditions = [.. json.Items("status", "conditions").Select(condition => new Entry(condition.Text("type") ?? "", JsonObject.Create(condition)!, condition))];

    /// <param name="Type">Of which it is.</param>
    /// <param name="Body">As it is to be.</param>
    /// <param name="Stored">As it was; nothing of what is new, or was changed.</param>
    sealed record Entry(string Type, JsonObject Body, JsonElement Stored = default);

    public JsonObject? Find(string type) => conditions.Find(condition => condition.Type == type)?.Body;

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
        var index = conditions.FindIndex(found => found.Type == type);
        if (index >= 0 && Says(conditions[index].Stored, status, reason, message)) return this;
        var condition = index < 0 ? new JsonObject { ["type"] = type } : conditions[index].Body;
        if (index < 0) conditions.Add(new(type, condition));
        else conditions[index] = new(type, condition);
        if ((string?)condition["status"] != status) condition["lastTransitionTime"] = now.Stamp();
        condition["status"] = status;
        Write(condition, "reason", reason);
        Write(condition, "message", message);
        return this;
    }

    public JsonArray ToArray() => [.. conditions.Select(condition => condition.Body)];

    static bool Says(JsonElement stored, string status, string? reason, string? message) =>
        stored.At("status").Reads(status) && Says(stored.At("reason"), reason) && Says(stored.At("message"), message);

    static bool Says(JsonElement stored, string? text) => stored.IsThere ? stored.Reads(text ?? "") : string.IsNullOrEmpty(text);

    static void Write(JsonObject condition, string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) condition.Remove(name);
        else condition[name] = text;
    }
}
