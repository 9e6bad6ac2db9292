using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>"Using RBAC Authorization": what roles and bindings give, and what they do not.</summary>
public sealed class RoleChecks : Checks
{
    [Check]
    public async Task What_is_not_served_is_forbidden_to_whoever_has_no_right_to_it(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list", "configmaps"));
        var path = cluster.Of("none.example.com", "things");

        var answer = await cluster.As(user).Get(path).Is(403, "Forbidden");

        Assert.Contains($"cannot list resource \"things\" in API group \"none.example.com\" in the namespace \"{cluster.Namespace}\"", answer.Message);
        await cluster.Get(path).Is(404);
    }

    [Check]
    public async Task Nothing_is_allowed_that_no_binding_gives(Cluster cluster)
    {
        var user = $"{cluster.Name("nobody")}@example.com";

        var answer = await cluster.As(user).Get(cluster.Pods).Is(403, "Forbidden");

        Assert.Contains($"pods is forbidden: User \"{user}\" cannot list resource \"pods\" in API group \"\" in the namespace \"{cluster.Namespace}\"", answer.Message);
        Assert.Equal("pods", answer.Word("details.kind"));
        var one = await cluster.As(user).Delete($"{cluster.Deployments}/x").Is(403, "Forbidden");
        Assert.Contains($"deployments.apps \"x\" is forbidden: User \"{user}\" cannot delete resource \"deployments\" in API group \"apps\"", one.Message);
        Assert.Contains("at the cluster scope", (await cluster.As(user).Get("/api/v1/nodes").Is(403, "Forbidden")).Message);
    }

    [Check]
    public async Task A_role_gives_what_it_says_in_its_namespace_only(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list get", "configmaps"));

        await cluster.As(user).Get(cluster.ConfigMaps).Is(200);
        await cluster.As(user).Get($"{cluster.ConfigMaps}/{cluster.Name("none")}").Is(404, "NotFound");
        await cluster.As(user).Post(cluster.ConfigMaps, ConfigMap(cluster.Name("new"))).Is(403, "Forbidden");
        await cluster.As(user).Get(cluster.Services).Is(403, "Forbidden");
        await cluster.As(user).Get("/api/v1/namespaces/default/configmaps").Is(403, "Forbidden");
        await cluster.As(user).Get("/api/v1/configmaps").Is(403, "Forbidden");
    }

    [Check]
    public async Task A_cluster_role_bound_in_a_namespace_holds_there_only(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";
        await cluster.BindHere(User(user), await cluster.GrantEverywhere(null, Rule("list", "configmaps nodes")));
        await cluster.UntilMay(user, OnResource("list", "configmaps", cluster.Namespace));

        await cluster.As(user).Get(cluster.ConfigMaps).Is(200);
        await cluster.As(user).Get("/api/v1/namespaces/default/configmaps").Is(403, "Forbidden");
        await cluster.As(user).Get("/api/v1/nodes").Is(403, "Forbidden");
    }

    [Check]
    public async Task A_cluster_role_bound_in_the_cluster_holds_in_every_namespace(Cluster cluster)
    {
        var (user, group) = ($"{cluster.Name("user")}@example.com", cluster.Name("group"));
        await cluster.GrantEverywhere(Members(group), Rule("list", "configmaps nodes"));
        await cluster.UntilMay(user, OnResource("list", "configmaps", ""), group);

        foreach (var path in (string[])[cluster.ConfigMaps, "/api/v1/namespaces/default/configmaps", "/api/v1/configmaps", "/api/v1/nodes"])
        {
            await cluster.As(user, group).Get(path).Is(200);
            await cluster.As(user).Get(path).Is(403, "Forbidden");
        }
    }

    [Check]
    public async Task A_right_by_name_holds_for_that_name_and_for_lists_of_it(Cluster cluster)
    {
        var name = cluster.Name("mine");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);
        var user = await cluster.Person(Rule("get list update patch delete", "configmaps", names: name));

