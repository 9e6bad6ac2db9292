using System.Text;
using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>What no client should send: refused as the API server refuses it, and never an internal error.</summary>
public sealed class BadInputChecks : Checks
{
    [Check]
    public async Task Malformed_JSON_is_a_bad_request(Cluster cluster)
    {
        foreach (var body in (string[])["{", "", "null", "[]", "\"text\"", "{\"kind\":\"ConfigMap\",}", "{'kind':'ConfigMap'}", "not json at all", "{}{}"])
        {
            var answer = await cluster.Post(cluster.ConfigMaps, body);
            Assert.True(answer.Code is >= 400 and < 500, $"{body}: {answer.Code} {answer.Text}");
        }
    }

    [Check]
    public async Task An_unknown_content_type_is_415(Cluster cluster) =>
        await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("type")), "text/plain").Is(415, "UnsupportedMediaType");

    [Check]
    public async Task JSON_under_a_parameterized_content_type_is_read(Cluster cluster) =>
        await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("type")), "application/json; charset=utf-8").Is(201);

    [Check]
    public async Task An_unknown_path_is_404(Cluster cluster)
    {
        foreach (var path in (string[])["/nothing", "/api/v1/nothing", "/api/v9/pods", "/apis/nothing.example.com/v1", "/apis/apps/v9/deployments", $"/api/v1/namespaces/{cluster.Namespace}/nothing", $"{cluster.ConfigMaps}/a/nothing"])
        {
            Assert.Equal(404, (await cluster.Get(path)).Code);
        }
    }

    [Check]
    public async Task A_verb_that_does_not_belong_to_the_path_is_405(Cluster cluster)
    {
        Assert.Equal(405, (await cluster.Put(cluster.ConfigMaps, ConfigMap("a"))).Code);
        Assert.Equal(405, (await cluster.Merge(cluster.ConfigMaps, "{}")).Code);
        Assert.Equal(405, (await cluster.Post($"{cluster.ConfigMaps}/a", ConfigMap("a"))).Code);
    }

    [Check]
    public async Task A_body_over_three_megabytes_is_413(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("huge"), $$$""","data":{"a":"{{{new string('x', 3 * 1024 * 1024)}}}"}"""));

        Assert.Equal(413, answer.Code);
        Assert.Equal("RequestEntityTooLarge", answer.Reason);
    }

    [Check]
    public async Task Deep_nesting_is_refused_or_dropped(Cluster cluster)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 20_000)) + "1" + new string('}', 20_000);

        var answer = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("deep"), $",\"data\":{deep}"));

        Assert.Equal(400, answer.Code);
    }

    [Check]
    public async Task YAML_that_is_deep_or_repeats_itself_without_end_is_refused(Cluster cluster)
    {
        var bomb = $"a: &a [x,x,x,x,x,x,x,x,x]\n{string.Concat("bcdefghi".Select(letter => $"{letter}: &{letter} [{string.Join(",", Enumerable.Repeat($"*{(char)(letter - 1)}", 9))}]\n"))}";

        foreach (var body in (string[])[new string('[', 50_000), string.Concat(Enumerable.Repeat("{a: ", 20_000)), bomb, "a: *nobody", "\t- x", "? {a: b}\n: c"])
        {
            var answer = await cluster.Post(cluster.ConfigMaps, body, "application/yaml");
            Assert.True(answer.Code is >= 400 and < 500, $"{body[..Math.Min(20, body.Length)]}: {answer.Code} {answer.Text}");
        }
    }

    [Check]
    public async Task Invalid_UTF_8_does_no_harm(Cluster cluster)
    {
        var name = cluster.Name("utf");
        var body = Encoding.UTF8.GetBytes(ConfigMap(name, ",\"data\":{\"a\":\"?\"}"));
        body[Array.IndexOf(body, (byte)'?')] = 0xff;

        var answer = await cluster.SendBytes("POST", cluster.ConfigMaps, body);

        Assert.True(answer.Code is 201 or 400, $"{answer.Code} {answer.Text}");
        Assert.Equal(answer.Code == 201 ? 200 : 404, (await cluster.Get($"{cluster.ConfigMaps}/{name}")).Code);
    }

    [Check]
    public async Task Text_of_every_script_comes_back_as_it_was_sent(Cluster cluster)
    {
        var name = cluster.Name("text");
        const string text = "naïve 支付宝 🚀 \u0001 <>&' \\u0022 \u2028";

        await cluster.Post(cluster.ConfigMaps, ConfigMap(name, $",\"data\":{{\"a\":{System.Text.Json.JsonSerializer.Serialize(text)}}}")).Is(201);

        Assert.Equal(text, (await cluster.Get($"{cluster.ConfigMaps}/{name}").Is(200)).Word("data.a"));
    }

    [Check]
    public async Task Numbers_that_are_none_in_the_query_are_bad_requests(Cluster cluster)
    {
        await cluster.Get($"{cluster.ConfigMaps}?limit=many").Is(400, "BadRequest");
        await cluster.Get($"{cluster.ConfigMaps}?watch=true&timeoutSeconds=long").Is(400, "BadRequest");
    }

    [Check]
    public async Task A_field_selector_that_cannot_be_read_is_a_bad_request(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?fieldSelector=nonsense").Is(400, "BadRequest");

    [Check]
    public async Task Delete_options_that_cannot_be_read_delete_nothing(Cluster cluster)
    {
        var name = cluster.Name("kept");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        foreach (var options in (string[])["{ broken", """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":"soon"}"""])
        {
            // Releases up to 1.34 put it as the server's own mistake.
            var answer = await cluster.Delete($"{cluster.ConfigMaps}/{name}", options);
            Assert.True(answer.Code is 400 or 500, $"{answer.Code}: {answer.Text}");
        }

        await cluster.Get($"{cluster.ConfigMaps}/{name}").Is(200);
    }

    [Check]
    public async Task A_field_manager_of_more_than_128_characters_is_invalid(Cluster cluster) =>
        await cluster.Post($"{cluster.ConfigMaps}?fieldManager={new string('m', 129)}", ConfigMap(cluster.Name("manager"))).Is(422, "Invalid");

    [Check]
    public async Task A_name_with_a_slash_or_a_percent_is_not_found_or_refused(Cluster cluster)
    {
        foreach (var name in (string[])["a%2Fb", "%00", "a%20b", new string('n', 5000)])
        {
            var answer = await cluster.Get($"{cluster.ConfigMaps}/{name}");
            Assert.True(answer.Code is >= 400 and < 500, $"{name}: {answer.Code}");
        }
    }

    [Check]
    public async Task Every_refusal_is_a_Status(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.ConfigMaps, ConfigMap("Bad_Name")).Is(422, "Invalid");

        Assert.Equal(("Status", "v1", "Failure", 422), (answer.Word("kind"), answer.Word("apiVersion"), answer.Word("status"), answer.Number("code")));
        Assert.Equal(("FieldValueInvalid", "metadata.name"), (answer.Word("details.causes.0.reason"), answer.Word("details.causes.0.field")));
        Assert.StartsWith("application/json", answer.ContentType);
    }

    [Check]
    public async Task Writes_while_their_definition_is_deleted_succeed_or_are_refused(Cluster cluster)
    {
        var kind = await Kind.Define(cluster, "\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true");

        // A server may hold the first object of a kind back until all its copies know the kind.
        await cluster.Post(kind.Objects, kind.Object("first", "{}")).Is(201);

        var writes = Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => cluster.Post(kind.Objects, kind.Object($"a{n}", "{}")))));
        await cluster.Delete(kind.Definition).Is(200);
        var answers = await writes;

        // kube-apiserver answers 503 while it takes the kind's storage down.
        Assert.All(answers, answer => Assert.True(answer.Code is 201 or 404 or 405 or 409 or 403 or 429 or 503, $"{answer.Code} {answer.Text}"));
        await cluster.Gone(kind.Definition);
        await cluster.Until("the kind is not served any more", kind.Objects, answer => answer.Code == 404);
    }
}
