using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.CafeDeployments;

/// <summary>
/// One template that pods were or are made from, as the ControllerRevision of that name keeps it. Numbers count up; the hash is
/// what its pods have as <c>controller-revision-hash</c>.
/// </summary>
public sealed record TemplateRevision(string Name, string Uid, long Number, string Hash, JsonElement Template)
{
    const int HashLength = 10;

    /// <summary>The same for templates that say the same, whatever the order of their fields; nulls say nothing.</summary>
    public static string HashOf(JsonElement template)
    {
        var canonical = Canonical(JsonNode.Parse(template.GetRawText()))?.ToJsonString() ?? "";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))[..HashLength];
    }

    static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject body => new JsonObject(body.Where(property => property.Value is not null).OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => KeyValuePair.Create(property.Key, Canonical(property.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        _ => node?.DeepClone(),
    };
}
