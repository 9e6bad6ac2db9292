using Xunit;

namespace Slipway.Tests.Sandbox.Access;

public sealed class AccessTests
{
    const string Pods = "/api/v1/namespaces/default/pods";
    const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";

    [Fact]
    public async Task A_token_nobody_has_is_refused()
    {
        await using var world = new AccessWorld();

        var answer = world.Get("stranger", Pods);

        Assert.Equal((401, "Unauthorized"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task Without_a_token_one_is_anonymous_and_sees_little()
    {
        await using var world = new AccessWorld();

        Assert.Equal(200, world.Get("", "/version").Code);
        var answer = world.Get("", Pods);

        Assert.Equal((403, "pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task Nothing_is_allowed_that_no_binding_gives()
    {
        await using var world = new AccessWorld();

        Assert.Equal(403, world.Get("ops", Pods).Code);
        world.Bind("User", "ops", "view", "default");

        Assert.Equal(200, world.Get("ops", Pods).Code);
        Assert.Equal(403, world.Get("ops", "/api/v1/namespaces/kube-system/pods").Code);
        Assert.Equal(403, world.Get("ops", "/api/v1/pods").Code);
        Assert.Equal(403, world.Post("ops", Pods, """{ "metadata": { "name": "pod" }, "spec": { "containers": [ { "name": "app", "image": "nginx" } ] } }""").Code);
    }

    [Fact]
    public async Task A_group_bound_in_the_cluster_has_its_rights_in_every_namespace()
    {
        await using var world = new AccessWorld();

        world.Bind("Group", "sre", "edit", ns: null);

        Assert.Equal(200, world.Get("ops", "/api/v1/pods").Code);
        Assert.Equal(201, world.Post("ops", "/api/v1/namespaces/kube-public/configmaps", """{ "metadata": { "name": "settings" } }""").Code);
        Assert.Equal(403, world.Get("viewer", "/api/v1/pods").Code);
    }

    [Fact]
    public async Task A_right_to_a_subresource_is_a_right_of_its_own()
    {
        await using var world = new AccessWorld();
        world.Post("admin", Roles, """{ "metadata": { "name": "evictor" }, "rules": [ { "apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"] } ] }""");
        world.Post("admin", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
            { "metadata": { "name": "evictor" }, "subjects": [ { "kind": "User", "name": "ops" } ], "roleRef": { "kind": "Role", "name": "evictor" } }
            """);

        Assert.Equal(404, world.Post("ops", $"{Pods}/pod/eviction", """{ "metadata": { "name": "pod" } }""").Code);
        Assert.Equal(403, world.Delete("ops", $"{Pods}/pod").Code);
    }

    [Fact]
    public async Task A_right_by_name_holds_for_that_name_only()
    {
        await using var world = new AccessWorld();
        world.Post("admin", Roles, """{ "metadata": { "name": "one" }, "rules": [ { "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["one"], "verbs": ["get"] } ] }""");
        world.Post("admin", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
            { "metadata": { "name": "one" }, "subjects": [ { "kind": "User", "name": "ops" } ], "roleRef": { "kind": "Role", "name": "one" } }
            """);

        Assert.Equal(404, world.Get("ops", "/api/v1/namespaces/default/configmaps/one").Code);
        Assert.Equal(403, world.Get("ops", "/api/v1/namespaces/default/configmaps/other").Code);
    }

    [Fact]
    public async Task Nobody_grants_what_they_do_not_have()
    {
        await using var world = new AccessWorld();
        world.Bind("User", "ops", "admin", "default");

        var own = world.Post("ops", Roles, """{ "metadata": { "name": "own" }, "rules": [ { "apiGroups": [""], "resources": ["pods"], "verbs": ["get"] } ] }""");
        var more = world.Post("ops", Roles, """{ "metadata": { "name": "more" }, "rules": [ { "apiGroups": [""], "resources": ["nodes"], "verbs": ["get"] } ] }""");
        var bound = world.Post("ops", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
            { "metadata": { "name": "all" }, "subjects": [ { "kind": "User", "name": "ops" } ], "roleRef": { "kind": "ClusterRole", "name": "cluster-admin" } }
            """);

        Assert.Equal(201, own.Code);
        Assert.Equal((403, "Forbidden"), (more.Code, more.Reason));
        Assert.Contains("is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\"]}", more.Message);
        Assert.Equal(403, bound.Code);
    }

    [Fact]
    public async Task A_binding_keeps_its_role()
    {
        await using var world = new AccessWorld();
        world.Bind("User", "ops", "view", "default");

        var changed = world.Put("admin", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/ops-view", """
            { "metadata": { "name": "ops-view" }, "subjects": [], "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit" } }
            """);

        Assert.Equal((422, "Invalid"), (changed.Code, changed.Reason));
        Assert.Contains("cannot change roleRef", changed.Message);
    }

    [Fact]
    public async Task One_who_may_impersonate_acts_as_another()
    {
        await using var world = new AccessWorld();
        world.Bind("User", "viewer", "view", "default");

        Assert.Equal(200, world.Get("admin", Pods, ("Impersonate-User", "viewer")).Code);
        Assert.Equal(403, world.Get("admin", "/api/v1/nodes", ("Impersonate-User", "viewer")).Code);
        var refused = world.Get("ops", Pods, ("Impersonate-User", "viewer"));

        Assert.Equal((403, "users \"viewer\" is forbidden: User \"ops\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Where_roles_do_not_decide_everyone_may_do_everything()
    {
        await using var world = new AccessWorld(rbac: false);

        Assert.Equal(200, world.Get("", "/api/v1/nodes").Code);
        Assert.Equal(200, world.Get("stranger", "/api/v1/nodes").Code);
        Assert.Equal("ops", world.Post("ops", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").Status.GetProperty("userInfo").GetProperty("username").GetString());
    }
}
