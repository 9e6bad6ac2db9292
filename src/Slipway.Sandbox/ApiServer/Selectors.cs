using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Which objects of a collection a request is about, by labels and fields.</summary>
sealed class Selectors(IReadOnlyList<LabelRequirement> labels, IReadOnlyList<(string Path, string Value, bool Equal)> fields, ServedKind kind)
{
    public bool Matches(StoredObject found) => labels.All(requirement => requirement.Holds(found.Labels)) && fields.All(field => Field(found.Json, field.Path) == field.Value == field.Equal);

    public static Selectors Parse(ServedKind kind, string? labels, string? fields) => new(LabelSelectorText.Parse(labels ?? ""), ParseFields(kind, fields ?? ""), kind);

    static List<(string, string, bool)> ParseFields(ServedKind kind, string text)
    {
        var fields = new List<(string, string, bool)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var unequal = part.Split("!=");
            var equal = part.Split(["==", "="], 2, StringSplitOptions.None);
            var (path, value, isEqual) = unequal.Length == 2 ? (unequal[0], unequal[1], false)
                : equal.Length == 2 ? (equal[0], equal[1], true)
                : throw StatusException.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            if (path is not ("metadata.name" or "metadata.namespace") && !kind.FieldSelectors.ContainsKey(path)) throw StatusException.BadRequest($"field label not supported: {path}");
            fields.Add((path, value, isEqual));
        }

        return fields;
    }

    string Field(JsonElement json, string path) => path switch
    {
        "metadata.name" => json.At("metadata", "name").Text() ?? "",
        "metadata.namespace" => json.At("metadata", "namespace").Text() ?? "",
        _ => kind.FieldSelectors[path](json),
    };
}

/// <summary>The text form of label selectors: <c>a=b,c!=d,e in (f,g),h,!i</c> (Kubernetes, "Labels and Selectors").</summary>
static class LabelSelectorText
{
    public static IReadOnlyList<LabelRequirement> Parse(string text) => [.. Split(text).Select(part => part.Trim()).Where(part => part.Length > 0).Select(One)];

    /// <summary>Commas inside parentheses belong to a set.</summary>
    static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] != ',' || depth > 0) continue;
            yield return text[start..i];
            start = i + 1;
        }

        yield return text[start..];
    }

    static LabelRequirement One(string part)
    {
        if (part.EndsWith(')') && part.IndexOf('(') is var open and > 0 && part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var key, "in" or "notin"] words)
        {
            var values = part[(open + 1)..^1].Split(',').Select(value => value.Trim()).ToList();
            return new() { Key = key, Operator = words[1] == "in" ? "In" : "NotIn", Values = values };
        }

        if (part.Split("!=") is [var unequal, var not]) return new() { Key = Name(unequal, part), Operator = "NotIn", Values = [not.Trim()] };
        if (part.Split(["==", "="], 2, StringSplitOptions.None) is [var equal, var value]) return new() { Key = Name(equal, part), Operator = "In", Values = [value.Trim()] };
        return part.StartsWith('!')
            ? new() { Key = Name(part[1..], part), Operator = "DoesNotExist" }
            : new() { Key = Name(part, part), Operator = "Exists" };
    }

    static string Name(string key, string part)
    {
        var trimmed = key.Trim();
        return trimmed.Length > 0 && trimmed.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/')
            ? trimmed
            : throw StatusException.BadRequest($"unable to parse requirement: found '{part}', expected: a label key");
    }
}
