using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Questions about access, asked by creating an object that is never stored, and tokens of service accounts.</summary>
sealed class AccessReviews(Objects objects, TimeProvider time, AccessCheck access, Accounts accounts)
{
    const string Authorization = "authorization.k8s.io";
    const string Authentication = "authentication.k8s.io";

    static readonly TimeSpan ShortestToken = TimeSpan.FromMinutes(10);

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
        if (request.Method != "POST" || target.Name is not null) throw new StatusException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        var review = RequestBodies.ReadObject(request).Object;
        (review["apiVersion"], review["kind"]) = (target.Type.ApiVersion, target.Type.Kind);
        review.Child("metadata");
        review["status"] = target.Type.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = user.ToJson() },
            "TokenReview" => Token(review),
            "SelfSubjectRulesReview" => Rules(review, user),
            "SelfSubjectAccessReview" => Verdict(review, user),
            _ => Verdict(review, Subject(review, target)),
        };
        return ApiResponse.Json(201, review);
    }

    /// <summary><c>POST …/serviceaccounts/NAME/token</c>.</summary>
    public ApiResponse IssueToken(ApiRequest request, ApiTarget target)
    {
        var account = objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);
        var body = RequestBodies.ReadObject(request).Object;
        var seconds = body.At("spec", "expirationSeconds").Number() ?? 3600;
        if (seconds < ShortestToken.TotalSeconds)
        {
            var type = new ResourceType(Authentication, "v1", "tokenrequests", "TokenRequest", Namespaced: true);
            throw StatusException.Invalid(type, "", [FieldError.Invalid("spec.expirationSeconds", $"{seconds}", "may not specify a duration less than 10 minutes")]);
        }

        var expires = time.GetUtcNow().AddSeconds(seconds);
        (body["apiVersion"], body["kind"]) = ($"{Authentication}/v1", "TokenRequest");
        body.Child("metadata")["name"] = target.Name;
        body.Child("metadata")["namespace"] = target.Namespace;
        body["status"] = new JsonObject
        {
            ["token"] = accounts.IssueFor(target.Namespace, target.Name!, account.Uid, expires),
            ["expirationTimestamp"] = Objects.Text(expires),
        };
        return ApiResponse.Json(201, body);
    }

    JsonObject Verdict(JsonObject review, UserInfo user)
    {
        var wanted = AccessAttributes.Of(review.ToElement().At("spec"))
            ?? throw StatusException.Invalid(
                new(Authorization, "v1", "subjectaccessreviews", review["kind"].Text() ?? "", Namespaced: false),
                "", [FieldError.Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
        return new() { ["allowed"] = access.Allows(user, wanted) };
    }

    static UserInfo Subject(JsonObject review, ApiTarget target)
    {
        var spec = review.ToElement().At("spec");
        var name = spec.At("user").Text() ?? "";
        var groups = spec.At("groups").Items().Select(group => group.GetString() ?? "").ToList();
        if (name.Length == 0 && groups.Count == 0) throw StatusException.Invalid(target.Type, "", [FieldError.Required("spec.user", "at least one of user or group must be specified")]);
        if (target.Type.Namespaced && spec.At("resourceAttributes", "namespace").Text() != target.Namespace)
        {
            throw StatusException.Invalid(target.Type, "", [FieldError.Invalid("spec.resourceAttributes.namespace", $"\"{spec.At("resourceAttributes", "namespace").Text()}\"", "must match metadata.namespace")]);
        }

        return new(name, groups);
    }

    JsonObject Token(JsonObject review) => accounts.OfToken(review.At("spec", "token").Text() ?? "") is { } user
        ? new() { ["authenticated"] = true, ["user"] = user.ToJson() }
        : new() { ["error"] = "invalid bearer token" };

    JsonObject Rules(JsonObject review, UserInfo user)
    {
        var rules = access.RulesOf(user, review.At("spec", "namespace").Text() ?? "").ToLookup(rule => rule.Paths.Count > 0);
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
