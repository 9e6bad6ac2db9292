namespace Slipway.Tests.Conformance.Clusters;

/// <summary>Roles, bindings, and questions about what they give.</summary>
static class Rights
{
    public const string Group = "rbac.authorization.k8s.io";

    const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    public static string Roles(this Cluster cluster) => cluster.Of(Group, "roles");

    public static string RoleBindings(this Cluster cluster) => cluster.Of(Group, "rolebindings");

    public static string ClusterRoles { get; } = $"/apis/{Group}/v1/clusterroles";

    public static string ClusterRoleBindings { get; } = $"/apis/{Group}/v1/clusterrolebindings";

    public static string Rule(string verbs, string resources, string group = "", string names = "") =>
        $$"""{"verbs":[{{Listed(verbs)}}],"apiGroups":["{{group}}"],"resources":[{{Listed(resources)}}]{{(names.Length == 0 ? "" : $",\"resourceNames\":[{Listed(names)}]")}} }""";

    public static string PathRule(string verbs, string paths) => $$"""{"verbs":[{{Listed(verbs)}}],"nonResourceURLs":[{{Listed(paths)}}]}""";

    public static string Role(string name, string rules) => $$$"""{"apiVersion":"{{{Group}}}/v1","kind":"Role","metadata":{"name":"{{{name}}}"},"rules":[{{{rules}}}]}""";

    public static string ClusterRole(string name, string rules, string labels = "", string more = "") =>
        $$$"""{"apiVersion":"{{{Group}}}/v1","kind":"ClusterRole","metadata":{"name":"{{{name}}}","labels":{ {{{labels}}} } },"rules":[{{{rules}}}]{{{more}}} }""";

    public static string Binding(string kind, string name, string roleKind, string role, string subject) =>
        $$$"""{"apiVersion":"{{{Group}}}/v1","kind":"{{{kind}}}","metadata":{"name":"{{{name}}}"},"roleRef":{"apiGroup":"{{{Group}}}","kind":"{{{roleKind}}}","name":"{{{role}}}"},"subjects":[{{{subject}}}]}""";

    public static string User(string name) => $$"""{"apiGroup":"{{Group}}","kind":"User","name":"{{name}}"}""";

    public static string Members(string group) => $$"""{"apiGroup":"{{Group}}","kind":"Group","name":"{{group}}"}""";

    public static string Account(string ns, string name) => $$"""{"kind":"ServiceAccount","namespace":"{{ns}}","name":"{{name}}"}""";

    /// <summary>A user nobody else knows, with these rules in the namespace of the check. The first rule works when this returns.</summary>
    public static async Task<string> Person(this Cluster cluster, string rules, string word = "user")
    {
        var user = $"{cluster.Name(word)}@example.com";
        await cluster.Grant(User(user), rules);
        await cluster.UntilMay(user, rules);
        return user;
    }

    /// <summary>A role of its own in the namespace, bound to a subject.</summary>
    public static async Task<string> Grant(this Cluster cluster, string subject, string rules)
    {
        var name = cluster.Name("role");
        await cluster.Post(cluster.Roles(), Role(name, rules)).Is(201);
        await cluster.Post(cluster.RoleBindings(), Binding("RoleBinding", name, "Role", name, subject)).Is(201);
        return name;
    }

    /// <summary>A cluster role of its own, gone with the check; bound in the cluster where a subject is named.</summary>
    public static async Task<string> GrantEverywhere(this Cluster cluster, string? subject, string rules, string labels = "")
    {
        var name = cluster.Name("role");
        cluster.AtEnd($"{ClusterRoles}/{name}");
        await cluster.Post(ClusterRoles, ClusterRole(name, rules, labels)).Is(201);
        if (subject is not null) await cluster.BindEverywhere(subject, name);
        return name;
    }

    public static async Task BindEverywhere(this Cluster cluster, string subject, string role)
    {
        var name = cluster.Name("binding");
        cluster.AtEnd($"{ClusterRoleBindings}/{name}");
        await cluster.Post(ClusterRoleBindings, Binding("ClusterRoleBinding", name, "ClusterRole", role, subject)).Is(201);
    }

    public static async Task BindHere(this Cluster cluster, string subject, string clusterRole) =>
        await cluster.Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("binding"), "ClusterRole", clusterRole, subject)).Is(201);

    public static string OnResource(string verb, string resource, string ns, string group = "", string name = "", string subresource = "") =>
        $$"""{"resourceAttributes":{"verb":"{{verb}}","group":"{{group}}","resource":"{{resource}}","namespace":"{{ns}}","name":"{{name}}","subresource":"{{subresource}}"} }""";

    public static string OnPath(string verb, string path) => $$"""{"nonResourceAttributes":{"verb":"{{verb}}","path":"{{path}}"} }""";

    /// <summary>The administrator's question whether somebody may do something.</summary>
    public static Task<Answer> Ask(this Cluster cluster, string user, string attributes, params string[] groups) =>
        cluster.Post(Reviews, Review("SubjectAccessReview", $$"""{"user":"{{user}}","groups":[{{Listed(string.Join(' ', groups))}}],{{attributes.Trim()[1..^1]}} }"""));

    public static async Task<bool> May(this Cluster cluster, string user, string attributes, params string[] groups) =>
        (await cluster.Ask(user, attributes, groups).Is(201)).At("status.allowed").GetBoolean();

    public static Task UntilMay(this Cluster cluster, string user, string attributes, params string[] groups) => cluster.Until(
        $"{user} may do {attributes}", () => cluster.Ask(user, attributes.StartsWith("{\"verbs\"", StringComparison.Ordinal) ? cluster.FirstOf(attributes) : attributes, groups), answer => answer.At("status.allowed").ValueKind == System.Text.Json.JsonValueKind.True);

    public static string Review(string kind, string spec, string group = "authorization.k8s.io") => $$"""{"apiVersion":"{{group}}/v1","kind":"{{kind}}","spec":{{spec}} }""";

    /// <summary>What the first of some rules allows, as a question.</summary>
    static string FirstOf(this Cluster cluster, string rules)
    {
        var rule = System.Text.Json.JsonElement.Parse($"[{rules}]")[0];
        string First(string name) => rule.Find($"{name}.0").Word() ?? "";
        var resource = First("resources").Split('/');
        return OnResource(First("verbs"), resource[0], cluster.Namespace, First("apiGroups"), First("resourceNames"), resource.ElementAtOrDefault(1) ?? "");
    }

    static string Listed(string words) => string.Join(",", words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $"\"{word}\""));
}
