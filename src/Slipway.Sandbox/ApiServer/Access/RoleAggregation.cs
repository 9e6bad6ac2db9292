using System.Text.Json.Nodes;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Cluster roles that gather the rules of others (Kubernetes, "Aggregated ClusterRoles").</summary>
static class RoleAggregation
{
    /// <summary>All cluster roles that a role's selectors choose, and all that theirs choose, by name.</summary>
    public static IReadOnlyList<StoredObject> Gathered(Objects objects, StoredObject role)
    {
        var found = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        var open = new Stack<StoredObject>([role]);
        while (open.TryPop(out var next))
        {
            var selectors = next.Json.At("aggregationRule", "clusterRoleSelectors").Items().Select(SelectorJson.Read).ToList();
            if (selectors.Count == 0) continue;
            foreach (var other in objects.List(RbacKinds.ClusterRoles).Where(other => other.Name != role.Name && selectors.Any(selector => selector.Matches(other.Labels))))
            {
                if (found.TryAdd(other.Name, other)) open.Push(other);
            }
        }

        return [.. found.Values];
    }

    /// <summary>The rules an aggregated role is to have; null when it gathers none, or has them.</summary>
    public static JsonArray? Wanted(Objects objects, StoredObject role)
    {
        if (role.Json.At("aggregationRule").ValueKind != System.Text.Json.JsonValueKind.Object) return null;
        var rules = new JsonArray();
        foreach (var rule in Gathered(objects, role).Where(gathered => gathered.Json.At("aggregationRule").ValueKind == System.Text.Json.JsonValueKind.Undefined).SelectMany(gathered => PolicyRule.Of(gathered.Json)).Select(rule => rule.ToJson()))
        {
            if (!rules.Any(known => JsonNode.DeepEquals(known, rule))) rules.Add((JsonNode)rule);
        }

        return JsonNode.DeepEquals(rules, role.Edit()["rules"] ?? new JsonArray()) ? null : rules;
    }
}
