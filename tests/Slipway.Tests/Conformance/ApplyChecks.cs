using System.Text.Json;
using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>"Server-Side Apply": who owns which field, and what follows from it.</summary>
public sealed class ApplyChecks : Checks
{
    [Check]
    public async Task Apply_creates_what_is_not_there(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("new")}";

        var created = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);
        var again = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(200);

        Assert.Equal((created.Uid, created.Version), (again.Uid, again.Version));
    }

    [Check]
    public async Task Apply_needs_a_field_manager(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("none")}";

        var answer = await cluster.Send("PATCH", path, Map(path, ""), "application/apply-patch+yaml").Is(422, "Invalid");

        Assert.Contains("fieldManager", answer.CauseFields);
    }

    [Check]
    public async Task The_applier_owns_exactly_the_fields_it_applied(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("own")}";

        var created = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"2\"", "\"tier\":\"web\"")).Is(201);

        var entry = Entry(created, "one", "Apply");
        Assert.Equal(("FieldsV1", "v1"), (entry.Find("fieldsType").Word(), entry.Find("apiVersion").Word()));
        Assert.Equal("""{"f:data":{"f:a":{},"f:b":{}},"f:metadata":{"f:labels":{"f:tier":{}}}}""", Sorted(entry.Find("fieldsV1")));
    }

    [Check]
    public async Task An_updater_owns_what_it_wrote(Cluster cluster)
    {
        var name = cluster.Name("put");
        await cluster.Post($"{cluster.ConfigMaps}?fieldManager=creator", Labelled(name, "", "\"a\":\"1\",\"b\":\"2\"")).Is(201);

        var patched = await cluster.Merge($"{cluster.ConfigMaps}/{name}?fieldManager=patcher", """{"data":{"b":"3","c":"4"}}""").Is(200);

        Assert.Equal(["f:a"], Leaves(Entry(patched, "creator", "Update"), "f:data"));
        Assert.Equal(["f:b", "f:c"], Leaves(Entry(patched, "patcher", "Update"), "f:data"));
    }

    [Check]
    public async Task Without_a_field_manager_the_first_word_of_the_user_agent_is_it(Cluster cluster)
    {
        var created = await cluster.Post(cluster.ConfigMaps, Labelled(cluster.Name("agent"), "", "\"a\":\"1\"")).Is(201);

        Assert.Equal("conformance", created.Word("metadata.managedFields.0.manager"));
    }

    [Check]
    public async Task A_field_that_is_applied_no_more_goes(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("drop")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"2\"", "\"tier\":\"web\"")).Is(201);

        var applied = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(200);

        Assert.Equal(("1", null, null), (applied.Word("data.a"), applied.Word("data.b"), applied.Word("metadata.labels.tier")));
        Assert.Equal("""{"f:data":{"f:a":{}}}""", Sorted(Entry(applied, "one", "Apply").Find("fieldsV1")));
    }

    [Check]
    public async Task A_field_that_another_manager_owns_too_stays(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("share")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"2\"")).Is(201);
        await cluster.Apply(path, "two", Map(path, "\"b\":\"2\"")).Is(200);

        var applied = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(200);

        Assert.Equal("2", applied.Word("data.b"));
        Assert.Equal(["f:b"], Leaves(Entry(applied, "two", "Apply"), "f:data"));
    }

    [Check]
    public async Task Fields_of_others_are_left_alone(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("others")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);
        await cluster.Merge(path, """{"data":{"z":"9"}}""").Is(200);

        var applied = await cluster.Apply(path, "one", Map(path, "\"a\":\"2\"")).Is(200);

        Assert.Equal(("2", "9"), (applied.Word("data.a"), applied.Word("data.z")));
    }

    [Check]
    public async Task Two_managers_may_apply_the_same_value(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("same")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);

        var applied = await cluster.Apply(path, "two", Map(path, "\"a\":\"1\"")).Is(200);

        Assert.Equal(["f:a"], Leaves(Entry(applied, "one", "Apply"), "f:data"));
        Assert.Equal(["f:a"], Leaves(Entry(applied, "two", "Apply"), "f:data"));
    }

    [Check]
    public async Task Another_value_is_a_conflict_that_names_manager_and_field(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("clash")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"1\"")).Is(201);

        var answer = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\",\"c\":\"3\"")).Is(409, "Conflict");

        Assert.Equal(".data.a", Assert.Single(answer.CauseFields));
        Assert.Equal(("FieldManagerConflict", "conflict with \"one\""), (answer.Word("details.causes.0.reason"), answer.Word("details.causes.0.message")));
        Assert.StartsWith("Apply failed with 1 conflict: conflict with \"one\": .data.a", answer.Message);
        Assert.Equal("1", (await cluster.Get(path)).Word("data.a"));
    }

    [Check]
    public async Task Every_conflict_is_a_cause(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("clash")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"1\"")).Is(201);

        var answer = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\",\"b\":\"2\"")).Is(409, "Conflict");

        Assert.Equal([".data.a", ".data.b"], answer.CauseFields.Order());
        Assert.StartsWith("Apply failed with 2 conflicts", answer.Message);
    }

    [Check]
    public async Task Kubectl_takes_over_what_it_applied_on_the_clients_side(Cluster cluster)
    {
        string Config(string map, string value, string note = "") => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{map}}}"{{{note}}} },"data":{"a":"{{{value}}}"} }""";
        async Task<string> Applied(string noted)
        {
            var made = cluster.Name("migrated");
            var note = JsonSerializer.Serialize(Config(made, noted));
            await cluster.Post($"{cluster.ConfigMaps}?fieldManager=kubectl-client-side-apply", Config(made, "1", $",\"annotations\":{{\"kubectl.kubernetes.io/last-applied-configuration\":{note} }}")).Is(201);
            return made;
        }

        var (name, changed) = (await Applied("1"), await Applied("0"));
        await cluster.Apply($"{cluster.ConfigMaps}/{name}", "other", Config(name, "2")).Is(409, "Conflict");
        var taken = await cluster.Apply($"{cluster.ConfigMaps}/{name}", "kubectl", Config(name, "2")).Is(200);

        Assert.Equal("2", taken.Word("data.a"));
        Assert.Contains("\"a\":\"2\"", taken.At("metadata.annotations").GetProperty("kubectl.kubernetes.io/last-applied-configuration").GetString());
        // What somebody else has changed since is theirs.
        await cluster.Apply($"{cluster.ConfigMaps}/{changed}", "kubectl", Config(changed, "2")).Is(409, "Conflict");
    }

    [Check]
    public async Task An_updaters_field_conflicts_as_well_and_its_version_is_told(Cluster cluster)
    {
        var name = cluster.Name("clash");
        await cluster.Post($"{cluster.ConfigMaps}?fieldManager=creator", Labelled(name, "", "\"a\":\"1\"")).Is(201);

        var answer = await cluster.Apply($"{cluster.ConfigMaps}/{name}", "two", Map($"/{name}", "\"a\":\"2\"")).Is(409, "Conflict");

        Assert.Equal("conflict with \"creator\" using v1", answer.Word("details.causes.0.message"));
    }

    [Check]
    public async Task What_a_manager_updated_it_does_not_own_as_an_applier(Cluster cluster)
    {
        var name = cluster.Name("both");
        await cluster.Post($"{cluster.ConfigMaps}?fieldManager=one", Labelled(name, "", "\"a\":\"1\"")).Is(201);

        var answer = await cluster.Apply($"{cluster.ConfigMaps}/{name}", "one", Map($"/{name}", "\"a\":\"2\"")).Is(409, "Conflict");
        var forced = await cluster.Apply($"{cluster.ConfigMaps}/{name}", "one", Map($"/{name}", "\"a\":\"2\""), force: true).Is(200);

        Assert.StartsWith("conflict with \"one\" using v1", answer.Word("details.causes.0.message"));
        Assert.Equal(["f:a"], Leaves(Entry(forced, "one", "Apply"), "f:data"));
    }

    [Check]
    public async Task An_applied_configuration_may_be_YAML(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("yaml")}";
        var name = path[(path.LastIndexOf('/') + 1)..];

        var applied = await cluster.Apply(path, "one", $"# as people write it\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  labels: {{tier: web}}\ndata:\n  a: 'yes'\n  b: |\n    two\n    lines\n").Is(201);

        Assert.Equal(("yes", "two\nlines\n", "web"), (applied.Word("data.a"), applied.Word("data.b"), applied.Word("metadata.labels.tier")));
    }

    [Check]
    public async Task Force_takes_the_field_over(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("force")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"1\"")).Is(201);

        var forced = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\""), force: true).Is(200);

        Assert.Equal("2", forced.Word("data.a"));
        Assert.Equal(["f:b"], Leaves(Entry(forced, "one", "Apply"), "f:data"));
        Assert.Equal(["f:a"], Leaves(Entry(forced, "two", "Apply"), "f:data"));
    }

    [Check]
    public async Task A_manager_that_has_lost_everything_is_no_more_listed(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("lost")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);

        var forced = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\""), force: true).Is(200);

        Assert.DoesNotContain(Managers(forced), entry => entry.Find("manager").Word() == "one");
    }

    [Check]
    public async Task An_update_takes_fields_from_an_applier_without_asking(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("taken")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"1\"")).Is(201);

        var updated = await cluster.Merge($"{path}?fieldManager=two", """{"data":{"a":"2"}}""").Is(200);

        Assert.Equal(["f:b"], Leaves(Entry(updated, "one", "Apply"), "f:data"));
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\",\"b\":\"1\"")).Is(409, "Conflict");
    }

    [Check]
    public async Task A_field_is_handed_over_by_sharing_it_first(Cluster cluster)
    {
        var name = cluster.Name("hand");
        var path = $"{cluster.Deployments}/{name}";
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(201);
        await cluster.Apply(path, "scaler", Replicas(name, 0)).Is(200);

        await cluster.Apply(path, "author", Deployment(name, 0).Replace("\"replicas\":0,", "")).Is(200);
        var scaled = await cluster.Apply(path, "scaler", Replicas(name, 1)).Is(200);
        var kept = await cluster.Apply(path, "author", Deployment(name, 0).Replace("\"replicas\":0,", "")).Is(200);

        Assert.Equal((1, 1), (scaled.Number("spec.replicas"), kept.Number("spec.replicas")));
        await cluster.Delete(path).Is(200);
    }

    [Check]
    public async Task A_field_with_a_default_gets_it_back_when_it_is_applied_no_more(Cluster cluster)
    {
        var name = cluster.Name("default");
        var path = $"{cluster.Deployments}/{name}";
        await cluster.Apply(path, "author", Deployment(name, 0, ",\"revisionHistoryLimit\":3")).Is(201);

        var applied = await cluster.Apply(path, "author", Deployment(name, 0)).Is(200);

        Assert.Equal(10, applied.Number("spec.revisionHistoryLimit"));
    }

    [Check]
    public async Task Lists_of_objects_merge_by_their_keys(Cluster cluster)
    {
        var name = cluster.Name("keys");
        var path = $"{cluster.Deployments}/{name}";
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(201);

        var applied = await cluster.Apply(path, "injector", WithContainer(name, "side")).Is(200);

        Assert.Equal(["app", "side"], Containers(applied).Order());
        var owned = Entry(applied, "injector", "Apply").Find("fieldsV1.f:spec.f:template.f:spec.f:containers");
        Assert.True(owned.TryGetProperty("k:{\"name\":\"side\"}", out var side));
        Assert.True(side.TryGetProperty(".", out _) && side.TryGetProperty("f:image", out _) && side.TryGetProperty("f:name", out _));
    }

    [Check]
    public async Task An_item_that_is_applied_no_more_goes_and_the_others_stay(Cluster cluster)
    {
        var name = cluster.Name("item");
        var path = $"{cluster.Deployments}/{name}";
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(201);
        await cluster.Apply(path, "injector", WithContainer(name, "side")).Is(200);

        var applied = await cluster.Apply(path, "injector", $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"} }""").Is(200);

        Assert.Equal(["app"], Containers(applied));
    }

    [Check]
    public async Task One_field_of_an_item_can_be_owned_by_another(Cluster cluster)
    {
        var name = cluster.Name("field");
        var path = $"{cluster.Deployments}/{name}";
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(201);

        var clash = await cluster.Apply(path, "imager", WithContainer(name, "app", OtherImage)).Is(409, "Conflict");
        var forced = await cluster.Apply(path, "imager", WithContainer(name, "app", OtherImage), force: true).Is(200);

        Assert.Equal(".spec.template.spec.containers[name=\"app\"].image", Assert.Single(clash.CauseFields));
        Assert.Equal(OtherImage, forced.Word("spec.template.spec.containers.0.image"));
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(409, "Conflict");
    }

    [Check]
    public async Task Ports_are_keyed_by_number_and_protocol_also_when_the_protocol_is_the_default(Cluster cluster)
    {
        var name = cluster.Name("ports");
        var path = $"{cluster.Services}/{name}";
        await cluster.Apply(path, "one", Service(name, "x").Replace("{\"port\":80}", "{\"name\":\"http\",\"port\":80}")).Is(201);

        var applied = await cluster.Apply(path, "two", $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},"spec":{"ports":[{"name":"admin","port":81,"protocol":"TCP"}]} }""").Is(200);

        Assert.Equal(2, applied.At("spec.ports").GetArrayLength());
        Assert.True(Entry(applied, "one", "Apply").Find("fieldsV1.f:spec.f:ports").TryGetProperty("k:{\"port\":80,\"protocol\":\"TCP\"}", out _));
    }

    [Check]
    public async Task Sets_are_united_and_each_value_has_its_owner(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("set")}";
        string With(string finalizer) => Map(path, "").Replace("\"metadata\":{", $"\"metadata\":{{\"finalizers\":[\"conformance.slipway.dev/{finalizer}\"],");
        await cluster.Apply(path, "one", With("a")).Is(201);

        var both = await cluster.Apply(path, "two", With("b")).Is(200);
        var less = await cluster.Apply(path, "one", Map(path, "")).Is(200);

        Assert.Equal(2, both.At("metadata.finalizers").GetArrayLength());
        Assert.True(Entry(both, "two", "Apply").Find("fieldsV1.f:metadata.f:finalizers").TryGetProperty("v:\"conformance.slipway.dev/b\"", out _));
        Assert.Equal("conformance.slipway.dev/b", less.Word("metadata.finalizers.0"));
        await cluster.Free(path).Is(200);
    }

    [Check]
    public async Task An_atomic_list_belongs_to_one_manager(Cluster cluster)
    {
        var name = cluster.Name("atomic");
        var path = $"{cluster.Deployments}/{name}";
        string Args(string args) => WithContainer(name, "app").Replace("\"name\":\"app\"", $"\"name\":\"app\",\"args\":[{args}]");
        await cluster.Apply(path, "author", Deployment(name, 0)).Is(201);
        await cluster.Apply(path, "one", Args("\"a\"")).Is(200);

        var clash = await cluster.Apply(path, "two", Args("\"a\",\"b\"")).Is(409, "Conflict");

        Assert.Equal(".spec.template.spec.containers[name=\"app\"].args", Assert.Single(clash.CauseFields));
    }

    [Check]
    public async Task Apply_with_the_version_of_an_older_state_is_409(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("lock")}";
        var created = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);
        await cluster.Apply(path, "one", Map(path, "\"a\":\"2\"")).Is(200);

        await cluster.Apply(path, "one", Map(path, "\"a\":\"3\"").Replace("\"metadata\":{", $"\"metadata\":{{\"resourceVersion\":\"{created.Version}\",")).Is(409, "Conflict");
    }

    [Check]
    public async Task Apply_with_managed_fields_is_a_bad_request(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("mf")}";
        var created = await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);

        await cluster.Apply(path, "one", created.Text).Is(400, "BadRequest");
    }

    [Check]
    public async Task Apply_without_kind_or_of_another_is_a_bad_request(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("kind")}";

        await cluster.Apply(path, "one", """{"metadata":{"name":"x"}}""").Is(400, "BadRequest");
        await cluster.Apply(path, "one", "{ not yaml: [").Is(400, "BadRequest");
    }

    [Check]
    public async Task A_dry_run_of_apply_shows_conflicts_and_changes_nothing(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("dry")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\""), more: "&dryRun=All").Is(201);
        await cluster.Get(path).Is(404);
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);

        await cluster.Apply(path, "two", Map(path, "\"a\":\"2\""), more: "&dryRun=All").Is(409, "Conflict");
        var forced = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\""), force: true, more: "&dryRun=All").Is(200);

        Assert.Equal("2", forced.Word("data.a"));
        Assert.Equal("1", (await cluster.Get(path)).Word("data.a"));
    }

    [Check]
    public async Task Status_and_spec_have_separate_owners(Cluster cluster)
    {
        var name = cluster.Name("status");
        var path = $"{cluster.Pods}/{name}";
        await cluster.Apply(path, "one", HomelessPod(name)).Is(201);

        var applied = await cluster.Apply($"{path}/status", "two", $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"status":{"conditions":[{"type":"example.com/x","status":"True"}]} }""").Is(200);

        var entry = Entry(applied, "two", "Apply");
        Assert.Equal("status", entry.Find("subresource").Word());
        Assert.False(entry.Find("fieldsV1").TryGetProperty("f:spec", out _));
        Assert.Equal("True", applied.Json.Condition("example.com/x"));
        await cluster.Delete(path);
    }

    [Check]
    public async Task An_empty_entry_makes_the_server_forget_all_owners(Cluster cluster)
    {
        var path = $"{cluster.ConfigMaps}/{cluster.Name("forget")}";
        await cluster.Apply(path, "one", Map(path, "\"a\":\"1\"")).Is(201);

        var cleared = await cluster.Merge(path, """{"metadata":{"managedFields":[{}]}}""").Is(200);

        Assert.DoesNotContain(Managers(cleared), entry => entry.Find("manager").Word() == "one");
        var clash = await cluster.Apply(path, "two", Map(path, "\"a\":\"2\"")).Is(409, "Conflict");
        Assert.StartsWith("conflict with \"before-first-apply\"", clash.Word("details.causes.0.message"));
    }

    static string Map(string path, string data, string labels = "") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{path[(path.LastIndexOf('/') + 1)..]}}}"{{{(labels.Length == 0 ? "" : $",\"labels\":{{{labels}}}")}}} }{{{(data.Length == 0 ? "" : $",\"data\":{{{data}}}")}}} }""";

    static string Replicas(string name, int replicas) => $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}} } }""";

    static string WithContainer(string name, string container, string image = Image) =>
        $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},"spec":{"template":{"spec":{"containers":[{"name":"{{{container}}}","image":"{{{image}}}"}]} } } }""";

    static IEnumerable<string> Containers(Answer answer) => answer.At("spec.template.spec.containers").EnumerateArray().Select(container => container.Find("name").Word()!);

    static IEnumerable<JsonElement> Managers(Answer answer) => answer.At("metadata.managedFields") is { ValueKind: JsonValueKind.Array } entries ? entries.EnumerateArray() : [];

    static JsonElement Entry(Answer answer, string manager, string operation) =>
        Assert.Single(Managers(answer), entry => entry.Find("manager").Word() == manager && entry.Find("operation").Word() == operation);

    static IEnumerable<string> Leaves(JsonElement entry, string under) => entry.Find($"fieldsV1.{under}").EnumerateObject().Select(field => field.Name).Where(name => name != ".").Order();

    static string Sorted(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? $"{{{string.Join(",", json.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"\"{field.Name}\":{Sorted(field.Value)}"))}}}"
        : json.GetRawText();
}
