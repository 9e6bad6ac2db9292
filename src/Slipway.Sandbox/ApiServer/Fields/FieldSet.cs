using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Fields;

/// <summary>
/// Paths of fields, and their form in managedFields (<c>FieldsV1</c>): <c>f:</c> a property, <c>k:</c> an item by its keys, <c>v:</c> an item
/// by its value; <c>.</c> beside children is the item or map itself.
/// </summary>
static class FieldSet
{
    const char Separator = '\n';

    public static string Child(string path, string element) => path.Length == 0 ? element : $"{path}{Separator}{element}";

    public static HashSet<string> Of(JsonNode? tree)
    {
        var paths = new HashSet<string>();
        if (tree is JsonObject root) Collect(root, "", paths);
        return paths;
    }

    public static JsonObject Tree(IEnumerable<string> paths)
    {
        var tree = new JsonObject();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var node = tree;
            foreach (var element in path.Split(Separator)) node = node.Child(element);
            node["."] = new JsonObject();
        }

        DropLonelyDots(tree);
        return tree;
    }

    /// <summary>The paths, and everything above them.</summary>
    public static HashSet<string> WithParents(IEnumerable<string> paths)
    {
        var all = new HashSet<string>();
        foreach (var path in paths)
        {
            var at = path;
            while (all.Add(at) && at.LastIndexOf(Separator) is var end and > 0) at = at[..end];
        }

        return all;
    }

    /// <summary>Whether a tree names a path.</summary>
    public static bool Has(JsonNode? tree, string path)
    {
        foreach (var element in path.Split(Separator))
        {
            if (tree is not JsonObject node || !node.TryGetPropertyValue(element, out tree)) return false;
        }

        return tree is JsonObject found && (found.Count == 0 || found.ContainsKey("."));
    }

    /// <summary>As conflicts name a field: <c>.spec.containers[name="app"].image</c>.</summary>
    public static string Text(string path) => string.Concat(path.Split(Separator).Select(element => element[..2] switch
    {
        "f:" => $".{element[2..]}",
        "k:" => $"[{string.Join(",", JsonNode.Parse(element[2..])!.AsObject().Select(key => $"{key.Key}={key.Value?.ToJsonString()}"))}]",
        _ => $"[={element[2..]}]",
    }));

    public static string[] Split(string path) => path.Split(Separator);

    static void Collect(JsonObject node, string path, HashSet<string> paths)
    {
        foreach (var (element, below) in node)
        {
            if (element == ".") paths.Add(path);
            else if (element.Length < 2 || element[1] != ':' || below is not JsonObject child) continue;
            else if (child.Count == 0) paths.Add(Child(path, element));
            else Collect(child, Child(path, element), paths);
        }
    }

    static void DropLonelyDots(JsonObject node)
    {
        if (node.Count == 1) node.Remove(".");
        foreach (var (_, child) in node) DropLonelyDots(child!.AsObject());
    }
}
