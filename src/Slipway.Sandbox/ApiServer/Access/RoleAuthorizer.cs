using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Role-based access: what bindings give a user (Kubernetes, "Using RBAC Authorization"). Everything not given is refused.</summary>
public sealed class RoleAuthorizer(Objects objects)
{
    public bool Allows(UserInfo user, AccessAttributes wanted) =>
        user.IsMaster || RulesOf(user, wanted is AccessAttributes.OfResource resource ? resource.Namespace : "").Any(rule => rule.Allows(wanted));

    /// <summary>The rules a user has in a namespace, those of the whole cluster included.</summary>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string ns)
    {
        var bound = objects.List(RbacKinds.ClusterRoleBindings).Select(binding => (binding.Json, Namespace: ""));
        if (ns.Length > 0) bound = bound.Concat(objects.List(RbacKinds.RoleBindings, ns).Select(binding => (binding.Json, Namespace: ns)));
        return bound.Where(binding => binding.Json.At("subjects").Items().Any(subject => Is(user, subject, binding.Namespace)))
            .SelectMany(binding => RulesOf(binding.Json.At("roleRef"), binding.Namespace));
    }

    /// <summary>The rules of the role a binding refers to; none when the role is not there.</summary>
    public IEnumerable<PolicyRule> RulesOf(JsonElement roleRef, string ns)
    {
        var name = roleRef.At("name").Text() ?? "";
        var role = roleRef.At("kind").Text() == "Role" ? objects.Get(RbacKinds.Roles, new(ns, name)) : objects.Get(RbacKinds.ClusterRoles, ObjectKey.Cluster(name));
        return role is null ? [] : RulesOfRole(role.Json);
    }

    /// <summary>A cluster role with an aggregation rule has the rules of all it selects, and they of all they select.</summary>
    public IEnumerable<PolicyRule> RulesOfRole(JsonElement role)
    {
        var seen = new HashSet<string>();
        var open = new Stack<JsonElement>([role]);
        while (open.TryPop(out var next))
        {
            foreach (var rule in PolicyRule.Of(next)) yield return rule;
            var selectors = next.At("aggregationRule", "clusterRoleSelectors").Items().Select(SelectorJson.Read).ToList();
            if (selectors.Count == 0) continue;
            foreach (var other in objects.List(RbacKinds.ClusterRoles).Where(other => selectors.Any(selector => selector.Matches(other.Labels)) && seen.Add(other.Name))) open.Push(other.Json);
        }
    }

    static bool Is(UserInfo user, JsonElement subject, string bindingNamespace) => (subject.At("kind").Text(), subject.At("name").Text()) switch
    {
        ("User", var name) => name == user.Name,
        ("Group", { } name) => user.Groups.Contains(name),
        ("ServiceAccount", var name) => user.Name == $"system:serviceaccount:{subject.At("namespace").Text() ?? bindingNamespace}:{name}",
        _ => false,
    };
}
