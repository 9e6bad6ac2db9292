using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>Questions about access: SelfSubjectReview, (Self, Local)SubjectAccessReview, SelfSubjectRulesReview.</summary>
public sealed class AccessReviewChecks : Checks
{
    const string Self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const string Others = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    const string OwnRules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

    [Check]
    public async Task One_is_told_who_one_is(Cluster cluster)
    {
        var answer = await cluster.As("jane@example.com", "ops").Post("/apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""").Is(201);

        Assert.Equal(("SelfSubjectReview", "jane@example.com"), (answer.Word("kind"), answer.Word("status.userInfo.username")));
    }

    [Check]
    public async Task One_may_ask_what_one_may_do(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list", "configmaps"));

        Assert.True(await Mine(cluster.As(user), OnResource("list", "configmaps", cluster.Namespace)));
        Assert.False(await Mine(cluster.As(user), OnResource("delete", "configmaps", cluster.Namespace)));
        Assert.False(await Mine(cluster.As(user), OnResource("list", "configmaps", "default")));
        Assert.False(await Mine(cluster.As(user), OnResource("list", "configmaps", "")));
    }

    [Check]
    public async Task Verbs_and_resources_nobody_serves_can_be_asked_for(Cluster cluster)
    {
        var user = await cluster.Person($"{Rule("publish", "tickets", "example.com", names: "one")},{Rule("approve", "tickets/state", "example.com")}");

        Assert.True(await Mine(cluster.As(user), OnResource("publish", "tickets", cluster.Namespace, "example.com", "one")));
        Assert.False(await Mine(cluster.As(user), OnResource("publish", "tickets", cluster.Namespace, "example.com", "two")));
        Assert.True(await Mine(cluster.As(user), OnResource("approve", "tickets", cluster.Namespace, "example.com", subresource: "state")));
        Assert.False(await Mine(cluster.As(user), OnResource("approve", "tickets", cluster.Namespace, "example.com")));
    }

    [Check]
    public async Task Paths_can_be_asked_for(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";

        Assert.True(await Mine(cluster.As(user), OnPath("get", "/version")));
        Assert.False(await Mine(cluster.As(user), OnPath("get", $"/{cluster.Name("secret")}")));
    }

    [Check]
    public async Task A_question_is_about_one_thing(Cluster cluster)
    {
        var none = await cluster.Post(Self, Review("SelfSubjectAccessReview", "{}")).Is(422, "Invalid");
        var both = await cluster.Post(Self, Review("SelfSubjectAccessReview", $"{OnPath("get", "/a").TrimEnd('}', ' ')}}},{OnResource("get", "pods", "a").TrimStart('{')}")).Is(422, "Invalid");

        Assert.Contains("spec.resourceAttributes", none.CauseFields);
        Assert.Contains("spec.nonResourceAttributes", both.CauseFields);
    }

    [Check]
    public async Task A_question_has_no_name(Cluster cluster)
    {
        var answer = await cluster.Post(Self, $$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","metadata":{"name":"mine"},"spec":{{OnPath("get", "/version")}} }""").Is(422, "Invalid");

        Assert.Contains("metadata", answer.CauseFields);
    }

    [Check]
    public async Task Questions_are_not_kept(Cluster cluster)
    {
        await cluster.Get(Self).Is(405, "MethodNotAllowed");
        await cluster.Delete(Self).Is(405, "MethodNotAllowed");
    }

    [Check]
    public async Task Others_rights_are_told_by_user_and_by_group(Cluster cluster)
    {
        var (user, group) = (await cluster.Person(Rule("list", "configmaps")), cluster.Name("group"));
        await cluster.Grant(Members(group), Rule("list", "services"));
        await cluster.UntilMay("anyone", OnResource("list", "services", cluster.Namespace), group);

        Assert.True(await cluster.May(user, OnResource("list", "configmaps", cluster.Namespace)));
        Assert.False(await cluster.May(user, OnResource("list", "services", cluster.Namespace)));
        Assert.True(await cluster.May(user, OnResource("list", "services", cluster.Namespace), group));
        Assert.True(await cluster.May("", OnResource("list", "services", cluster.Namespace), group));
        Assert.True(await cluster.May("anyone", OnResource("delete", "nodes", ""), "system:masters"));
    }

