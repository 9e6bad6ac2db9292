using System.Text.Json;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Which objects of a collection a request is about, by labels and fields.</summary>
sealed class Selectors(IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> labels, IReadOnlyList<(string Path, string Value, bool Equal)> fields, ServedKind kind)
{
    public bool IsEmpty => labels.Count == 0 && fields.Count == 0;

    public bool Matches(StoredObject found)
    {
        foreach (var requirement in labels)
        {
            if (!requirement(found.Labels)) return false;
        }

        foreach (var field in fields)
        {
            if (Field(found, field.Path) == field.Value != field.Equal) return false;
        }

        return true;
    }

    public static Selectors Parse(ServedKind kind, string? labels, string? fields) => new(LabelSelectorText.Parse(labels ?? ""), ParseFields(kind, fields ?? ""), kind);

    static List<(string, string, bool)> ParseFields(ServedKind kind, string text)
    {
        var fields = new List<(string, string, bool)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var (at, length) = (part.IndexOf('='), 1);
            if (at < 0) throw StatusException.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            var isEqual = at == 0 || part[at - 1] != '!';
            if (!isEqual) (at, length) = (at - 1, 2);
            else if (part.AsSpan(at).StartsWith("==")) length = 2;
            var (path, value) = (part[..at].Trim(), part[(at + length)..].Trim());
            if (path is not "metadata.name" && !(path is "metadata.namespace" && kind.Type.Namespaced) && !kind.FieldSelectors.ContainsKey(path) && !kind.SelectableFields.Contains(path)) throw StatusException.BadRequest(Unknown(kind, path));
            fields.Add((path, value, isEqual));
        }

        return fields;
    }

    /// <summary>Kinds with fields of their own to select by are told of them apart from the others.</summary>
    static string Unknown(ServedKind kind, string path) => kind.IsCustom || kind.FieldSelectors.Count > 0
        ? $"field label not supported: {path}"
        : $"\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";

    string Field(StoredObject found, string path) => path switch
    {
        "metadata.name" => found.Key.Name,
        "metadata.namespace" => found.Key.Namespace,
        _ when kind.FieldSelectors.TryGetValue(path, out var read) => read(found.Json),
        _ => found.Json.At(path.Split('.')) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value.ToString() : "",
    };
}
