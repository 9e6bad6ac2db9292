using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>JSON patch (RFC 6902), merge patch (RFC 7386) and strategic merge patch ("Update API Objects in Place Using kubectl patch").</summary>
public sealed class PatchChecks : Checks
{
    [Check]
    public async Task JSON_patch_adds_replaces_and_removes(Cluster cluster)
    {
        var path = await One(cluster);

        var patched = await cluster.JsonPatch(path, """[{"op":"add","path":"/data/c","value":"3"},{"op":"replace","path":"/data/a","value":"9"},{"op":"remove","path":"/data/b"}]""").Is(200);

        Assert.Equal(("9", null, "3"), (patched.Word("data.a"), patched.Word("data.b"), patched.Word("data.c")));
    }

    [Check]
    public async Task JSON_patch_moves_and_copies(Cluster cluster)
    {
        var path = await One(cluster);

        var patched = await cluster.JsonPatch(path, """[{"op":"move","from":"/data/a","path":"/data/x"},{"op":"copy","from":"/data/b","path":"/data/y"}]""").Is(200);

        Assert.Equal((null, "1", "2", "2"), (patched.Word("data.a"), patched.Word("data.x"), patched.Word("data.b"), patched.Word("data.y")));
    }

    [Check]
    public async Task JSON_patch_escapes_slashes_in_keys(Cluster cluster)
    {
        var path = await One(cluster);

        var patched = await cluster.JsonPatch(path, """[{"op":"add","path":"/metadata/annotations","value":{}},{"op":"add","path":"/metadata/annotations/example.com~1note","value":"x"}]""").Is(200);

        Assert.Equal("x", patched.Word("metadata.annotations.example~1com/note"));
    }

    [Check]
    public async Task A_JSON_patch_whose_test_holds_is_applied(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.JsonPatch(path, """[{"op":"test","path":"/data/a","value":"1"},{"op":"replace","path":"/data/a","value":"2"}]""").Is(200);
    }

    [Check]
    public async Task A_JSON_patch_whose_test_fails_is_422_and_nothing_of_it_is_applied(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.JsonPatch(path, """[{"op":"replace","path":"/data/b","value":"9"},{"op":"test","path":"/data/a","value":"other"}]""").Is(422, "Invalid");

        Assert.Equal("2", (await cluster.Get(path)).Word("data.b"));
    }

    [Check]
    public async Task A_JSON_patch_of_a_path_that_is_not_there_is_422(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.JsonPatch(path, """[{"op":"remove","path":"/data/none"}]""").Is(422, "Invalid");
        await cluster.JsonPatch(path, """[{"op":"replace","path":"/data/none","value":"x"}]""").Is(422, "Invalid");
        await cluster.JsonPatch(path, """[{"op":"add","path":"/none/below","value":"x"}]""").Is(422, "Invalid");
    }

    [Check]
    public async Task A_JSON_patch_that_is_no_list_is_a_bad_request(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.JsonPatch(path, """{"op":"add","path":"/data/x","value":"y"}""").Is(400, "BadRequest");
        await cluster.JsonPatch(path, "no json").Is(400, "BadRequest");
    }

    [Check]
    public async Task An_unknown_operation_of_a_JSON_patch_is_refused(Cluster cluster)
    {
        var path = await One(cluster);

        var answer = await cluster.JsonPatch(path, """[{"op":"frobnicate","path":"/data/a"}]""");

        Assert.InRange(answer.Code, 400, 422);
    }

    [Check]
    public async Task JSON_patch_inserts_into_lists_and_appends_to_them(Cluster cluster)
    {
        var name = cluster.Name("list");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.JsonPatch($"{cluster.Deployments}/{name}", $$"""[{"op":"add","path":"/spec/template/spec/containers/0","value":{"name":"first","image":"{{Image}}"} },{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"last","image":"{{Image}}"} }]""").Is(200);

        Assert.Equal(("first", "app", "last"), (patched.Word("spec.template.spec.containers.0.name"), patched.Word("spec.template.spec.containers.1.name"), patched.Word("spec.template.spec.containers.2.name")));
    }