        await cluster.As(user).Get($"{cluster.ConfigMaps}/{name}").Is(200);
        await cluster.As(user).Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);
        Assert.Equal([name], (await cluster.As(user).Get($"{cluster.ConfigMaps}?fieldSelector=metadata.name={name}").Is(200)).Names);
        await cluster.As(user).Get(cluster.ConfigMaps).Is(403, "Forbidden");
        await cluster.As(user).Get($"{cluster.ConfigMaps}/other").Is(403, "Forbidden");
        await cluster.As(user).Delete($"{cluster.ConfigMaps}/other").Is(403, "Forbidden");
    }

    [Check]
    public async Task Creating_cannot_be_allowed_by_name(Cluster cluster)
    {
        var name = cluster.Name("mine");
        var user = await cluster.Person($"{Rule("get", "configmaps")},{Rule("create deletecollection", "configmaps", names: name)}");

        await cluster.As(user).Post(cluster.ConfigMaps, ConfigMap(name)).Is(403, "Forbidden");
        await cluster.As(user).Delete($"{cluster.ConfigMaps}?labelSelector=none%3Dhere").Is(403, "Forbidden");
    }

    [Check]
    public async Task A_subresource_takes_a_right_of_its_own(Cluster cluster)
    {
        var name = cluster.Name("sub");
        var evictor = await cluster.Person(Rule("create", "pods/eviction"));
        var reader = await cluster.Person(Rule("get", "pods"));

        await cluster.As(evictor).Post($"{cluster.Pods}/{name}/eviction", $$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{name}}"} }""").Is(404, "NotFound");
        await cluster.As(evictor).Delete($"{cluster.Pods}/{name}").Is(403, "Forbidden");
        await cluster.As(reader).Get($"{cluster.Pods}/{name}").Is(404, "NotFound");
        var log = await cluster.As(reader).Get($"{cluster.Pods}/{name}/log").Is(403, "Forbidden");
        Assert.Contains("cannot get resource \"pods/log\"", log.Message);
    }

    [Check]
    public async Task The_status_takes_a_right_of_its_own(Cluster cluster)
    {
        var name = cluster.Name("status");
        await cluster.Post(cluster.Budgets, Budget(name, name, "\"minAvailable\":1")).Is(201);
        var user = await cluster.Person(Rule("patch", "poddisruptionbudgets", "policy"));

        await cluster.As(user).Merge($"{cluster.Budgets}/{name}", """{"metadata":{"labels":{"a":"b"}}}""").Is(200);
        await cluster.As(user).Merge($"{cluster.Budgets}/{name}/status", """{"status":{"currentHealthy":1}}""").Is(403, "Forbidden");
    }

    [Check]
    public async Task A_star_means_every_resource_with_its_subresources(Cluster cluster)
    {
        var user = await cluster.Person(Rule("get", "*", "apps"));

        Assert.True(await cluster.May(user, OnResource("get", "deployments", cluster.Namespace, "apps", subresource: "scale")));
        Assert.True(await cluster.May(user, OnResource("get", "whatever", cluster.Namespace, "apps")));
        Assert.False(await cluster.May(user, OnResource("get", "pods", cluster.Namespace)));
        Assert.False(await cluster.May(user, OnResource("list", "deployments", cluster.Namespace, "apps")));
    }

    [Check]
    public async Task A_star_before_a_slash_means_that_subresource_of_every_resource(Cluster cluster)
    {
        var user = await cluster.Person($"{Rule("list", "configmaps")},{Rule("get", "*/scale", "apps")}");
        await cluster.UntilMay(user, OnResource("get", "deployments", cluster.Namespace, "apps", subresource: "scale"));

        Assert.True(await cluster.May(user, OnResource("get", "replicasets", cluster.Namespace, "apps", subresource: "scale")));
        Assert.False(await cluster.May(user, OnResource("get", "deployments", cluster.Namespace, "apps")));
        Assert.False(await cluster.May(user, OnResource("get", "deployments", cluster.Namespace, "apps", subresource: "status")));
    }

    [Check]
    public async Task Verbs_are_separate_rights(Cluster cluster)
    {
        var name = cluster.Name("verbs");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);
        var user = await cluster.Person(Rule("patch delete list", "configmaps"));

        await cluster.As(user).Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);
        await cluster.As(user).Put($"{cluster.ConfigMaps}/{name}", ConfigMap(name)).Is(403, "Forbidden");
        await cluster.As(user).Get($"{cluster.ConfigMaps}/{name}").Is(403, "Forbidden");
        var watch = await cluster.As(user).Get($"{cluster.ConfigMaps}?watch=true&timeoutSeconds=1").Is(403, "Forbidden");
        var all = await cluster.As(user).Delete($"{cluster.ConfigMaps}?labelSelector=none%3Dhere").Is(403, "Forbidden");
        await cluster.As(user).Delete($"{cluster.ConfigMaps}/{name}").Is(200);

        Assert.Contains("cannot watch resource", watch.Message);
        Assert.Contains("cannot deletecollection resource", all.Message);
    }

    [Check]
    public async Task Applying_something_new_takes_the_right_to_create_too(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("applied")}";
        string Applied(string data) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{path[(path.LastIndexOf('/') + 1)..]}}}"},"data":{"a":"{{{data}}}"} }""";
        var patcher = await cluster.Person(Rule("patch", "configmaps"));
        var both = await cluster.Person(Rule("patch create", "configmaps"));

        await cluster.As(patcher).Apply(path, "one", Applied("1")).Is(403, "Forbidden");
        await cluster.As(both).Apply(path, "one", Applied("1")).Is(201);
        await cluster.As(patcher).Apply(path, "one", Applied("2")).Is(200);
    }

    [Check]
    public async Task An_update_creates_a_lease_that_is_not_there_for_who_may_create_it(Cluster cluster)
    {
        string Lease(string name) => $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{{name}}}"},"spec":{"holderIdentity":"one"} }""";
        var (mine, other) = (cluster.Name("lease"), cluster.Name("lease"));
        var user = await cluster.Person(Rule("update", "leases", "coordination.k8s.io"));

        await cluster.Put($"{cluster.Leases}/{mine}", Lease(mine)).Is(201);
        await cluster.As(user).Put($"{cluster.Leases}/{other}", Lease(other)).Is(403, "Forbidden");

        await cluster.Get($"{cluster.Leases}/{other}").Is(404);
    }

    [Check]
    public async Task A_role_in_a_namespace_may_allow_to_see_the_namespace_itself(Cluster cluster)
    {
        var user = await cluster.Person(Rule("get", "namespaces"));

        await cluster.As(user).Get($"/api/v1/namespaces/{cluster.Namespace}").Is(200);
        await cluster.As(user).Get("/api/v1/namespaces/default").Is(403, "Forbidden");
        await cluster.As(user).Get("/api/v1/namespaces").Is(403, "Forbidden");
    }

    [Check]
    public async Task Paths_are_allowed_one_by_one_or_by_what_they_begin_with(Cluster cluster)
    {
        var (user, root) = ($"{cluster.Name("user")}@example.com", $"/{cluster.Name("path")}");
        await cluster.GrantEverywhere(User(user), $"{PathRule("get", $"{root}/one {root}/below/*")}");
        await cluster.UntilMay(user, OnPath("get", $"{root}/one"));

        Assert.True(await cluster.May(user, OnPath("get", $"{root}/below/a/b")));
        Assert.False(await cluster.May(user, OnPath("get", $"{root}/two")));
        Assert.False(await cluster.May(user, OnPath("post", $"{root}/one")));
        await cluster.As(user).Get($"{root}/one").Is(404);
        var answer = await cluster.As(user).Get($"{root}/two").Is(403, "Forbidden");
        Assert.Contains($"cannot get path \"{root}/two\"", answer.Message);
    }

    [Check]
    public async Task Everyone_who_is_known_sees_what_the_server_serves(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";

        foreach (var path in (string[])["/api", "/apis", "/apis/apps/v1", "/openapi/v3", "/version", "/healthz"]) await cluster.As(user).Get(path, "application/json, */*").Is(200);
    }

    [Check]
    public async Task Service_accounts_are_subjects_one_by_one_and_as_groups(Cluster cluster)
    {
        var (name, all) = (cluster.Name("robot"), $"system:serviceaccounts:{cluster.Namespace}");
        await cluster.Grant(Account(cluster.Namespace, name), Rule("list", "configmaps"));
        await cluster.Grant(Members(all), Rule("list", "services"));
        await cluster.UntilMay($"system:serviceaccount:{cluster.Namespace}:{name}", OnResource("list", "configmaps", cluster.Namespace));
        await cluster.UntilMay("anyone", OnResource("list", "services", cluster.Namespace), all);

        await cluster.As($"system:serviceaccount:{cluster.Namespace}:{name}").Get(cluster.ConfigMaps).Is(200);
        await cluster.As($"system:serviceaccount:{cluster.Namespace}:{name}").Get(cluster.Services).Is(200);
        await cluster.As($"system:serviceaccount:{cluster.Namespace}:another").Get(cluster.ConfigMaps).Is(403, "Forbidden");
        await cluster.As($"system:serviceaccount:{cluster.Namespace}:another").Get(cluster.Services).Is(200);
        await cluster.As($"system:serviceaccount:default:{name}").Get(cluster.ConfigMaps).Is(403, "Forbidden");
    }

    [Check]
    public async Task Rights_end_with_their_binding_and_with_their_role(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";
        var one = await cluster.Grant(User(user), Rule("list", "configmaps"));
        var other = await cluster.Grant(User(user), Rule("list", "services"));
        await cluster.UntilMay(user, OnResource("list", "configmaps", cluster.Namespace));
        await cluster.UntilMay(user, OnResource("list", "services", cluster.Namespace));

        await cluster.Delete($"{cluster.RoleBindings()}/{one}").Is(200);
        await cluster.Delete($"{cluster.Roles()}/{other}").Is(200);

        await cluster.Until("the binding gives nothing any more", () => cluster.As(user).Get(cluster.ConfigMaps), answer => answer.Code == 403);
        await cluster.Until("the role gives nothing any more", () => cluster.As(user).Get(cluster.Services), answer => answer.Code == 403);
    }

    [Check]
    public async Task A_binding_may_come_before_its_role(Cluster cluster)
    {
        var (user, role) = ($"{cluster.Name("user")}@example.com", cluster.Name("later"));
        await cluster.Post(cluster.RoleBindings(), Binding("RoleBinding", role, "Role", role, User(user))).Is(201);
        await cluster.As(user).Get(cluster.ConfigMaps).Is(403, "Forbidden");

        await cluster.Post(cluster.Roles(), Role(role, Rule("list", "configmaps"))).Is(201);

        await cluster.Until("the role gives its rights", () => cluster.As(user).Get(cluster.ConfigMaps), answer => answer.Code == 200);
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task An_aggregated_role_has_the_rules_of_all_it_selects(Cluster cluster)
    {
        var (user, mark, name) = ($"{cluster.Name("user")}@example.com", cluster.Name("gathers"), cluster.Name("sum"));
        await cluster.GrantEverywhere(null, Rule("list", "configmaps"), $"\"{mark}\":\"yes\"");
        cluster.AtEnd($"{ClusterRoles}/{name}");
        await cluster.Post(ClusterRoles, ClusterRole(name, "", more: $$$""","aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"{{{mark}}}":"yes"} }]}""")).Is(201);
        await cluster.BindHere(User(user), name);

        await cluster.Until("the rules are filled in", $"{ClusterRoles}/{name}", answer => answer.Word("rules.0.resources.0") == "configmaps");
        await cluster.UntilMay(user, OnResource("list", "configmaps", cluster.Namespace));
        Assert.False(await cluster.May(user, OnResource("list", "services", cluster.Namespace)));
        await cluster.GrantEverywhere(null, Rule("list", "services"), $"\"{mark}\":\"yes\"");
        await cluster.UntilMay(user, OnResource("list", "services", cluster.Namespace));
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task A_role_that_joins_view_is_in_view_edit_and_admin(Cluster cluster)
    {
        var (user, group) = ($"{cluster.Name("user")}@example.com", $"{cluster.Name("group")}.example.com");
        await cluster.BindHere(User(user), "admin");

        await cluster.GrantEverywhere(null, Rule("get", "things", group), "\"rbac.authorization.k8s.io/aggregate-to-view\":\"true\"");

        await cluster.UntilMay(user, OnResource("get", "things", cluster.Namespace, group));
        Assert.False(await cluster.May(user, OnResource("delete", "things", cluster.Namespace, group)));
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task View_edit_and_admin_give_more_and_more(Cluster cluster)
    {
        var users = new Dictionary<string, string>();
        foreach (var role in (string[])["view", "edit", "admin"])
        {
            users[role] = $"{cluster.Name(role)}@example.com";
            await cluster.BindHere(User(users[role]), role);
            await cluster.UntilMay(users[role], OnResource("list", "pods", cluster.Namespace));
        }

        async Task<string> Who(string verb, string resource, string group = "", string subresource = "")
        {
            var may = new List<string>();
            foreach (var (role, user) in users)
            {
                if (await cluster.May(user, OnResource(verb, resource, cluster.Namespace, group, subresource: subresource))) may.Add(role);
            }

            return string.Join(' ', may);
        }

        Assert.Equal("view edit admin", await Who("get", "pods", subresource: "log"));
        Assert.Equal("view edit admin", await Who("list", "deployments", "apps"));
        Assert.Equal("edit admin", await Who("get", "secrets"));
        Assert.Equal("edit admin", await Who("create", "pods", subresource: "eviction"));
        Assert.Equal("edit admin", await Who("patch", "deployments", "apps", "scale"));
        Assert.Equal("admin", await Who("create", "rolebindings", Rights.Group));
        Assert.Equal("", await Who("list", "nodes"));
        Assert.Equal("", await Who("delete", "namespaces"));
    }

    [Check]
    public async Task Rules_that_say_nothing_are_invalid(Cluster cluster)
    {
        async Task<IReadOnlyList<string>> Refused(string rule) => (await cluster.Post(cluster.Roles(), Role(cluster.Name("bad"), rule)).Is(422, "Invalid")).CauseFields;

        Assert.Contains("rules[0].verbs", await Refused("""{"apiGroups":[""],"resources":["pods"]}"""));
        Assert.Contains("rules[0].apiGroups", await Refused("""{"verbs":["get"],"resources":["pods"]}"""));
        Assert.Contains("rules[0].resources", await Refused("""{"verbs":["get"],"apiGroups":[""]}"""));
        Assert.Contains("rules[0].nonResourceURLs", await Refused(PathRule("get", "/healthz")));
        var both = await cluster.Post(ClusterRoles, ClusterRole(cluster.Name("bad"), """{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"nonResourceURLs":["/a"]}""")).Is(422, "Invalid");
        Assert.Contains("rules[0].nonResourceURLs", both.CauseFields);
    }

    [Check]
    public async Task Bindings_that_bind_nothing_are_invalid(Cluster cluster)
    {
        // Of others, what they hold is asked first, and of what is no role that cannot be said.
        var master = cluster.As("root", "system:masters");
        async Task<IReadOnlyList<string>> Refused(string kind, string role, string subject) =>
            (await master.Post(kind == "RoleBinding" ? cluster.RoleBindings() : ClusterRoleBindings, Binding(kind, cluster.Name("bad"), role, "view", subject)).Is(422, "Invalid")).CauseFields;

        Assert.Contains("roleRef.kind", await Refused("RoleBinding", "Pod", User("a")));
        Assert.Contains("roleRef.kind", await Refused("ClusterRoleBinding", "Role", User("a")));
        Assert.Contains("subjects[0].kind", await Refused("RoleBinding", "ClusterRole", """{"kind":"Robot","name":"a"}"""));
        Assert.Contains("subjects[0].name", await Refused("RoleBinding", "ClusterRole", User("")));
        Assert.Contains("subjects[0].namespace", await Refused("ClusterRoleBinding", "ClusterRole", """{"kind":"ServiceAccount","name":"a"}"""));
    }

    [Check]
    public async Task A_binding_to_what_is_no_role_is_the_servers_own_mistake_for_who_is_no_master(Cluster cluster)
    {
        var user = $"{cluster.Name("admin")}@example.com";
        await cluster.GrantEverywhere(User(user), Rule("*", "*", "*"));
        await cluster.UntilMay(user, OnResource("create", "rolebindings", cluster.Namespace, Group));

        var answer = await cluster.As(user).Post(cluster.RoleBindings(), Binding("RoleBinding", cluster.Name("bad"), "Pod", "view", User("a"))).Is(500);

        Assert.Contains("unsupported role reference kind: \"Pod\"", answer.Message);
    }

    [Check]
    public async Task A_binding_keeps_its_role_and_may_change_its_subjects(Cluster cluster)
    {
        var name = cluster.Name("kept");
        await cluster.Post(cluster.RoleBindings(), Binding("RoleBinding", name, "ClusterRole", "view", User("a@example.com"))).Is(201);

        var answer = await cluster.Put($"{cluster.RoleBindings()}/{name}", Binding("RoleBinding", name, "ClusterRole", "edit", User("a@example.com"))).Is(422, "Invalid");
        await cluster.Put($"{cluster.RoleBindings()}/{name}", Binding("RoleBinding", name, "ClusterRole", "view", User("b@example.com"))).Is(200);

        Assert.Contains("cannot change roleRef", answer.Message);
    }

    [Check]
    public async Task The_groups_of_role_and_subjects_are_filled_in(Cluster cluster)
    {
        var made = await cluster.Post(cluster.RoleBindings(), $$$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{{cluster.Name("filled")}}}"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"a"},{"kind":"ServiceAccount","namespace":"b","name":"c"}]}""").Is(201);

        Assert.Equal((Rights.Group, Rights.Group, ""), (made.Word("roleRef.apiGroup"), made.Word("subjects.0.apiGroup"), made.Word("subjects.1.apiGroup") ?? ""));
    }

    [Check]
    public async Task Names_of_roles_may_have_colons(Cluster cluster)
    {
        var name = $"conformance:{cluster.Name("role")}:reader";

        await cluster.Post(cluster.Roles(), Role(name, Rule("get", "pods"))).Is(201);
        await cluster.Get($"{cluster.Roles()}/{name}").Is(200);
        await cluster.Post(cluster.Roles(), Role("a%b", Rule("get", "pods"))).Is(422, "Invalid");
    }
}
