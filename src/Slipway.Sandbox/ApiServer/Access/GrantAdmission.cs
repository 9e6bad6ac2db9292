using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Nobody hands out rights they do not have (Kubernetes, "Privilege escalation prevention and bootstrapping").</summary>
sealed class GrantAdmission(RoleAuthorizer roles)
{
    static readonly IReadOnlyList<PolicyRule> Everything = [new() { Verbs = ["*"], Groups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], Paths = ["*"] }];

    /// <exception cref="StatusException">403: the user does not hold what is granted. 404: the role that is bound is not there.</exception>
    public void Admit(AdmissionRequest request, UserInfo user)
    {
        if (user.IsMaster || request.Type.Group != RbacKinds.Roles.Group) return;
        if (request.Object["roleRef"] is JsonObject) AdmitBinding(request, user);
        else AdmitRole(request, user);
    }

    void AdmitRole(AdmissionRequest request, UserInfo user)
    {
        // The name of what is created is in no request line, so a right to escalate by name does not help there.
        var name = request.Old is null ? "" : request.Name;
        if (roles.Allows(user, new AccessAttributes.OfResource("escalate", request.Type.Group, request.Type.Plural, request.Namespace, name))) return;
        Hold(request, user, PolicyRule.Of(request.Object.ToElement()));
        if (request.Object["aggregationRule"] is not null && Missing(request, user, Everything).Count > 0)
        {
            throw StatusException.Forbidden(request.Type, request.Name, "must have cluster-admin privileges to use an aggregationRule");
        }
    }

    void AdmitBinding(AdmissionRequest request, UserInfo user)
    {
        var role = request.Object["roleRef"];
        var (kind, name, ns) = (role.At("kind").Text(), role.At("name").Text() ?? "", request.Namespace);
        if (kind is not ("Role" or "ClusterRole")) throw new StatusException(500, "", $"unsupported role reference kind: \"{kind}\"");
        var (type, key) = kind == "Role" ? (RbacKinds.Roles, new ObjectKey(ns, name)) : (RbacKinds.ClusterRoles, ObjectKey.Cluster(name));
        if (roles.Allows(user, new AccessAttributes.OfResource("bind", type.Group, type.Plural, ns, name))) return;
        Hold(request, user, roles.RulesOf(type, key) ?? throw StatusException.NotFound(type, name));
    }

    void Hold(AdmissionRequest request, UserInfo user, IEnumerable<PolicyRule> granted)
    {
        if (Missing(request, user, granted) is not { Count: > 0 } missing) return;
        throw StatusException.Forbidden(
            request.Type, request.Name, $"user \"{user.Name}\" (groups=[{string.Join(" ", user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n{string.Join("\n", missing)}");
    }

    List<PolicyRule> Missing(AdmissionRequest request, UserInfo user, IEnumerable<PolicyRule> granted)
    {
        var held = roles.RulesOf(user, request.Namespace).ToList();
        return [.. granted.Where(rule => rule.Split().Any(single => !held.Any(own => own.Covers(single))))];
    }
}
