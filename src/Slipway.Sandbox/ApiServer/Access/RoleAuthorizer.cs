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

    /// <summary>The rules of a role; null when it is not there.</summary>
    public IReadOnlyList<PolicyRule>? RulesOf(ResourceType type, ObjectKey key) =>
        objects.Get(type, key) is { } role ? [.. PolicyRule.Of(role.Json), .. RoleAggregation.Gathered(objects, role).SelectMany(gathered => PolicyRule.Of(gathered.Json))] : null;

    IReadOnlyList<PolicyRule> RulesOf(JsonElement roleRef, string ns)
    {
        var name = roleRef.At("name").Text() ?? "";
        return (roleRef.At("kind").Text() == "Role" ? RulesOf(RbacKinds.Roles, new(ns, name)) : RulesOf(RbacKinds.ClusterRoles, ObjectKey.Cluster(name))) ?? [];
    }

    static bool Is(UserInfo user, JsonElement subject, string bindingNamespace) => (subject.At("kind").Text(), subject.At("name").Text()) switch
    {
        ("User", var name) => name == user.Name,
        ("Group", { } name) => user.Groups.Contains(name),
        ("ServiceAccount", var name) => user.Name == $"system:serviceaccount:{subject.At("namespace").Text() ?? bindingNamespace}:{name}",
        _ => false,
    };
}
