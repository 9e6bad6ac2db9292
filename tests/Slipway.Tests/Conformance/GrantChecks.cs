using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>"Privilege escalation prevention and bootstrapping": nobody hands out more than they have.</summary>
public sealed class GrantChecks : Checks
{
    static readonly string Granting = Rule("create update patch get", "roles rolebindings", Group);

    [Check]
    public async Task Nobody_makes_a_role_of_more_than_they_have(Cluster cluster)
    {
        var user = await cluster.Person($"{Granting},{Rule("get list", "pods")}");

        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("own"), Rule("get", "pods"))).Is(201);
        var answer = await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("more"), Rule("get delete", "pods secrets"))).Is(403, "Forbidden");

        Assert.Contains($"user \"{user}\"", answer.Message);
        Assert.Contains("is attempting to grant RBAC permissions not currently held", answer.Message);
        Assert.Contains("secrets", answer.Message);
    }

    [Check]
    public async Task Who_may_do_it_to_one_name_does_not_grant_it_for_all(Cluster cluster)
    {
        var user = await cluster.Person($"{Granting},{Rule("get", "configmaps", names: "one")}");

        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("one"), Rule("get", "configmaps", names: "one"))).Is(201);
        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("two"), Rule("get", "configmaps", names: "one two"))).Is(403, "Forbidden");
        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("all"), Rule("get", "configmaps"))).Is(403, "Forbidden");
    }

    [Check]
    public async Task Nobody_adds_to_a_role_what_they_do_not_have(Cluster cluster)
    {
        var name = cluster.Name("grows");
        await cluster.Post(cluster.Roles(), Role(name, Rule("get", "pods"))).Is(201);
        var user = await cluster.Person($"{Granting},{Rule("get", "pods")}");

        await cluster.As(user).Put($"{cluster.Roles()}/{name}", Role(name, Rule("get", "pods secrets"))).Is(403, "Forbidden");
        await cluster.As(user).JsonPatch($"{cluster.Roles()}/{name}", """[{"op":"add","path":"/rules/0/verbs/-","value":"delete"}]""").Is(403, "Forbidden");
        await cluster.As(user).Merge($"{cluster.Roles()}/{name}", """{"metadata":{"labels":{"a":"b"}}}""").Is(200);
    }

    [Check]
    public async Task Who_may_escalate_makes_any_role(Cluster cluster)
    {
        var user = await cluster.Person($"{Granting},{Rule("escalate", "roles", Group)}");
        await cluster.UntilMay(user, OnResource("escalate", "roles", cluster.Namespace, Group));

        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("more"), Rule("*", "*", "*"))).Is(201);
    }

    [Check]
    public async Task Nobody_binds_a_role_of_more_than_they_have(Cluster cluster)
    {
        var user = await cluster.Person($"{Granting},{Rule("get list", "pods")}");
        var (held, more) = (cluster.Name("held"), cluster.Name("more"));
        await cluster.Post(cluster.Roles(), Role(held, Rule("get", "pods"))).Is(201);
        await cluster.Post(cluster.Roles(), Role(more, Rule("get", "secrets"))).Is(201);

        await cluster.Until("the role one holds can be bound", () => cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("own"), "Role", held, User(user))), answer => answer.Code == 201);
        await cluster.Until("the other is refused", () => cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("more"), "Role", more, User(user))), answer => answer.Code == 403);
        await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("all"), "ClusterRole", "cluster-admin", User(user))).Is(403, "Forbidden");
    }

    [Check]
    public async Task Who_may_bind_a_role_binds_that_one_only(Cluster cluster)
    {
        var user = await cluster.Person($"{Granting},{Rule("bind", "clusterroles", Group, names: "view")}");
        await cluster.UntilMay(user, OnResource("bind", "clusterroles", cluster.Namespace, Group, "view"));

        await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("view"), "ClusterRole", "view", User("a@example.com"))).Is(201);
        await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("edit"), "ClusterRole", "edit", User("a@example.com"))).Is(403, "Forbidden");
    }

    [Check]
    public async Task Who_may_not_bind_cannot_bind_a_role_that_is_not_there(Cluster cluster)
    {
        var user = await cluster.Person(Granting);

        await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("none"), "ClusterRole", cluster.Name("none"), User(user))).Is(404, "NotFound");
    }

    [Check]
    public async Task Rights_in_one_namespace_make_no_cluster_role(Cluster cluster)
    {
        var user = await cluster.Person(Rule("get", "pods"));
        await cluster.GrantEverywhere(User(user), Rule("create", "clusterroles clusterrolebindings", Group));
        await cluster.UntilMay(user, OnResource("create", "clusterroles", "", Group));

        await cluster.As(user).Post(ClusterRoles, ClusterRole(cluster.Name("more"), Rule("get", "pods"))).Is(403, "Forbidden");
        await cluster.As(user).Post(ClusterRoleBindings, Binding("ClusterRoleBinding", cluster.Name("more"), "ClusterRole", "view", User(user))).Is(403, "Forbidden");
    }

    [Check]
    public async Task Only_who_may_everything_makes_a_role_that_gathers_others(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";
        await cluster.GrantEverywhere(User(user), Rule("create", "clusterroles", Group));
        await cluster.UntilMay(user, OnResource("create", "clusterroles", "", Group));
        var name = cluster.Name("gathers");

        var answer = await cluster.As(user).Post(ClusterRoles, ClusterRole(name, "", more: ""","aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}""")).Is(403, "Forbidden");

        Assert.Contains("aggregationRule", answer.Message);
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task An_administrator_of_a_namespace_hands_out_its_rights_and_no_more(Cluster cluster)
    {
        var user = $"{cluster.Name("admin")}@example.com";
        await cluster.BindHere(User(user), "admin");
        await cluster.UntilMay(user, OnResource("create", "rolebindings", cluster.Namespace, Group));

        // While somebody adds to the aggregated roles, "admin" may lag behind "view".
        var view = Binding("RoleBinding", cluster.Name("view"), "ClusterRole", "view", User("a@example.com"));
        await cluster.Until("it hands out a role that is in its own", () => cluster.As(user).Post(cluster.RoleBindings(), view), answer => answer.Code == 201);
        await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("all"), "ClusterRole", "cluster-admin", User(user))).Is(403, "Forbidden");
        await cluster.As(user).Post(cluster.Roles(), Role(cluster.Name("nodes"), Rule("list", "nodes"))).Is(403, "Forbidden");
    }

    [Check]
    public async Task A_dry_run_is_refused_as_well(Cluster cluster)
    {
        var user = await cluster.Person(Granting);

        await cluster.As(user).Post($"{cluster.Roles()}?dryRun=All", Role(cluster.Name("dry"), Rule("get", "secrets"))).Is(403, "Forbidden");
    }
}