    [Check]
    public async Task Merge_patch_sets_and_null_removes(Cluster cluster)
    {
        var path = await One(cluster);

        var patched = await cluster.Merge(path, """{"data":{"a":null,"c":"3"}}""").Is(200);

        Assert.Equal((null, "2", "3"), (patched.Word("data.a"), patched.Word("data.b"), patched.Word("data.c")));
    }

    [Check]
    public async Task Merge_patch_replaces_lists_whole(Cluster cluster)
    {
        var name = cluster.Name("list");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.Merge($"{cluster.Deployments}/{name}", $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"other","image":"{{{Image}}}"}]} } } }""").Is(200);

        Assert.Equal("other", patched.Word("spec.template.spec.containers.0.name"));
        Assert.False(patched.Has("spec.template.spec.containers.1"));
    }

    [Check]
    public async Task A_merge_patch_that_is_no_object_is_a_bad_request(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.Merge(path, "[]").Is(400, "BadRequest");
        await cluster.Merge(path, "{").Is(400, "BadRequest");
    }

    [Check]
    public async Task A_patch_with_an_older_version_is_409(Cluster cluster)
    {
        var path = await One(cluster);
        var before = await cluster.Get(path);
        await cluster.Merge(path, """{"data":{"a":"2"}}""").Is(200);

        await cluster.Merge(path, $$$"""{"metadata":{"resourceVersion":"{{{before.Version}}}"},"data":{"a":"3"} }""").Is(409, "Conflict");
    }

    [Check]
    public async Task A_patch_does_not_change_the_uid(Cluster cluster)
    {
        var path = await One(cluster);
        var before = await cluster.Get(path);

        var answer = await cluster.Merge(path, """{"metadata":{"uid":"44444444-4444-4444-4444-444444444444"}}""");

        Assert.True(answer.Code is 409 or 422, answer.Text);
        Assert.Equal(before.Uid, (await cluster.Get(path)).Uid);
    }

    [Check]
    public async Task A_patch_does_not_rename(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.Merge(path, """{"metadata":{"name":"other"}}""").Is(400, "BadRequest");
    }

    [Check]
    public async Task A_patch_of_what_is_not_there_is_404(Cluster cluster) =>
        await cluster.Merge($"{cluster.ConfigMaps}/{cluster.Name("none")}", "{}").Is(404, "NotFound");

    [Check]
    public async Task A_patch_that_makes_the_object_invalid_is_422(Cluster cluster)
    {
        var name = cluster.Name("bad");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var answer = await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"replicas":-3}}""").Is(422, "Invalid");

        Assert.Contains("spec.replicas", answer.CauseFields);
    }

    [Check]
    public async Task A_patch_of_an_unknown_type_is_415(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.Send("PATCH", path, "{}", "application/json").Is(415, "UnsupportedMediaType");
        await cluster.Send("PATCH", path, "{}", "text/plain").Is(415, "UnsupportedMediaType");
    }

    [Check]
    public async Task Strategic_patch_merges_containers_by_name(Cluster cluster)
    {
        var name = cluster.Name("merge");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"1"}]},{"name":"side","image":"{{{Image}}}"}]} } } }""").Is(200);
        var again = await cluster.Strategic($"{cluster.Deployments}/{name}", """{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"B","value":"2"}]}]}}}}""").Is(200);

        Assert.Equal(2, patched.At("spec.template.spec.containers").GetArrayLength());
        var app = again.At("spec.template.spec.containers").EnumerateArray().Single(container => container.Find("name").Word() == "app");
        Assert.Equal((Image, 2), (app.Find("image").Word(), app.Find("env").GetArrayLength()));
    }

    [Check]
    public async Task Strategic_patch_deletes_an_item_by_directive(Cluster cluster)
    {
        var name = cluster.Name("drop");
        await cluster.Post(cluster.Deployments, Deployment(name, 0).Replace("\"containers\":[", $"\"containers\":[{{\"name\":\"side\",\"image\":\"{Image}\"}},")).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", """{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}""").Is(200);

        Assert.Equal(1, patched.At("spec.template.spec.containers").GetArrayLength());
        Assert.Equal("app", patched.Word("spec.template.spec.containers.0.name"));
    }

    [Check]
    public async Task Strategic_patch_replaces_by_directive(Cluster cluster)
    {
        var name = cluster.Name("replace");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"only","image":"{{{Image}}}"},{"$patch":"replace"}]} } } }""").Is(200);

        Assert.Equal(("only", 1), (patched.Word("spec.template.spec.containers.0.name"), patched.At("spec.template.spec.containers").GetArrayLength()));
    }

    [Check]
    public async Task Strategic_patch_replaces_lists_without_a_key(Cluster cluster)
    {
        var name = cluster.Name("args");
        await cluster.Post(cluster.Deployments, Deployment(name, 0).Replace("\"name\":\"app\"", "\"name\":\"app\",\"args\":[\"a\",\"b\"]")).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", """{"spec":{"template":{"spec":{"containers":[{"name":"app","args":["c"]}]}}}}""").Is(200);

        Assert.Equal("""["c"]""", patched.At("spec.template.spec.containers.0.args").GetRawText().Replace(" ", ""));
    }

    [Check]
    public async Task Strategic_patch_unites_finalizers(Cluster cluster)
    {
        var path = await One(cluster, ""","finalizers":["conformance.slipway.dev/a"]""");

        var patched = await cluster.Strategic(path, """{"metadata":{"finalizers":["conformance.slipway.dev/b"]}}""").Is(200);
        var dropped = await cluster.Strategic(path, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["conformance.slipway.dev/a","conformance.slipway.dev/b"]}}""").Is(200);

        Assert.Equal(2, patched.At("metadata.finalizers").GetArrayLength());
        Assert.False(dropped.Has("metadata.finalizers.0"));
    }

    [Check]
    public async Task Strategic_patch_retains_only_the_keys_it_names(Cluster cluster)
    {
        var name = cluster.Name("retain");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""").Is(200);

        Assert.Equal("Recreate", patched.Word("spec.strategy.type"));
        Assert.False(patched.Has("spec.strategy.rollingUpdate"));
    }

    [Check]
    public async Task Strategic_patch_orders_a_list_as_asked(Cluster cluster)
    {
        var name = cluster.Name("order");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var patched = await cluster.Strategic($"{cluster.Deployments}/{name}", $$$"""{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"first"},{"name":"app"}],"containers":[{"name":"first","image":"{{{Image}}}"}]} } } }""").Is(200);

        Assert.Equal(("first", "app"), (patched.Word("spec.template.spec.containers.0.name"), patched.Word("spec.template.spec.containers.1.name")));
    }

    [Check]
    public async Task Conditions_of_a_status_merge_by_type(Cluster cluster)
    {
        var name = cluster.Name("conditions");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        await cluster.Strategic($"{cluster.Pods}/{name}/status", """{"status":{"conditions":[{"type":"example.com/one","status":"True"}]}}""").Is(200);
        var patched = await cluster.Strategic($"{cluster.Pods}/{name}/status", """{"status":{"conditions":[{"type":"example.com/two","status":"False"}]}}""").Is(200);

        Assert.Equal(("True", "False"), (patched.Json.Condition("example.com/one"), patched.Json.Condition("example.com/two")));
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task Force_belongs_to_apply_only(Cluster cluster)
    {
        var path = await One(cluster);

        await cluster.Merge($"{path}?force=true", "{}").Is(422, "Invalid");
    }

    static async Task<string> One(Cluster cluster, string metadata = "")
    {
        var name = cluster.Name("patched");
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"{{{metadata}}} },"data":{"a":"1","b":"2"} }""").Is(201);
        return $"{cluster.ConfigMaps}/{name}";
    }
}
