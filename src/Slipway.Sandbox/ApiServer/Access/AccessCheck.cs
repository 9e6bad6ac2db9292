using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Who a request comes from, and whether they may do it.</summary>
/// <param name="accounts">Finds the user.</param>
/// <param name="roles">What bindings give; null: everyone may do everything, and nobody has to say who they are.</param>
public sealed class AccessCheck(Accounts accounts, RoleAuthorizer? roles)
{
    public UserInfo Authenticate(Credentials credentials)
    {
        var user = accounts.Of(credentials);
        if (credentials.ImpersonateUser is null && credentials.ImpersonateGroups.Count == 0 && credentials.ImpersonateUid is null) return user;
        if (credentials.ImpersonateUser is not { Length: > 0 } name) throw new StatusException(500, "InternalError", "requested groups without impersonating a user");
        return Impersonated(user, name, credentials);
    }

    public bool Allows(UserInfo user, AccessAttributes wanted) => roles is null || roles.Allows(user, wanted);

    /// <exception cref="StatusException">403: what the user may not do, in the API server's words.</exception>
    public void Require(UserInfo user, AccessAttributes wanted)
    {
        if (!Allows(user, wanted)) throw Refusal(user, wanted);
    }

    /// <summary>The rules a user has in a namespace, for <c>kubectl auth can-i --list</c>.</summary>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string ns)
    {
        if (roles is null || user.IsMaster)
        {
            return [new() { Verbs = ["*"], Groups = ["*"], Resources = ["*"] }, new() { Verbs = ["*"], Paths = ["*"] }];
        }

        return roles.RulesOf(user, ns);
    }

    /// <summary>Nobody hands out rights they do not have (Kubernetes, "Privilege escalation prevention and bootstrapping").</summary>
    public void AdmitGrant(AdmissionRequest request, UserInfo user)
    {
        if (roles is null || user.IsMaster || request.Type.Group != RbacKinds.Roles.Group) return;
        var body = request.Object;
        var isBinding = body["roleRef"] is JsonObject;
        var json = body.ToElement();
        var (grp, plural, ns, name) = (request.Type.Group, request.Type.Plural, request.Namespace, request.Name);
        if (isBinding)
        {
            var role = body["roleRef"]!;
            var boundPlural = role["kind"].Text() == "Role" ? "roles" : "clusterroles";
            if (roles.Allows(user, new AccessAttributes.OfResource("bind", grp, boundPlural, ns, role["name"].Text() ?? ""))) return;
        }
        else if (roles.Allows(user, new AccessAttributes.OfResource("escalate", grp, plural, ns, name)))
        {
            return;
        }

        var granted = isBinding ? roles.RulesOf(json.At("roleRef"), ns) : roles.RulesOfRole(json);
        var held = roles.RulesOf(user, ns).ToList();
        var missing = granted.Where(rule => rule.Split().Any(single => !held.Any(own => own.Covers(single)))).ToList();
        if (missing.Count == 0) return;
        throw StatusException.Forbidden(
            request.Type, name, $"user \"{user.Name}\" (groups=[{string.Join(" ", user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC permissions not currently held:\n{string.Join("\n", missing)}");
    }

    UserInfo Impersonated(UserInfo user, string name, Credentials credentials)
    {
        var parts = name.Split(':');
        var isAccount = parts is ["system", "serviceaccount", _, _];
        Require(user, isAccount
            ? new AccessAttributes.OfResource("impersonate", "", "serviceaccounts", parts[2], parts[3])
            : new AccessAttributes.OfResource("impersonate", "", "users", "", name));
        foreach (var group in credentials.ImpersonateGroups) Require(user, new AccessAttributes.OfResource("impersonate", "", "groups", "", group));
        if (credentials.ImpersonateUid is { } uid) Require(user, new AccessAttributes.OfResource("impersonate", "authentication.k8s.io", "uids", "", uid));
        if (isAccount && credentials.ImpersonateGroups.Count == 0) return UserInfo.ServiceAccount(parts[2], parts[3], credentials.ImpersonateUid ?? "");
        return name == UserInfo.Anonymous.Name
            ? UserInfo.Anonymous
            : UserInfo.Authenticated(name, credentials.ImpersonateGroups) with { Uid = credentials.ImpersonateUid };
    }

    static StatusException Refusal(UserInfo user, AccessAttributes wanted)
    {
        if (wanted is AccessAttributes.OfPath path) return new(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {path.Verb} path \"{path.Path}\"") { Details = [] };
        var resource = (AccessAttributes.OfResource)wanted;
        var plural = resource.Resource.Split('/')[0];
        var qualified = resource.Group.Length == 0 ? plural : $"{plural}.{resource.Group}";
        var subject = resource.Name.Length == 0 ? qualified : $"{qualified} \"{resource.Name}\"";
        var where = resource.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{resource.Namespace}\"";
        var details = new JsonObject { ["group"] = resource.Group, ["kind"] = plural };
        if (resource.Name.Length > 0) details["name"] = resource.Name;
        return new(403, "Forbidden", $"{subject} is forbidden: User \"{user.Name}\" cannot {resource.Verb} resource \"{resource.Resource}\" in API group \"{resource.Group}\" {where}") { Details = details };
    }
}
