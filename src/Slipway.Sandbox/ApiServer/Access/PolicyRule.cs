using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>One rule of a role (<c>rbac.authorization.k8s.io/v1 PolicyRule</c>).</summary>
public sealed record PolicyRule
{
    public IReadOnlyList<string> Verbs { get; init; } = [];
    public IReadOnlyList<string> Groups { get; init; } = [];
    public IReadOnlyList<string> Resources { get; init; } = [];
    public IReadOnlyList<string> ResourceNames { get; init; } = [];
    public IReadOnlyList<string> Paths { get; init; } = [];

    public static IEnumerable<PolicyRule> Of(JsonElement role) => role.At("rules").Items().Select(rule => new PolicyRule
    {
        Verbs = Texts(rule, "verbs"),
        Groups = Texts(rule, "apiGroups"),
        Resources = Texts(rule, "resources"),
        ResourceNames = Texts(rule, "resourceNames"),
        Paths = Texts(rule, "nonResourceURLs"),
    });

    public bool Allows(AccessAttributes wanted) => Has(Verbs, wanted.Verb) && wanted switch
    {
        AccessAttributes.OfResource resource => Has(Groups, resource.Group) && AllowsResource(resource.Resource) && (ResourceNames.Count == 0 || ResourceNames.Contains(resource.Name)),
        AccessAttributes.OfPath path => Paths.Any(allowed => allowed == "*" || allowed == path.Path || (allowed.EndsWith('*') && path.Path.StartsWith(allowed[..^1], StringComparison.Ordinal))),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The rule taken apart into rules of one verb, one group, one resource and one name each.</summary>
    public IEnumerable<PolicyRule> Split() => Paths.Count > 0
        ? from verb in Verbs from path in Paths select new PolicyRule { Verbs = [verb], Paths = [path] }
        : from verb in Verbs
          from grp in Groups
          from resource in Resources
          from name in ResourceNames.DefaultIfEmpty()
          select new PolicyRule { Verbs = [verb], Groups = [grp], Resources = [resource], ResourceNames = name is null ? [] : [name] };

    /// <summary>Everything that a rule of one of each allows, this one allows.</summary>
    public bool Covers(PolicyRule single) => Has(Verbs, single.Verbs[0]) && (single.Paths.Count > 0
        ? Paths.Any(path => path == "*" || path == single.Paths[0] || (path.EndsWith('*') && single.Paths[0].StartsWith(path[..^1], StringComparison.Ordinal)))
        : Has(Groups, single.Groups[0]) && AllowsResource(single.Resources[0]) && (ResourceNames.Count == 0 || (single.ResourceNames.Count > 0 && ResourceNames.Contains(single.ResourceNames[0]))));

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = List(Verbs) };
        if (Paths.Count > 0)
        {
            json["nonResourceURLs"] = List(Paths);
            return json;
        }

        json["apiGroups"] = List(Groups);
        json["resources"] = List(Resources);
        if (ResourceNames.Count > 0) json["resourceNames"] = List(ResourceNames);
        return json;
    }

    /// <summary>As the API server writes a rule in a refusal.</summary>
    public override string ToString()
    {
        string[] parts = [Part("APIGroups", Groups), Part("Resources", Resources), Part("ResourceNames", ResourceNames), Part("NonResourceURLs", Paths), Part("Verbs", Verbs)];
        return $"{{{string.Join(", ", parts.Where(part => part.Length > 0))}}}";
    }

    bool AllowsResource(string resource) =>
        Resources.Contains("*") || Resources.Contains(resource) || (resource.IndexOf('/') is var slash and > 0 && Resources.Contains($"*{resource[slash..]}"));

    static bool Has(IReadOnlyList<string> allowed, string wanted) => allowed.Contains("*") || allowed.Contains(wanted);

    static string Part(string name, IReadOnlyList<string> values) => values.Count == 0 ? "" : $"{name}:[{string.Join(" ", values.Select(value => $"\"{value}\""))}]";

    static IReadOnlyList<string> Texts(JsonElement rule, string name) => [.. rule.At(name).Items().Select(item => item.GetString() ?? "")];

    static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
