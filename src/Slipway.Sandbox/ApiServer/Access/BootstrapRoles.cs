using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>The roles and bindings every cluster has from the start, as far as people use them (Kubernetes, "Default roles and role bindings").</summary>
static class BootstrapRoles
{
    static readonly string[] Read = ["get", "list", "watch"];
    static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    static readonly string[] Discovery = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];
    static readonly string[] Seen = ["configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "pods/log", "pods/status", "replicationcontrollers", "serviceaccounts", "services", "services/status", "namespaces", "resourcequotas", "resourcequotas/status"];
    static readonly string[] Edited = ["configmaps", "endpoints", "persistentvolumeclaims", "pods", "pods/attach", "pods/eviction", "pods/exec", "pods/portforward", "secrets", "serviceaccounts", "services"];
    static readonly string[] Scaled = ["horizontalpodautoscalers"];
    static readonly string[] Batch = ["jobs", "cronjobs"];
    static readonly string[] Apps = ["controllerrevisions", "daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"];

    public static void Create(Objects objects)
    {
        Role(objects, "cluster-admin", null, null, Rule(["*"], ["*"], ["*"]), Paths("*"));
        Role(objects, "system:discovery", null, null, Paths(["get"], Discovery));
        Role(objects, "system:public-info-viewer", null, null, Paths(["get"], ["/healthz", "/livez", "/readyz", "/version", "/version/"]));
        Role(objects, "system:basic-user", null, null,
            Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]), Rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]));
        Role(objects, "view", "edit", "view");
        Role(objects, "edit", "admin", "edit");
        Role(objects, "admin", null, "admin");
        Role(objects, "system:aggregate-to-view", "view", null,
            Rule(Read, [""], Seen), Rule(Read, ["apps"], [.. Apps, "deployments/status", "statefulsets/status"]), Rule(Read, ["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"]), Rule(Read, ["discovery.k8s.io"], ["endpointslices"]),
            Rule(Read, ["autoscaling"], [.. Scaled, "horizontalpodautoscalers/status"]), Rule(Read, ["batch"], [.. Batch, "jobs/status", "cronjobs/status"]));
        Role(objects, "system:aggregate-to-edit", "edit", null,
            Rule([.. Read, .. Write], [""], Edited), Rule([.. Read, .. Write], ["apps"], [.. Apps, "deployments/rollback"]), Rule([.. Read, .. Write], ["policy"], ["poddisruptionbudgets"]),
            Rule([.. Read, .. Write], ["autoscaling"], Scaled), Rule([.. Read, .. Write], ["batch"], Batch),
            Rule([.. Read, .. Write], ["coordination.k8s.io"], ["leases"]), Rule(["create"], [""], ["serviceaccounts/token"]), Rule(["impersonate"], [""], ["serviceaccounts"]));
        Role(objects, "system:aggregate-to-admin", "admin", null,
            Rule([.. Read, .. Write], ["rbac.authorization.k8s.io"], ["roles", "rolebindings"]), Rule(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]));
        Binding(objects, "cluster-admin", "cluster-admin", UserInfo.Masters);
        Binding(objects, "system:discovery", "system:discovery", UserInfo.AllAuthenticated);
        Binding(objects, "system:basic-user", "system:basic-user", UserInfo.AllAuthenticated);
        Binding(objects, "system:public-info-viewer", "system:public-info-viewer", UserInfo.AllAuthenticated, UserInfo.AllUnauthenticated);
    }

    /// <param name="objects">Where it is created.</param>
    /// <param name="name">Its name.</param>
    /// <param name="joins">The role it is aggregated to.</param>
    /// <param name="gathers">It has the rules of all roles that join this one.</param>
    /// <param name="rules">Its own rules.</param>
    static void Role(Objects objects, string name, string? joins, string? gathers, params JsonObject[] rules)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } };
        if (joins is not null) metadata.Child("labels")[Label(joins)] = "true";
        var role = new JsonObject { ["metadata"] = metadata, ["rules"] = new JsonArray([.. rules]) };
        if (gathers is not null)
        {
            role["aggregationRule"] = new JsonObject { ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [Label(gathers)] = "true" } }) };
        }

        objects.Create(RbacKinds.ClusterRoles, role);
    }

    static void Binding(Objects objects, string name, string role, params string[] groups) => objects.Create(RbacKinds.ClusterRoleBindings, new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } },
        ["roleRef"] = new JsonObject { ["kind"] = "ClusterRole", ["name"] = role },
        ["subjects"] = new JsonArray([.. groups.Select(group => new JsonObject { ["kind"] = "Group", ["name"] = group })]),
    });

    static string Label(string role) => $"rbac.authorization.k8s.io/aggregate-to-{role}";

    static JsonObject Rule(string[] verbs, string[] groups, string[] resources) => new PolicyRule { Verbs = verbs, Groups = groups, Resources = resources }.ToJson();

    static JsonObject Paths(params string[] paths) => Paths(["*"], paths);

    static JsonObject Paths(string[] verbs, string[] paths) => new PolicyRule { Verbs = verbs, Paths = paths }.ToJson();
}
