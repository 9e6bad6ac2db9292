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
        if (!credentials.Impersonates) return user;
        if (credentials.ImpersonateUser is not { Length: > 0 } name) throw new StatusException(500, "InternalError", "a uid, groups or extra values are requested without impersonating a user name");
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

    UserInfo Impersonated(UserInfo user, string name, Credentials credentials)
    {
        const string authentication = "authentication.k8s.io";
        var parts = name.Split(':');
        var isAccount = parts is ["system", "serviceaccount", _, _];
        Require(user, isAccount ? Impersonating("", "serviceaccounts", parts[3], parts[2]) : Impersonating("", "users", name));
        if (credentials.ImpersonateUid is { } uid) Require(user, Impersonating(authentication, "uids", uid));
        foreach (var group in credentials.ImpersonateGroups) Require(user, Impersonating("", "groups", group));
        foreach (var (key, values) in credentials.ImpersonateExtra)
        {
            foreach (var value in values) Require(user, Impersonating(authentication, $"userextras/{key}", value));
        }

        var acted = isAccount && credentials.ImpersonateGroups.Count == 0 ? UserInfo.ServiceAccount(parts[2], parts[3], null)
            : name == UserInfo.Anonymous.Name ? UserInfo.Anonymous with { Groups = [.. credentials.ImpersonateGroups.Append(UserInfo.AllUnauthenticated).Distinct()] }
            : credentials.ImpersonateGroups.Contains(UserInfo.AllUnauthenticated) ? new(name, credentials.ImpersonateGroups)
            : UserInfo.Authenticated(name, credentials.ImpersonateGroups);
        return acted with { Uid = credentials.ImpersonateUid, Extra = credentials.ImpersonateExtra };
    }

    static AccessAttributes.OfResource Impersonating(string group, string resource, string name, string ns = "") => new("impersonate", group, resource, ns, name);

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
