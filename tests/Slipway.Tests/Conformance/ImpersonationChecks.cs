using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>"User impersonation": acting as another, as far as that is allowed.</summary>
public sealed class ImpersonationChecks : Checks
{
    [Check]
    public async Task Who_is_impersonated_is_who_one_is(Cluster cluster)
    {
        var user = $"{cluster.Name("jane")}@example.com";

        var seen = await Me(cluster.As(user, "one"));

        Assert.Equal(user, seen.Word("status.userInfo.username"));
        Assert.Equal(["one", "system:authenticated"], Groups(seen));
    }

    [Check]
    public async Task Uid_and_extra_values_can_be_impersonated(Cluster cluster)
    {
        var seen = await Me(cluster.As(new Person("jane@example.com", []) { Uid = "a-1", Extra = [("scopes", "read"), ("example.com/Team", "ops")] }));

        Assert.Equal("a-1", seen.Word("status.userInfo.uid"));
        Assert.Equal(["read"], Extra(seen, "scopes"));
        Assert.Equal(["ops"], Extra(seen, "example.com/team"));
    }

    [Check]
    public async Task An_impersonated_service_account_is_in_its_groups(Cluster cluster)
    {
        var seen = await Me(cluster.As($"system:serviceaccount:{cluster.Namespace}:default"));

        Assert.Equal(["system:serviceaccounts", $"system:serviceaccounts:{cluster.Namespace}", "system:authenticated"], Groups(seen));
    }

    [Check]
    public async Task An_impersonated_user_has_their_rights_and_no_others(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list", "configmaps"));

        await cluster.As(user).Get(cluster.ConfigMaps).Is(200);
        await cluster.As(user).Get("/api/v1/nodes").Is(403, "Forbidden");
        await cluster.Get("/api/v1/nodes").Is(200);
    }

    [Check]
    public async Task Groups_uid_or_extra_without_a_user_are_refused(Cluster cluster)
    {
        foreach (var person in (Person[])[new(null, ["one"]), new(null, []) { Uid = "a-1" }, new(null, []) { Extra = [("scopes", "read")] }])
        {
            Assert.InRange((await cluster.As(person).Get(cluster.ConfigMaps)).Code, 400, 500);
        }
    }

    [Check]
    public async Task Who_may_not_impersonate_is_refused(Cluster cluster)
    {
        var robot = await Robot(cluster, null);

        var answer = await robot.As("jane@example.com").Get(cluster.ConfigMaps).Is(403, "Forbidden");

        // Releases up to 1.35 say whom; from 1.36 on what was to be done as somebody else.
        Assert.Contains("cannot impersonate", answer.Message);
    }

    [Check]
    public async Task A_user_may_be_impersonated_by_name(Cluster cluster)
    {
        var robot = await Robot(cluster, Rule("impersonate", "users", names: "jane@example.com"));

        Assert.Equal("jane@example.com", (await Me(robot.As("jane@example.com"))).Word("status.userInfo.username"));
        await Refused(robot.As("john@example.com"));
        await Refused(robot.As("jane@example.com", "system:masters"));
    }

    [Check]
    public async Task Groups_uids_and_each_extra_key_take_rights_of_their_own(Cluster cluster)
    {
        var robot = await Robot(cluster, $"{Rule("impersonate", "users")},{Rule("impersonate", "groups", names: "one")},{Rule("impersonate", "uids", "authentication.k8s.io")},{Rule("impersonate", "userextras/scopes", "authentication.k8s.io", names: "read")}");

        Assert.Equal(["one", "system:authenticated"], Groups(await Me(robot.As(new Person("jane", ["one"]) { Uid = "a-1", Extra = [("scopes", "read")] }))));
        await Refused(robot.As("jane", "two"));
        await Refused(robot.As(new Person("jane", []) { Extra = [("scopes", "write")] }));
        await Refused(robot.As(new Person("jane", []) { Extra = [("team", "ops")] }));
    }

    [Check]
    public async Task A_right_to_users_is_none_to_service_accounts(Cluster cluster)
    {
        var robot = await Robot(cluster, Rule("impersonate", "users"));

        await Me(robot.As("jane"));
        await Refused(robot.As($"system:serviceaccount:{cluster.Namespace}:default"));
    }

    [Check]
    public async Task Service_accounts_may_be_impersonated_within_a_namespace(Cluster cluster)
    {
        var robot = await Robot(cluster, null);
        var me = (await Me(robot)).Word("status.userInfo.username")!;
        await cluster.Grant(User(me), Rule("impersonate", "serviceaccounts"));
        await cluster.UntilMay(me, OnResource("impersonate", "serviceaccounts", cluster.Namespace, name: "default"));

        Assert.Equal($"system:serviceaccount:{cluster.Namespace}:default", (await Me(robot.As($"system:serviceaccount:{cluster.Namespace}:default"))).Word("status.userInfo.username"));
        await Refused(robot.As("system:serviceaccount:default:default"));
    }

    /// <summary>A service account with a token, and these rights in the cluster.</summary>
    static async Task<Cluster> Robot(Cluster cluster, string? rules)
    {
        var name = cluster.Name("robot");
        await cluster.Post(cluster.Core("serviceaccounts"), $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{name}}}"} }""").Is(201);
        var token = await cluster.Post($"{cluster.Core("serviceaccounts")}/{name}/token", Review("TokenRequest", "{}", "authentication.k8s.io")).Is(201);
        var robot = cluster.Bearing(token.Word("status.token"));
        if (rules is null) return robot;
        await cluster.GrantEverywhere(Account(cluster.Namespace, name), rules);
        var user = rules.Contains("jane@example.com") ? "jane@example.com" : "jane";
        await cluster.UntilMay($"system:serviceaccount:{cluster.Namespace}:{name}", OnResource("impersonate", "users", "", name: user));
        return robot;
    }

    static Task<Answer> Me(Cluster cluster) => cluster.Post("/apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""").Is(201);

    static Task<Answer> Refused(Cluster cluster) => cluster.Get("/version").Is(403, "Forbidden");

    static IEnumerable<string?> Groups(Answer answer) => answer.At("status.userInfo.groups").EnumerateArray().Select(group => group.GetString());

    static IEnumerable<string?> Extra(Answer answer, string key) => answer.At("status.userInfo.extra").GetProperty(key).EnumerateArray().Select(value => value.GetString());
}
