using System.Globalization;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Patches;

/// <summary>RFC 6902. A <c>test</c> that fails, or a path that is not there, is 422, as the API server answers.</summary>
static class JsonPatches
{
    public static JsonObject Apply(JsonObject current, JsonArray patch)
    {
        if (patch.Count > 10_000) throw new StatusException(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is 10000, got {patch.Count}");
        var document = current.DeepClone();
        foreach (var operation in patch)
        {
            document = operation is JsonObject step ? Apply(document, step) : throw StatusException.BadRequest("a JSON patch is a list of objects");
        }

        return document as JsonObject ?? throw Failed("the document is no object any more");
    }

    static JsonNode? Apply(JsonNode? document, JsonObject step)
    {
        var path = Pointer(step["path"].Text() ?? throw Failed("path is missing"));
        var value = step["value"];
        switch (step["op"].Text())
        {
            case "test":
                if (!JsonNode.DeepEquals(Find(document, path), value)) throw Failed($"testing value {step["path"]} failed: test failed");
                return document;
            case "add":
                return Put(document, path, value?.DeepClone(), insert: true);
            case "replace":
                Find(document, path, mustExist: true);
                return Put(document, path, value?.DeepClone(), insert: false);
            case "remove":
                Find(document, path, mustExist: true);
                return Remove(document, path);
            case "copy":
                return Put(document, path, Find(document, Pointer(step["from"].Text() ?? throw Failed("from is missing")), mustExist: true)?.DeepClone(), insert: true);
            case "move":
                var from = Pointer(step["from"].Text() ?? throw Failed("from is missing"));
                var moved = Find(document, from, mustExist: true)?.DeepClone();
                return Put(Remove(document, from), path, moved, insert: true);
            default:
                throw Failed($"Unexpected kind: {step["op"]}");
        }
    }

    static string[] Pointer(string path) => path.Length == 0 ? [] : path[0] != '/' ? throw Failed($"missing path: {path}") : [.. path.Split('/').Skip(1).Select(part => part.Replace("~1", "/").Replace("~0", "~"))];

    static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path, bool mustExist = false)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject found when found.TryGetPropertyValue(part, out var child) => child,
                JsonArray found when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < found.Count => found[index],
                _ when mustExist => throw Failed($"missing path: {part}"),
                _ => null,
            };
        }

        return node;
    }

    static JsonNode? Put(JsonNode? document, string[] path, JsonNode? value, bool insert)
    {
        if (path.Length == 0) return value;
        switch (Find(document, path.AsSpan(0, path.Length - 1), mustExist: true))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                break;
            case JsonArray list when insert && path[^1] == "-":
                list.Add(value);
                break;
            case JsonArray list when int.TryParse(path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (insert ? index <= list.Count : index < list.Count):
                if (insert) list.Insert(index, value);
                else list[index] = value;
                break;
            default:
                throw Failed($"doc is missing path: /{string.Join('/', path)}");
        }

        return document;
    }

    static JsonNode? Remove(JsonNode? document, string[] path)
    {
        switch (path.Length == 0 ? null : Find(document, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject parent:
                parent.Remove(path[^1]);
                break;
            case JsonArray list:
                list.RemoveAt(int.Parse(path[^1], CultureInfo.InvariantCulture));
                break;
            default:
                throw Failed("the whole document cannot be removed");
        }

        return document;
    }

    static StatusException Failed(string why) => new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");
}
