using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Tests.Worlds;

/// <summary>A small record of any object, for tests of the machinery. One that is poisoned cannot be read.</summary>
sealed record Note(ObjectKey Key, string Uid, string ResourceVersion) : IProjected
{
    public static Note Read(ref Utf8JsonReader reader)
    {
        var metadata = JsonNode.Parse(ref reader)!["metadata"]!;
        if (metadata["poison"] is { } poison) throw new FormatException($"a date cannot be {poison}");
        return new(new(metadata["namespace"]?.ToString() ?? "", metadata["name"]!.ToString()), metadata["uid"]!.ToString(), metadata["resourceVersion"]!.ToString());
    }

    public static string Json(string name, int version, string uid = "1", bool poison = false) =>
        $$$"""{"kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"shop","uid":"{{{name}}}-{{{uid}}}","resourceVersion":"{{{version}}}"{{{(poison ? ""","poison":"never" """ : "")}}} } }""";

    public static string Event(string type, string name, int version, string uid = "1", bool poison = false) => $$"""{"type":"{{type}}","object":{{Json(name, version, uid, poison)}} }""";

    public static string Bookmark(int version) => $$$"""{"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"{{{version}}}"} } }""";

    public static string Error(int code, string reason) => $$"""{"type":"ERROR","object":{"kind":"Status","code":{{code}},"reason":"{{reason}}","message":"{{reason}}"} }""";

    public static string List(int version, string? next, params string[] items) =>
        $$$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";
}
