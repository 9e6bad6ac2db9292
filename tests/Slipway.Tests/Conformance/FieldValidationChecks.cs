using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Unknown, duplicate and ill-typed fields (Kubernetes API concepts, "Field validation").</summary>
public sealed class FieldValidationChecks : Checks
{
    [Check]
    public async Task Strict_refuses_an_unknown_field(Cluster cluster)
    {
        var name = cluster.Name("strict");

        var answer = await cluster.Post($"{cluster.Deployments}?fieldValidation=Strict", Deployment(name, 0, ",\"wrong\":1")).Is(400, "BadRequest");

        Assert.Contains("strict decoding error: unknown field \"spec.wrong\"", answer.Message);
        await cluster.Get($"{cluster.Deployments}/{name}").Is(404);
    }

    [Check]
    public async Task Warn_drops_an_unknown_field_and_says_so_in_a_header(Cluster cluster)
    {
        var name = cluster.Name("warn");

        var answer = await cluster.Post($"{cluster.Deployments}?fieldValidation=Warn", Deployment(name, 0, ",\"wrong\":1")).Is(201);

        Assert.Contains(answer.Warnings, warning => warning.StartsWith("299", StringComparison.Ordinal) && warning.Contains("unknown field") && warning.Contains("spec.wrong"));
        Assert.False(answer.Has("spec.wrong"));
    }

    [Check]
    public async Task Ignore_drops_an_unknown_field_silently(Cluster cluster)
    {
        var answer = await cluster.Post($"{cluster.Deployments}?fieldValidation=Ignore", Deployment(cluster.Name("ignore"), 0, ",\"wrong\":1")).Is(201);

        Assert.DoesNotContain(answer.Warnings, warning => warning.Contains("wrong"));
        Assert.False(answer.Has("spec.wrong"));
    }

    [Check]
    public async Task To_warn_is_the_default(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("default"), 0, ",\"wrong\":1")).Is(201);

        Assert.Contains(answer.Warnings, warning => warning.Contains("spec.wrong"));
    }

    [Check]
    public async Task Every_unknown_field_is_named_with_its_path(Cluster cluster)
    {
        var body = Deployment(cluster.Name("paths"), 0, ",\"wrong\":1").Replace("\"name\":\"app\"", "\"name\":\"app\",\"odd\":true");

        var answer = await cluster.Post($"{cluster.Deployments}?fieldValidation=Strict", body).Is(400, "BadRequest");

        Assert.Contains("spec.wrong", answer.Message);
        Assert.Contains("spec.template.spec.containers[0].odd", answer.Message);
    }

    [Check]
    public async Task Strict_refuses_a_duplicate_field(Cluster cluster)
    {
        var answer = await cluster.Post($"{cluster.Deployments}?fieldValidation=Strict", Deployment(cluster.Name("twice"), 0, ",\"paused\":true,\"paused\":false")).Is(400, "BadRequest");

        Assert.Contains("duplicate field \"spec.paused\"", answer.Message);
    }

    [Check]
    public async Task Of_duplicate_fields_the_last_wins_and_a_warning_is_sent(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("twice"), 0, ",\"minReadySeconds\":1,\"minReadySeconds\":2")).Is(201);

        Assert.Equal(2, answer.Number("spec.minReadySeconds"));
        Assert.Contains(answer.Warnings, warning => warning.Contains("duplicate field") && warning.Contains("spec.minReadySeconds"));
    }

    [Check]
    public async Task A_patch_with_an_unknown_field_is_422_under_Strict_and_warned_of_under_Warn(Cluster cluster)
    {
        var name = cluster.Name("patch");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var strict = await cluster.Merge($"{cluster.Deployments}/{name}?fieldValidation=Strict", """{"spec":{"wrong":1}}""").Is(422, "Invalid");
        var warned = await cluster.Merge($"{cluster.Deployments}/{name}?fieldValidation=Warn", """{"spec":{"wrong":1}}""").Is(200);

        Assert.Contains("spec.wrong", strict.Message);
        Assert.Contains(warned.Warnings, warning => warning.Contains("spec.wrong"));
    }

    [Check]
    public async Task A_value_of_the_wrong_type_is_a_bad_request(Cluster cluster)
    {
        await cluster.Post(cluster.Deployments, Deployment(cluster.Name("type"), 0).Replace("\"replicas\":0", "\"replicas\":\"none\"")).Is(400, "BadRequest");
        await cluster.Post(cluster.Deployments, Deployment(cluster.Name("type"), 0).Replace("\"replicas\":0", "\"replicas\":1.5")).Is(400, "BadRequest");
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("type")}}}"},"data":{"a":1} }""").Is(400, "BadRequest");
        await cluster.Post(cluster.ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":"none"}""").Is(400, "BadRequest");
        await cluster.Post(cluster.Pods, Pod(cluster.Name("type"), container: ",\"args\":\"not a list\"")).Is(400, "BadRequest");
    }

    [Check]
    public async Task A_patch_to_the_wrong_type_is_unprocessable(Cluster cluster)
    {
        var name = cluster.Name("type");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"replicas":"none"}}""").Is(422, "Invalid");
    }

    [Check]
    public async Task An_unknown_rule_of_field_validation_is_invalid(Cluster cluster) =>
        await cluster.Post($"{cluster.ConfigMaps}?fieldValidation=Sometimes", ConfigMap(cluster.Name("rule"))).Is(422, "Invalid");

    [Check]
    public async Task A_null_is_the_same_as_nothing(Cluster cluster)
    {
        var made = await cluster.Post($"{cluster.Deployments}?fieldValidation=Strict", Deployment(cluster.Name("null"), 0, ",\"minReadySeconds\":null,\"strategy\":null")).Is(201);

        Assert.Equal("RollingUpdate", made.Word("spec.strategy.type"));
    }
}
