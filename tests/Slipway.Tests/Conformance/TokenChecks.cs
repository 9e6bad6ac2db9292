using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>Tokens of service accounts: TokenRequest and TokenReview ("Managing Service Accounts").</summary>
public sealed class TokenChecks : Checks
{
    const string Tokens = "/apis/authentication.k8s.io/v1/tokenreviews";

    [Check]
    public async Task A_token_signs_in_as_its_service_account(Cluster cluster)
    {
        var (name, token) = await Account(cluster);

        var me = await Me(cluster, token).Is(201);

        Assert.Equal($"system:serviceaccount:{cluster.Namespace}:{name}", me.Word("status.userInfo.username"));
        Assert.Equal(["system:serviceaccounts", $"system:serviceaccounts:{cluster.Namespace}", "system:authenticated"], me.At("status.userInfo.groups").EnumerateArray().Select(group => group.GetString()));
    }

    [Check]
    public async Task A_token_gives_the_rights_of_its_service_account(Cluster cluster)
    {
        var (name, token) = await Account(cluster);
        await cluster.Bearing(token).Get(cluster.ConfigMaps).Is(403, "Forbidden");

        await cluster.Grant(Rights.Account(cluster.Namespace, name), Rule("list", "configmaps"));

        await cluster.Until("the account may list", () => cluster.Bearing(token).Get(cluster.ConfigMaps), answer => answer.Code == 200);
    }

