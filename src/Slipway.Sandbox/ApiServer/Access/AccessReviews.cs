using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Questions about access, asked by creating an object that is never stored, and tokens of service accounts.</summary>
sealed class AccessReviews(Objects objects, TimeProvider time, AccessCheck access, Accounts accounts)
{
    const string Authorization = "authorization.k8s.io";
    const string Authentication = "authentication.k8s.io";

    static readonly ResourceType PodKind = Slipway.Resources.Kinds.Pods;

    public static IReadOnlyList<ServedKind> Kinds { get; } =
    [
        Review(Authorization, "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        Review(Authorization, "subjectaccessreviews", "SubjectAccessReview"),
        Review(Authorization, "localsubjectaccessreviews", "LocalSubjectAccessReview", namespaced: true),
        Review(Authorization, "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        Review(Authentication, "selfsubjectreviews", "SelfSubjectReview"),
        Review(Authentication, "tokenreviews", "TokenReview"),
    ];

    /// <summary>Answers a question of one of <see cref="Kinds"/>.</summary>
    public ApiResponse Answer(ApiRequest request, ApiTarget target, UserInfo user)
    {
        if (request.Method != "POST" || target.Name is not null) throw StatusException.NotAllowed();
        var review = RequestBodies.ReadObject(request).Object;
        ResourceRequests.CheckKind(target, review);
        (review["apiVersion"], review["kind"]) = (target.Type.ApiVersion, target.Type.Kind);
        ReviewRules.Check(target, review);
        review["status"] = target.Type.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = user.ToJson() },
            "TokenReview" => Token(review),
            "SelfSubjectRulesReview" => Rules(review, user),
            "SelfSubjectAccessReview" => Verdict(review, user),
            _ => Verdict(review, new(review.At("spec", "user").Text() ?? "", review.At("spec", "groups").Texts())),
        };
        return ApiResponse.Json(201, review);
    }

    /// <summary><c>POST …/serviceaccounts/NAME/token</c>.</summary>
    public ApiResponse IssueToken(ApiRequest request, ApiTarget target)
    {
        var body = RequestBodies.ReadObject(request).Object;
        var account = objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);
        var seconds = ReviewRules.Seconds(body);
        var audiences = body.At("spec", "audiences").Texts() is { Count: > 0 } named ? named : [Accounts.Audience];
        var pod = body.At("spec", "boundObjectRef") is JsonObject bound ? Pod(bound, target) : null;
        var expires = time.GetUtcNow().AddSeconds(seconds);
        (body["apiVersion"], body["kind"]) = ($"{Authentication}/v1", "TokenRequest");
        body.Child("metadata")["name"] = target.Name;
        body.Child("metadata")["namespace"] = target.Namespace;
        body.Child("spec")["audiences"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]);
        body.Child("spec")["expirationSeconds"] = seconds;
        body["status"] = new JsonObject
        {
            ["token"] = accounts.Issue(new(target.Namespace, target.Name!, account.Uid, expires.ToUnixTimeSeconds(), audiences) { Pod = pod?.Name, PodUid = pod?.Uid }),
            ["expirationTimestamp"] = Objects.Text(expires),
        };
        return ApiResponse.Json(201, body);
    }

    StoredObject Pod(JsonObject bound, ApiTarget target)
    {
        if (bound["kind"].Text() != "Pod") throw StatusException.BadRequest($"cannot bind token to object of type {bound["apiVersion"].Text()}, Kind={bound["kind"].Text()}");
        var name = bound["name"].Text() ?? "";
        var pod = objects.Get(PodKind, new(target.Namespace, name)) ?? throw StatusException.NotFound(PodKind, name);
        var runsAs = pod.Json.At("spec", "serviceAccountName").Text() ?? "";
        if (runsAs != target.Name) throw StatusException.BadRequest($"cannot bind token for serviceaccount \"{target.Name}\" to pod running with serviceaccount \"{runsAs}\"");
        if (bound["uid"].Text() is { Length: > 0 } uid && uid != pod.Uid)
        {
            throw StatusException.Conflict(PodKind, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        return pod;
    }

    JsonObject Verdict(JsonObject review, UserInfo user) => new() { ["allowed"] = access.Allows(user, AccessAttributes.Of(review.ToElement().At("spec"))!) };

    JsonObject Token(JsonObject review)
    {
        if (review.At("spec", "token").Text() is not { Length: > 0 } token) throw StatusException.BadRequest("token is required for TokenReview in authentication");
        var asked = review.At("spec", "audiences").Texts() is { Count: > 0 } named ? named : [Accounts.Audience];
        return accounts.OfToken(token, asked) is var (user, audiences)
            ? new() { ["authenticated"] = true, ["user"] = user.ToJson(), ["audiences"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]) }
            : new() { ["error"] = "invalid bearer token" };
    }

    JsonObject Rules(JsonObject review, UserInfo user)
    {
        if (review.At("spec", "namespace").Text() is not { Length: > 0 } ns) throw StatusException.BadRequest("no namespace on request");
        var rules = access.RulesOf(user, ns).ToLookup(rule => rule.Paths.Count > 0);
        return new()
        {
            ["incomplete"] = false,
            ["resourceRules"] = new JsonArray([.. rules[false].Select(rule => rule.ToJson())]),
            ["nonResourceRules"] = new JsonArray([.. rules[true].Select(rule => rule.ToJson())]),
        };
    }

    static ServedKind Review(string group, string plural, string kind, bool namespaced = false) =>
        new() { Type = new(group, "v1", plural, kind, namespaced), Singular = kind.ToLowerInvariant(), Verbs = ["create"] };
}
