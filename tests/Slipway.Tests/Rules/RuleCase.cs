using System.Text.Json.Nodes;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Tests.Worlds;

namespace Slipway.Tests.Rules;

/// <summary>Whether an object may be written. Some of what TicketRules refuses CEL cannot.</summary>
public enum Verdict { Accepted, Refused, RefusedByTicketRules }

/// <summary>An object that is written, and whether it may be.</summary>
public sealed record RuleCase(string It, Verdict Verdict, JsonObject Spec)
{
    /// <summary>What is stored before; null when the object is created.</summary>
    public JsonObject? Old { get; init; }

    public string? Name { get; init; }

    /// <summary>What roles give the caller in the namespace, such as <c>create pods/eviction</c>; null where the caller does not matter.</summary>
    public IReadOnlyList<string>? May { get; init; }

    /// <summary>An object of the corpus with the names of the caller and of itself.</summary>
    public static JsonObject With(JsonObject spec, string user, string name) => JsonNode.Parse(Named(spec.ToJsonString(), user, name))!.AsObject();

    public IReadOnlyList<string> Rights(string user, string name) => [.. (May ?? []).Select(right => Named(right, user, name))];

    static string Named(string text, string user, string name) => text.Replace("$user", user).Replace("$name", name);
}

/// <summary>The good and bad objects that every form of a rule has to judge alike: TicketRules in C#, CEL in <c>deploy/</c>.</summary>
static class RuleCorpus
{
    public static IReadOnlyDictionary<string, ResourceType> Files { get; } = new Dictionary<string, ResourceType>
    {
        ["opstickets"] = Kinds.OpsTickets,
        ["opsticket-updates"] = Kinds.OpsTickets,
        ["opsticket-admission"] = Kinds.OpsTickets,
        ["opsticketgroups"] = Kinds.OpsTicketGroups,
        ["applicationservices"] = Kinds.ApplicationServices,
        ["cafedeployments"] = Kinds.CafeDeployments,
        ["inplacesets"] = Kinds.InPlaceSets,
    };

    public static IReadOnlyList<RuleCase> Read(string file) => [.. Yaml(Path.Combine("tests/Slipway.Tests/Rules/corpus", $"{file}.yaml"))[0].AsArray().Select(item => Of(item!.AsObject()))];

    /// <summary>The documents of a file of this repository.</summary>
    public static IReadOnlyList<JsonNode> Yaml(string path) => YamlDocuments.Read(path, File.ReadAllText(Path.Combine(Repository.Root, path)));

    static RuleCase Of(JsonObject json) => new((string)json["it"]!, Enum.Parse<Verdict>(((string)json["verdict"]!).Replace("by", "By").Replace(" ", ""), ignoreCase: true), json["spec"]!.AsObject())
    {
        Old = json["old"]?.AsObject(),
        Name = (string?)json["name"],
        May = json["may"] is JsonArray may ? [.. may.Select(right => (string)right!)] : null,
    };
}