    [Check]
    public async Task A_token_says_until_when_it_is_valid(Cluster cluster)
    {
        var (name, _) = await Account(cluster);

        var answer = await cluster.Post(Path(cluster, name), Review("TokenRequest", """{"expirationSeconds":1200}""", "authentication.k8s.io")).Is(201);

        Assert.Equal(3, answer.Word("status.token")!.Split('.').Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", answer.Word("status.expirationTimestamp"));
        Assert.Equal(1200, answer.Number("spec.expirationSeconds"));
    }

    [Check]
    public async Task A_token_is_valid_for_ten_minutes_at_least(Cluster cluster)
    {
        var (name, _) = await Account(cluster);

        var answer = await cluster.Post(Path(cluster, name), Review("TokenRequest", """{"expirationSeconds":599}""", "authentication.k8s.io")).Is(422, "Invalid");

        Assert.Contains("spec.expirationSeconds", answer.CauseFields);
    }

    [Check]
    public async Task There_is_no_token_for_an_account_that_is_not_there(Cluster cluster) =>
        await cluster.Post(Path(cluster, cluster.Name("none")), Review("TokenRequest", "{}", "authentication.k8s.io")).Is(404, "NotFound");

    [Check]
    public async Task Asking_for_a_token_takes_a_right_of_its_own(Cluster cluster)
    {
        var (name, _) = await Account(cluster);
        var user = await cluster.Person(Rule("get create update", "serviceaccounts"));

        await cluster.As(user).Post(Path(cluster, name), Review("TokenRequest", "{}", "authentication.k8s.io")).Is(403, "Forbidden");
    }

    [Check]
    public async Task A_review_tells_whose_a_token_is(Cluster cluster)
    {
        var (name, token) = await Account(cluster);

        var known = await cluster.Post(Tokens, Review("TokenReview", $$"""{"token":"{{token}}"}""", "authentication.k8s.io")).Is(201);
        var unknown = await cluster.Post(Tokens, Review("TokenReview", """{"token":"made.up.token"}""", "authentication.k8s.io")).Is(201);

        Assert.True(known.At("status.authenticated").GetBoolean());
        Assert.Equal($"system:serviceaccount:{cluster.Namespace}:{name}", known.Word("status.user.username"));
        Assert.NotEmpty(known.Word("status.user.uid")!);
        Assert.False(unknown.At("status.authenticated").ValueKind == System.Text.Json.JsonValueKind.True);
    }

    [Check]
    public async Task A_review_without_a_token_is_a_bad_request(Cluster cluster) =>
        await cluster.Post(Tokens, Review("TokenReview", "{}", "authentication.k8s.io")).Is(400, "BadRequest");

    [Check]
    public async Task A_token_for_others_does_not_sign_in(Cluster cluster)
    {
        var (name, _) = await Account(cluster);
        var token = (await cluster.Post(Path(cluster, name), Review("TokenRequest", """{"audiences":["https://example.com"]}""", "authentication.k8s.io")).Is(201)).Word("status.token");

        await cluster.Bearing(token).Get("/version").Is(401, "Unauthorized");
        var theirs = await cluster.Post(Tokens, Review("TokenReview", $$"""{"token":"{{token}}","audiences":["https://example.com","https://other.example.com"]}""", "authentication.k8s.io")).Is(201);
        var ours = await cluster.Post(Tokens, Review("TokenReview", $$"""{"token":"{{token}}"}""", "authentication.k8s.io")).Is(201);

        Assert.True(theirs.At("status.authenticated").GetBoolean());
        Assert.Equal(("https://example.com", 1), (theirs.Word("status.audiences.0"), theirs.At("status.audiences").GetArrayLength()));
        Assert.False(ours.At("status.authenticated").ValueKind == System.Text.Json.JsonValueKind.True);
    }

    [Check]
    public async Task A_token_ends_with_its_service_account(Cluster cluster)
    {
        var (name, token) = await Account(cluster);
        await Me(cluster, token).Is(201);

        await cluster.Delete($"{cluster.Core("serviceaccounts")}/{name}").Is(200);

        await cluster.Until("the token is nobody's", () => Me(cluster, token), answer => answer is { Code: 401, Reason: "Unauthorized" });
    }

    [Check]
    public async Task A_token_bound_to_a_pod_tells_of_it_and_ends_with_it(Cluster cluster)
    {
        var (name, _) = await Account(cluster);
        var pod = await cluster.Post(cluster.Pods, Pod(cluster.Name("bound"), spec: $",\"serviceAccountName\":\"{name}\",\"nodeSelector\":{{\"conformance.slipway.dev/none\":\"here\"}}")).Is(201);
        string Bound(string uid) => Review("TokenRequest", $$$"""{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"{{{pod.Name}}}","uid":"{{{uid}}}"} }""", "authentication.k8s.io");

        await cluster.Post(Path(cluster, name), Bound("55555555-5555-5555-5555-555555555555")).Is(409, "Conflict");
        await cluster.Post(Path(cluster, "default"), Bound(pod.Uid)).Is(400, "BadRequest");
        var token = (await cluster.Post(Path(cluster, name), Bound(pod.Uid)).Is(201)).Word("status.token");
        var me = await Me(cluster, token).Is(201);
        Assert.Equal(pod.Name, me.At("status.userInfo.extra").GetProperty("authentication.kubernetes.io/pod-name")[0].GetString());

        await cluster.Delete($"{cluster.Pods}/{pod.Name}?gracePeriodSeconds=0");

        await cluster.Until("the token has gone with the pod", () => Me(cluster, token), answer => answer.Code == 401);
    }

    [Check]
    public async Task A_token_nobody_has_is_401_and_none_gives_nothing(Cluster cluster)
    {
        await cluster.Bearing("made.up.token").Get(cluster.ConfigMaps).Is(401, "Unauthorized");
        var nobody = await cluster.Bearing(null).Get(cluster.ConfigMaps);

        Assert.True(nobody.Code is 401 or 403, nobody.Text);
    }

    static string Path(Cluster cluster, string account) => $"{cluster.Core("serviceaccounts")}/{account}/token";

    static Task<Answer> Me(Cluster cluster, string? token) =>
        cluster.Bearing(token).Post("/apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""");

    static async Task<(string Name, string Token)> Account(Cluster cluster)
    {
        var name = cluster.Name("robot");
        await cluster.Post(cluster.Core("serviceaccounts"), $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{name}}}"} }""").Is(201);
        var token = await cluster.Post(Path(cluster, name), Review("TokenRequest", "{}", "authentication.k8s.io")).Is(201);
        return (name, token.Word("status.token")!);
    }
}
