using System.Collections.Frozen;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>
/// The field numbers of Kubernetes' messages, a resource per group and version: <c>Message: NUMBER NAME TYPE; …</c>. The numbers are those of
/// Kubernetes' own <c>generated.proto</c> files, the names those of its JSON.
/// </summary>
static class FieldTables
{
    const string Suffix = ".fields";

    static readonly Lazy<FrozenDictionary<string, MessageTable>> Tables = new(Load);

    /// <summary>All messages, by <c>VERSION.MESSAGE</c>.</summary>
    public static IReadOnlyDictionary<string, MessageTable> All => Tables.Value;

    public static MessageTable Get(string name) => Tables.Value[name];

    /// <summary>The message of a kind. DeleteOptions is the same in every group.</summary>
    public static MessageTable? Of(string apiVersion, string kind) =>
        kind == "DeleteOptions" ? Get("meta/v1.DeleteOptions")
        : Tables.Value.GetValueOrDefault($"{apiVersion}.{kind}") is { } table && table.Fields.Values.Any(field => field.Name == "metadata") ? table : null;

    public static bool Serves(string apiVersion) => apiVersion is not "meta/v1" && Tables.Value.Keys.Any(name => name.StartsWith($"{apiVersion}.", StringComparison.Ordinal));

    static FrozenDictionary<string, MessageTable> Load()
    {
        var assembly = typeof(FieldTables).Assembly;
        var tables = new Dictionary<string, MessageTable>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var package = Package(resource[..^Suffix.Length]);
            foreach (var table in Parse(reader.ReadToEnd(), package)) tables.Add(table.Name, table);
        }

        return tables.ToFrozenDictionary();
    }

    /// <summary>A version stands alone for the core group, behind a slash for any other.</summary>
    static string Package(string file) => file.LastIndexOf('.') is var dot and > 0 ? $"{file[..dot]}/{file[(dot + 1)..]}" : file;

    /// <summary>A line that begins with a space goes on with the message before it.</summary>
    static IEnumerable<MessageTable> Parse(string text, string package) =>
        text.ReplaceLineEndings("\n").Replace("\n ", "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var colon = line.IndexOf(':');
            var fields = line[(colon + 1)..].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(field => MessageField.Parse(field, package));
            return new MessageTable($"{package}.{line[..colon]}", fields.ToFrozenDictionary(field => field.Number));
        });
}
