using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Tests.Sandbox.Workloads;

/// <summary>Small manifests, and what tests read from objects.</summary>
static class Manifest
{
    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static string Template(string image = "nginx:1", string annotations = "{}", string more = "") => $$"""
        { "metadata": { "labels": { "app": "web" }, "annotations": {{annotations}} }, "spec": { {{more}} "containers": [ { "name": "app", "image": "{{image}}" } ] } }
        """;

    public static string Deployment(int replicas, string spec = "", string? template = null) => Workload(replicas, spec, template);

    public static string StatefulSet(int replicas, string spec = "") => Workload(replicas, $"\"serviceName\": \"web\",{spec}", null);

    public static string ReplicaSet(int replicas) => Workload(replicas, "", null);

    /// <summary>A pod with one container; <paramref name="spec"/> ends with a comma.</summary>
    public static string Pod(string name, string annotations = "{}", string spec = "", string labels = """{ "app": "web" }""") => $$"""
        {
          "metadata": { "name": "{{name}}", "labels": {{labels}}, "annotations": {{annotations}} },
          "spec": { {{spec}} "containers": [ { "name": "app", "image": "nginx:1" } ] }
        }
        """;

    static string Workload(int replicas, string spec, string? template) => $$"""
        { "metadata": { "name": "web" }, "spec": { {{spec}} "replicas": {{replicas}}, "selector": { "matchLabels": { "app": "web" } }, "template": {{template ?? Template()}} } }
        """;

    extension(JsonElement json)
    {
        public JsonElement At(params ReadOnlySpan<string> path)
        {
            foreach (var name in path)
            {
                if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
            }
            return json;
        }

        public string? Text(params ReadOnlySpan<string> path) => json.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        /// <summary>Zero if absent, as zero counts are on the wire.</summary>
        public int Number(params ReadOnlySpan<string> path) => json.At(path) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 0;

        public string Name() => json.Text("metadata", "name")!;

        public string Uid() => json.Text("metadata", "uid")!;

        public JsonElement Condition(string type) =>
            json.At("status", "conditions") is { ValueKind: JsonValueKind.Array } conditions ? conditions.EnumerateArray().FirstOrDefault(condition => condition.Text("type") == type) : default;

        public bool IsReady() => json.Condition("Ready").Text("status") == "True";

        public bool IsDeleting() => json.Text("metadata", "deletionTimestamp") is not null;

        public string Image() => json.At("spec", "containers")[0].Text("image")!;

        public JsonElement Container(string name = "app") =>
            json.At("status", "containerStatuses") is { ValueKind: JsonValueKind.Array } statuses ? statuses.EnumerateArray().FirstOrDefault(status => status.Text("name") == name) : default;
    }
}
