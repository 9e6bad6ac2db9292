using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads;

/// <summary>The pod template of a workload: pods made from it, and a short hash that names it.</summary>
static class PodTemplate
{
    public const string HashLabel = "pod-template-hash";
    public const string RevisionLabel = "controller-revision-hash";

    // Kubernetes' "safe" alphabet: no vowels and nothing that looks like one, so that no word appears by chance.
    const string alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>A pod of this template, controlled by the owner; the caller names it.</summary>
    public static JsonObject NewPod(JsonElement template, StoredObject owner) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["namespace"] = owner.Key.Namespace,
            ["labels"] = template.CopyObject("metadata", "labels"),
            ["annotations"] = template.CopyObject("metadata", "annotations"),
            ["finalizers"] = template.CopyArray("metadata", "finalizers"),
            ["ownerReferences"] = new JsonArray(Ownership.ReferenceTo(owner)),
        },
        ["spec"] = template.CopyObject("spec"),
    };

    /// <summary>A hash of the template as data: neither the order of its fields, nor an earlier hash label, nor a patch directive counts.</summary>
    public static string Hash(JsonElement template, int collisions = 0)
    {
        var text = new StringBuilder();
        WriteCanonical(Unlabelled(template), text);
        if (collisions > 0) text.Append(collisions);
        return SafeEncoded(Fnv1a(text.ToString()));
    }

    /// <summary>Whether their hashes are made of the same.</summary>
    public static bool AreEqual(JsonElement one, JsonElement other) =>
        one.At("spec").Says(other.At("spec")) && JsonNode.DeepEquals(WithoutSpec(one), WithoutSpec(other));

    static JsonObject WithoutSpec(JsonElement template)
    {
        var copy = Unlabelled(template);
        copy.Remove("spec");
        return copy;
    }

    static JsonObject Unlabelled(JsonElement template)
    {
        var copy = JsonObject.Create(template)!;
        (copy["metadata"]?["labels"] as JsonObject)?.Remove(HashLabel);
        copy.Remove("$patch");
        return copy;
    }

    static void WriteCanonical(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject parent:
                text.Append('{');
                foreach (var (name, child) in parent.OrderBy(property => property.Key, StringComparer.Ordinal))
                {
                    text.Append(name).Append(':');
                    WriteCanonical(child, text);
                }
                text.Append('}');
                break;
            case JsonArray array:
                text.Append('[');
                foreach (var child in array) WriteCanonical(child, text);
                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null").Append(',');
                break;
        }
    }

    static uint Fnv1a(string text)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(text)) hash = (hash ^ octet) * 16777619u;
        return hash;
    }

    static string SafeEncoded(uint hash) => string.Concat(hash.ToString().Select(digit => alphabet[digit % alphabet.Length]));
}
