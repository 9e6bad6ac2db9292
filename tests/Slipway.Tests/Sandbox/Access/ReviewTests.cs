using Xunit;

namespace Slipway.Tests.Sandbox.Access;

public sealed class ReviewTests
{
    const string SelfReview = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    [Theory]
    [InlineData("list", "pods", "", true)]
    [InlineData("list", "pods", "kube-system", false)]
    [InlineData("create", "pods", "", false)]
    public async Task A_person_may_ask_what_they_may_do(string verb, string resource, string ns, bool allowed)
    {
        await using var world = new AccessWorld();
        world.Bind("User", "ops", "view", "default");

        var answer = world.Post("ops", SelfReview, $$"""
            { "spec": { "resourceAttributes": { "verb": "{{verb}}", "resource": "{{resource}}", "namespace": "{{(ns.Length == 0 ? "default" : ns)}}" } } }
            """);

        Assert.Equal((201, allowed), (answer.Code, answer.Status.GetProperty("allowed").GetBoolean()));
    }

    [Fact]
    public async Task Asking_for_others_takes_a_right_of_its_own()
    {
        await using var world = new AccessWorld();
        world.Bind("Group", "sre", "view", "default");
        const string body = """{ "spec": { "user": "somebody", "groups": ["sre"], "resourceAttributes": { "verb": "get", "resource": "pods", "namespace": "default" } } }""";

        Assert.Equal(403, world.Post("ops", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body).Code);
        Assert.True(world.Post("admin", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body).Status.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task Who_am_I_is_answered_with_name_and_groups()
    {
        await using var world = new AccessWorld();

        var user = world.Post("ops", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").Status.GetProperty("userInfo");

        Assert.Equal("ops", user.GetProperty("username").GetString());
        Assert.Equal(["sre", "system:authenticated"], user.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
    }

    [Fact]
    public async Task What_one_may_do_is_listed()
    {
        await using var world = new AccessWorld();
        world.Bind("User", "ops", "view", "default");

        var status = world.Post("ops", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{ "spec": { "namespace": "default" } }""").Status;

        Assert.Contains(status.GetProperty("resourceRules").EnumerateArray(), rule => rule.GetProperty("resources").EnumerateArray().Any(resource => resource.GetString() == "pods/log"));
        Assert.Contains(status.GetProperty("nonResourceRules").EnumerateArray(), rule => rule.GetProperty("nonResourceURLs").EnumerateArray().Any(path => path.GetString() == "/version"));
    }

    [Fact]
    public async Task A_question_about_nothing_is_invalid()
    {
        await using var world = new AccessWorld();

        var answer = world.Post("ops", SelfReview, """{ "spec": {} }""");

        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task A_service_account_token_signs_in_until_it_expires_or_its_account_goes()
    {
        await using var world = new AccessWorld();
        world.Post("admin", "/api/v1/namespaces/default/serviceaccounts", """{ "metadata": { "name": "robot" } }""");
        var token = world.Post("admin", "/api/v1/namespaces/default/serviceaccounts/robot/token", """{ "spec": { "expirationSeconds": 600 } }""").Status.GetProperty("token").GetString()!;

        var user = world.Post(token, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").Status.GetProperty("userInfo");
        Assert.Equal("system:serviceaccount:default:robot", user.GetProperty("username").GetString());
        Assert.True(world.Post("admin", "/apis/authentication.k8s.io/v1/tokenreviews", $$"""{ "spec": { "token": "{{token}}" } }""").Status.GetProperty("authenticated").GetBoolean());

        world.Time.Advance(TimeSpan.FromSeconds(601));
        Assert.Equal(401, world.Get(token, "/version").Code);

        var second = world.Post("admin", "/api/v1/namespaces/default/serviceaccounts/robot/token", "{}").Status.GetProperty("token").GetString()!;
        world.Delete("admin", "/api/v1/namespaces/default/serviceaccounts/robot");
        Assert.Equal(401, world.Get(second, "/version").Code);
    }

    [Fact]
    public async Task A_short_lived_token_is_refused()
    {
        await using var world = new AccessWorld();
        world.Post("admin", "/api/v1/namespaces/default/serviceaccounts", """{ "metadata": { "name": "robot" } }""");

        var answer = world.Post("admin", "/api/v1/namespaces/default/serviceaccounts/robot/token", """{ "spec": { "expirationSeconds": 60 } }""");

        Assert.Equal(422, answer.Code);
        Assert.Contains("may not specify a duration less than 10 minutes", answer.Message);
    }
}