    [Check]
    public async Task Asking_for_others_takes_a_right_of_its_own(Cluster cluster)
    {
        var user = $"{cluster.Name("user")}@example.com";

        await cluster.As(user).Ask("another", OnResource("get", "pods", cluster.Namespace)).Is(403, "Forbidden");
    }

    [Check]
    public async Task A_question_about_nobody_is_invalid(Cluster cluster)
    {
        var answer = await cluster.Post(Others, Review("SubjectAccessReview", OnPath("get", "/version"))).Is(422, "Invalid");

        Assert.Contains("spec.user", answer.CauseFields);
    }

    [Check]
    public async Task A_local_question_is_about_its_namespace(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list", "configmaps"));
        var path = cluster.Of("authorization.k8s.io", "localsubjectaccessreviews");
        string Asked(string attributes) => Review("LocalSubjectAccessReview", $$"""{"user":"{{user}}",{{attributes.Trim()[1..^1]}} }""");

        var answer = await cluster.Post(path, Asked(OnResource("list", "configmaps", cluster.Namespace))).Is(201);
        var elsewhere = await cluster.Post(path, Asked(OnResource("list", "configmaps", "default"))).Is(422, "Invalid");
        var nowhere = await cluster.Post(path, Asked(OnPath("get", "/version"))).Is(422, "Invalid");

        Assert.True(answer.At("status.allowed").GetBoolean());
        Assert.Equal(cluster.Namespace, answer.Word("metadata.namespace"));
        Assert.Contains("spec.resourceAttributes.namespace", elsewhere.CauseFields);
        Assert.Contains("spec.nonResourceAttributes", nowhere.CauseFields);
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task Who_administers_a_namespace_may_ask_there(Cluster cluster)
    {
        var user = $"{cluster.Name("admin")}@example.com";
        await cluster.BindHere(User(user), "admin");
        await cluster.UntilMay(user, OnResource("create", "localsubjectaccessreviews", cluster.Namespace, "authorization.k8s.io"));
        var body = Review("LocalSubjectAccessReview", $$"""{"user":"another",{{OnResource("get", "pods", cluster.Namespace).Trim()[1..^1]}} }""");

        var answer = await cluster.As(user).Post(cluster.Of("authorization.k8s.io", "localsubjectaccessreviews"), body).Is(201);

        Assert.False(answer.At("status.allowed").GetBoolean());
    }

    [Check]
    public async Task All_one_may_do_in_a_namespace_is_listed(Cluster cluster)
    {
        var user = await cluster.Person(Rule("list get", "configmaps", names: "one"));

        var mine = await cluster.As(user).Post(OwnRules, Review("SelfSubjectRulesReview", $$"""{"namespace":"{{cluster.Namespace}}"}""")).Is(201);
        var elsewhere = await cluster.As(user).Post(OwnRules, Review("SelfSubjectRulesReview", """{"namespace":"default"}""")).Is(201);

        var rule = Assert.Single(mine.At("status.resourceRules").EnumerateArray(), rule => rule.Find("resources.0").Word() == "configmaps");
        Assert.Equal(("list", "get", "", "one"), (rule.Find("verbs.0").Word(), rule.Find("verbs.1").Word(), rule.Find("apiGroups.0").Word(), rule.Find("resourceNames.0").Word()));
        Assert.Contains(mine.At("status.nonResourceRules").EnumerateArray(), rule => rule.Find("nonResourceURLs").EnumerateArray().Any(path => path.GetString() == "/version"));
        Assert.DoesNotContain(elsewhere.At("status.resourceRules").EnumerateArray(), rule => rule.Find("resources.0").Word() == "configmaps");
    }

    [Check]
    public async Task Rules_are_listed_for_a_namespace(Cluster cluster) => await cluster.Post(OwnRules, Review("SelfSubjectRulesReview", "{}")).Is(400, "BadRequest");

    static async Task<bool> Mine(Cluster cluster, string attributes) => (await cluster.Post(Self, Review("SelfSubjectAccessReview", attributes)).Is(201)).At("status.allowed").GetBoolean();
}
