using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>Reading and copying Kubernetes JSON: what is absent or of another type is simply not there.</summary>
static class ObjectReading
{
    extension(JsonElement json)
    {
        public bool IsThere => json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

        public JsonElement At(params ReadOnlySpan<string> path)
        {
            var found = json;
            foreach (var name in path)
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found)) return default;
            }
            return found;
        }

        public string? Text(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }

        /// <summary>Whether it is this text.</summary>
        public bool Reads(string text) => json.ValueKind == JsonValueKind.String && json.ValueEquals(text);

        public int? Number(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            return found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var number) ? number : null;
        }

        public bool Flag(params ReadOnlySpan<string> path) => json.At(path).ValueKind == JsonValueKind.True;

        public DateTimeOffset? Instant(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.String } found && found.TryGetDateTimeOffset(out var instant) ? instant : null;

        public JsonElement[] Items(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            if (found.ValueKind != JsonValueKind.Array) return [];
            var (items, count) = (new JsonElement[found.GetArrayLength()], 0);
            foreach (var item in found.EnumerateArray()) items[count++] = item;
            return items;
        }

        public IReadOnlyDictionary<string, string> Words(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            var words = new Dictionary<string, string>();
            if (found.ValueKind != JsonValueKind.Object) return words;
            foreach (var word in found.EnumerateObject()) words[word.Name] = word.Value.ToString();
            return words;
        }

        public IntOrPercent? Share(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            return found.IsThere && IntOrPercent.TryParse(found.ToString(), out var share) ? share : null;
        }

        /// <summary>The condition of a type in <c>status.conditions</c>, if any.</summary>
        public JsonElement Condition(string type)
        {
            foreach (var condition in json.Items("status", "conditions"))
            {
                if (condition.At("type").Reads(type)) return condition;
            }
            return default;
        }

        public bool IsTrue(string conditionType) => json.Condition(conditionType).At("status").Reads("True");

        public bool HasAnnotations(IReadOnlyCollection<KeyValuePair<string, string>> annotations)
        {
            var found = json.At("metadata", "annotations");
            return annotations.All(annotation => found.At(annotation.Key).Reads(annotation.Value));
        }

        public bool IsDeleting => json.At("metadata", "deletionTimestamp").IsThere;

        public long Generation => json.Number("metadata", "generation") ?? 0;

        public int Revision => int.TryParse(json.Text("metadata", "annotations", "deployment.kubernetes.io/revision"), out var revision) ? revision : 0;

        public JsonObject CopyObject(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            return found.ValueKind == JsonValueKind.Object ? JsonObject.Create(found)! : [];
        }

        public JsonArray CopyArray(params ReadOnlySpan<string> path)
        {
            var found = json.At(path);
            return found.ValueKind == JsonValueKind.Array ? JsonArray.Create(found)! : [];
        }
    }

    extension(StoredObject stored)
    {
        /// <summary>A copy to change and send back; its resourceVersion makes the write conditional.</summary>
        public JsonObject Copy() => JsonObject.Create(stored.Json)!;
    }

    extension(JsonObject parent)
    {
        public void Annotate(IReadOnlyCollection<KeyValuePair<string, string>> annotations)
        {
            var found = parent.Child("metadata").Child("annotations");
            foreach (var (name, value) in annotations) found[name] = value;
        }

        /// <summary>The object under a name, made if it is not there.</summary>
        public JsonObject Child(string name)
        {
            if (parent[name] is JsonObject child) return child;
            child = [];
            parent[name] = child;
            return child;
        }
    }

    extension(DateTimeOffset instant)
    {
        /// <summary>As <c>metav1.Time</c> is written: UTC, whole seconds.</summary>
        public string Stamp() => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
