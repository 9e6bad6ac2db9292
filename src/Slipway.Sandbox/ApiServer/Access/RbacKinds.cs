using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Tables;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Roles and bindings.</summary>
static class RbacKinds
{
    const string Group = "rbac.authorization.k8s.io";

    public static readonly ResourceType Roles = new(Group, "v1", "roles", "Role", Namespaced: true);
    public static readonly ResourceType RoleBindings = new(Group, "v1", "rolebindings", "RoleBinding", Namespaced: true);
    public static readonly ResourceType ClusterRoles = new(Group, "v1", "clusterroles", "ClusterRole", Namespaced: false);
    public static readonly ResourceType ClusterRoleBindings = new(Group, "v1", "clusterrolebindings", "ClusterRoleBinding", Namespaced: false);

    public static IReadOnlyList<ServedKind> All { get; } =
    [
        new() { Type = Roles, Singular = "role", CreatesOnUpdate = true, Validate = CheckRole, Columns = [TableColumn.ObjectName, CreatedAt] },
        new() { Type = ClusterRoles, Singular = "clusterrole", CreatesOnUpdate = true, Validate = CheckRole, Columns = [TableColumn.ObjectName, CreatedAt] },
        new() { Type = RoleBindings, Singular = "rolebinding", CreatesOnUpdate = true, Default = DefaultSubjects, Validate = CheckBinding, Columns = BindingColumns },
        new() { Type = ClusterRoleBindings, Singular = "clusterrolebinding", CreatesOnUpdate = true, Default = DefaultSubjects, Validate = CheckBinding, Columns = BindingColumns },
    ];

    static TableColumn CreatedAt => new("Created At", "date", static (role, _) => role.At("metadata", "creationTimestamp").Text());

    static IReadOnlyList<TableColumn> BindingColumns =>
    [
        TableColumn.ObjectName,
        new("Role", "string", static (binding, _) => $"{binding.At("roleRef", "kind").Text()}/{binding.At("roleRef", "name").Text()}"),
        TableColumn.Age, Subjects("Users", "User"), Subjects("Groups", "Group"), Subjects("ServiceAccounts", "ServiceAccount"),
    ];

    static TableColumn Subjects(string name, string kind) => new(name, "string", (binding, _) => string.Join(", ", binding.At("subjects").Items().Where(subject => subject.At("kind").Text() == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.At("namespace").Text()}/{subject.At("name").Text()}" : subject.At("name").Text())), Priority: 1);

    static void DefaultSubjects(JsonObject binding)
    {
        foreach (var subject in binding["subjects"].Objects()) subject.Fill("apiGroup", subject["kind"].Text() == "ServiceAccount" ? "" : Group);
        foreach (var subject in binding["subjects"].Objects().Where(subject => subject["apiGroup"].Text() is "")) subject.Remove("apiGroup");
        if (binding["roleRef"] is JsonObject role) role.Fill("apiGroup", Group);
    }

    static IEnumerable<FieldError> CheckRole(JsonObject role, JsonObject? before)
    {
        if (role["aggregationRule"] is JsonObject gathers && gathers["clusterRoleSelectors"] as JsonArray is not { Count: > 0 })
        {
            yield return FieldError.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }

        foreach (var (index, rule) in role["rules"].Objects().Index())
        {
            var at = $"rules[{index}]";
            var paths = rule["nonResourceURLs"] as JsonArray is { Count: > 0 };
            if (rule["verbs"] as JsonArray is not { Count: > 0 }) yield return FieldError.Required($"{at}.verbs", "verbs must contain at least one value");
            if (paths && (rule["apiGroups"] ?? rule["resources"] ?? rule["resourceNames"]) is JsonArray { Count: > 0 }) yield return FieldError.Invalid($"{at}.nonResourceURLs", rule["nonResourceURLs"]!.ToJsonString(), "rules cannot apply to both regular resources and non-resource URLs");
            if (paths && role["kind"].Text() == "Role") yield return FieldError.Invalid($"{at}.nonResourceURLs", rule["nonResourceURLs"]!.ToJsonString(), "namespaced rules cannot apply to non-resource URLs");
            if (paths) continue;
            if (rule["apiGroups"] as JsonArray is not { Count: > 0 }) yield return FieldError.Required($"{at}.apiGroups", "resource rules must supply at least one api group");
            if (rule["resources"] as JsonArray is not { Count: > 0 }) yield return FieldError.Required($"{at}.resources", "resource rules must supply at least one resource");
        }
    }

    static IEnumerable<FieldError> CheckBinding(JsonObject binding, JsonObject? before)
    {
        var role = binding["roleRef"];
        string[] kinds = binding["kind"].Text() == "ClusterRoleBinding" ? ["ClusterRole"] : ["Role", "ClusterRole"];
        if (role.At("apiGroup").Text() != Group) yield return FieldError.Unsupported("roleRef.apiGroup", $"\"{role.At("apiGroup").Text()}\"", [Group]);
        if (!kinds.Contains(role.At("kind").Text())) yield return FieldError.Unsupported("roleRef.kind", $"\"{role.At("kind").Text()}\"", kinds);
        if (role.At("name").Text() is not { Length: > 0 }) yield return FieldError.Required("roleRef.name");
        if (before is not null && !JsonNode.DeepEquals(before["roleRef"], role)) yield return FieldError.Invalid("roleRef", role?.ToJsonString() ?? "null", "cannot change roleRef");
        foreach (var (index, subject) in binding["subjects"].Objects().Index())
        {
            if (subject["kind"].Text() is not ("User" or "Group" or "ServiceAccount")) yield return FieldError.Unsupported($"subjects[{index}].kind", $"\"{subject["kind"].Text()}\"", ["ServiceAccount", "User", "Group"]);
            if (subject["name"].Text() is not { Length: > 0 }) yield return FieldError.Required($"subjects[{index}].name");
            var isAccount = subject["kind"].Text() == "ServiceAccount";
            if ((subject["apiGroup"].Text() ?? "") != (isAccount ? "" : Group)) yield return FieldError.Unsupported($"subjects[{index}].apiGroup", $"\"{subject["apiGroup"].Text()}\"", [isAccount ? "" : Group]);
            if (isAccount && kinds.Length == 1 && subject["namespace"].Text() is not { Length: > 0 }) yield return FieldError.Required($"subjects[{index}].namespace");
        }
    }
}
