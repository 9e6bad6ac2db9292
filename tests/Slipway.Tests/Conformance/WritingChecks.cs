using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Create and update: optimistic locking, generation, status, names, labels, what cannot change (Kubernetes API conventions).</summary>
public sealed class WritingChecks : Checks
{
    [Check]
    public async Task A_created_object_gets_a_uid_a_version_and_a_time(Cluster cluster)
    {
        var created = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("new"))).Is(201);

        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", created.Uid);
        Assert.NotEmpty(created.Version);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", created.Word("metadata.creationTimestamp"));
        Assert.Equal(cluster.Namespace, created.Word("metadata.namespace"));
    }

    [Check]
    public async Task A_second_object_of_the_same_name_is_409_AlreadyExists(Cluster cluster)
    {
        var name = cluster.Name("twice");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        var answer = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(409, "AlreadyExists");

        Assert.Equal((name, "configmaps"), (answer.Word("details.name"), answer.Word("details.kind")));
    }

    [Check]
    public async Task What_the_server_keeps_cannot_be_set_at_creation(Cluster cluster)
    {
        var name = cluster.Name("own");

        var created = await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","uid":"abc","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z"} }""").Is(201);

        Assert.NotEqual("abc", created.Uid);
        Assert.False(created.Word("metadata.creationTimestamp")!.StartsWith("2001", StringComparison.Ordinal));
        Assert.False(created.Has("metadata.deletionTimestamp"));
    }

    [Check]
    public async Task A_creation_with_a_resource_version_is_refused(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("rv")}}}","resourceVersion":"5"} }""");

        Assert.True(answer.Code >= 400);
        Assert.Contains("resourceVersion should not be set on objects to be created", answer.Message);
    }

    [Check]
    public async Task A_generated_name_begins_with_what_was_asked_for(Cluster cluster)
    {
        var prefix = $"{cluster.Name("made")}-";

        var one = await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"{{{prefix}}}"} }""").Is(201);
        var other = await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"{{{prefix}}}"} }""").Is(201);

        Assert.Matches($"^{prefix}[bcdfghjklmnpqrstvwxz2456789]{{5}}$", one.Name);
        Assert.NotEqual(one.Name, other.Name);
        Assert.Equal(prefix, one.Word("metadata.generateName"));
    }

    [Check]
    public async Task A_creation_without_a_name_is_invalid(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{} }""").Is(422, "Invalid");

        Assert.Contains("metadata.name", answer.Message);
    }

    [Check]
    public async Task A_creation_in_a_namespace_that_is_not_there_is_404(Cluster cluster)
    {
        var answer = await cluster.Post($"/api/v1/namespaces/{cluster.Name("nowhere")}/configmaps", ConfigMap("a")).Is(404, "NotFound");

        Assert.Equal("namespaces", answer.Word("details.kind"));
    }

    [Check]
    public async Task A_body_of_another_namespace_or_name_is_a_bad_request(Cluster cluster)
    {
        var name = cluster.Name("mine");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"elsewhere"} }""").Is(400, "BadRequest");
        await cluster.Put($"{cluster.ConfigMaps}/{name}", ConfigMap("another")).Is(400, "BadRequest");
    }

    [Check]
    public async Task A_body_may_be_YAML(Cluster cluster)
    {
        var name = cluster.Name("yaml");

        var made = await cluster.Post(cluster.ConfigMaps, $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  number: '1'\n  text: |\n    two\n    lines\n", "application/yaml").Is(201);
        await cluster.Send("PUT", $"{cluster.ConfigMaps}/{name}", $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{number: \"2\"}}\n", "application/yaml").Is(200);

        Assert.Equal(("1", "two\nlines\n"), (made.Word("data.number"), made.Word("data.text")));
        Assert.Equal("2", (await cluster.Get($"{cluster.ConfigMaps}/{name}")).Word("data.number"));
    }

    [Check]
    public async Task A_YAML_body_with_a_value_of_the_wrong_type_is_a_bad_request(Cluster cluster)
    {
        await cluster.Post(cluster.ConfigMaps, $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {cluster.Name("yaml")}\ndata:\n  number: 1\n", "application/yaml").Is(400, "BadRequest");
        await cluster.Post(cluster.ConfigMaps, "kind: [not closed", "application/yaml").Is(400, "BadRequest");
    }

    [Check]
    public async Task An_update_creates_services_and_roles_that_are_not_there(Cluster cluster)
    {
        var name = cluster.Name("put");

        var service = await cluster.Put($"{cluster.Services}/{name}", Service(name, "x")).Is(201);
        await cluster.Put($"{cluster.Roles()}/{name}", Rights.Role(name, Rights.Rule("get", "pods"))).Is(201);
        await cluster.Put($"{cluster.Deployments}/{name}", Deployment(name, 0)).Is(404, "NotFound");

        Assert.NotEmpty(service.Word("spec.clusterIP")!);
    }

    [Check]
    public async Task A_body_of_another_kind_or_version_is_a_bad_request(Cluster cluster)
    {
        await cluster.Post(cluster.ConfigMaps, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"} }""").Is(400, "BadRequest");
        await cluster.Post(cluster.Deployments, """{"apiVersion":"apps/v2","kind":"Deployment","metadata":{"name":"x"} }""").Is(400, "BadRequest");
    }

    [Check]
    public async Task An_update_with_the_latest_version_wins_and_one_with_an_older_is_409(Cluster cluster)
    {
        var name = cluster.Name("lock");
        var first = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);
        var second = await cluster.Put($"{cluster.ConfigMaps}/{name}", With(name, first.Version, "1")).Is(200);

        var answer = await cluster.Put($"{cluster.ConfigMaps}/{name}", With(name, first.Version, "2")).Is(409, "Conflict");

        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", answer.Message);
        Assert.Equal(("1", second.Version), ((await cluster.Get($"{cluster.ConfigMaps}/{name}")).Word("data.a"), (await cluster.Get($"{cluster.ConfigMaps}/{name}")).Version));
    }

    [Check]
    public async Task Of_many_concurrent_updates_from_one_version_exactly_one_wins(Cluster cluster)
    {
        var name = cluster.Name("race");
        var first = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => cluster.Put($"{cluster.ConfigMaps}/{name}", With(name, first.Version, $"{n}")))));

        Assert.Equal([200], answers.Select(answer => answer.Code).Where(code => code < 300));
        Assert.Equal(7, answers.Count(answer => answer is { Code: 409, Reason: "Conflict" }));
    }

    [Check]
    public async Task An_update_without_a_version_overwrites(Cluster cluster)
    {
        var name = cluster.Name("blind");
        var first = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        var updated = await cluster.Put($"{cluster.ConfigMaps}/{name}", With(name, "", "1")).Is(200);

        Assert.Equal((first.Uid, "1"), (updated.Uid, updated.Word("data.a")));
        Assert.NotEqual(first.Version, updated.Version);
    }

    [Check]
    public async Task An_update_of_what_is_not_there_is_404(Cluster cluster)
    {
        var name = cluster.Name("none");

        await cluster.Put($"{cluster.ConfigMaps}/{name}", ConfigMap(name)).Is(404, "NotFound");
    }

    [Check]
    public async Task An_update_with_another_uid_is_409(Cluster cluster)
    {
        var name = cluster.Name("uid");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Put($"{cluster.ConfigMaps}/{name}", $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","uid":"00000000-0000-0000-0000-000000000000"} }""").Is(409, "Conflict");
    }

    [Check]
    public async Task An_update_replaces_the_whole_object(Cluster cluster)
    {
        var name = cluster.Name("whole");
        await cluster.Post(cluster.ConfigMaps, Labelled(name, "\"a\":\"b\"", "\"x\":\"1\"")).Is(201);

        var updated = await cluster.Put($"{cluster.ConfigMaps}/{name}", ConfigMap(name)).Is(200);

        Assert.False(updated.Has("data.x") || updated.Has("metadata.labels.a"));
    }

    [Check]
    public async Task The_generation_counts_changes_of_the_spec_only(Cluster cluster)
    {
        var name = cluster.Name("gen");
        var created = await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);
        var labelled = await cluster.Merge($"{cluster.Deployments}/{name}", """{"metadata":{"labels":{"a":"b"}}}""").Is(200);
        var scaled = await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"minReadySeconds":1}}""").Is(200);
        var same = await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"minReadySeconds":1}}""").Is(200);

        Assert.Equal([1, 1, 2, 2], [created.Number("metadata.generation"), labelled.Number("metadata.generation"), scaled.Number("metadata.generation"), same.Number("metadata.generation")]);
    }

    [Check]
    public async Task Annotations_raise_the_generation_of_a_deployment_and_of_no_replica_set(Cluster cluster)
    {
        var name = cluster.Name("note");
        const string note = """{"metadata":{"annotations":{"example.com/note":"x"}}}""";
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);
        await cluster.Post(cluster.ReplicaSets, ReplicaSet($"{name}-set", 0)).Is(201);

        var deployment = await cluster.Merge($"{cluster.Deployments}/{name}", note).Is(200);
        var same = await cluster.Merge($"{cluster.Deployments}/{name}", note).Is(200);
        var set = await cluster.Merge($"{cluster.ReplicaSets}/{name}-set", note).Is(200);

        Assert.Equal([2, 2, 1], [deployment.Number("metadata.generation"), same.Number("metadata.generation"), set.Number("metadata.generation")]);
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task Controllers_report_the_generation_they_have_seen(Cluster cluster)
    {
        var name = cluster.Name("seen");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);
        await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"minReadySeconds":1}}""").Is(200);

        await cluster.Until("the second generation is observed", $"{cluster.Deployments}/{name}", answer => answer.Number("status.observedGeneration") == 2);
    }

    [Check]
    public async Task A_status_sent_with_the_object_is_ignored(Cluster cluster)
    {
        var name = cluster.Name("status");
        var created = await cluster.Post(cluster.Pods, HomelessPod(name)[..^2].TrimEnd('}') + """}, "status":{"phase":"Failed"} }""");
        created.Is(201);
        var patched = await cluster.Merge($"{cluster.Pods}/{name}", """{"status":{"phase":"Failed"}}""").Is(200);

        Assert.Equal(("Pending", "Pending"), (created.Word("status.phase"), patched.Word("status.phase")));
        await cluster.Delete($"{cluster.Pods}/{name}?gracePeriodSeconds=0");
    }

    [Check, Needs(ClusterPart.Nodes)]
    public async Task A_patch_of_the_status_that_takes_away_an_annotation_that_is_not_there_writes_nothing(Cluster cluster)
    {
        var name = cluster.Name("same");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);
        await cluster.Until("the scheduler has looked", $"{cluster.Pods}/{name}", answer => answer.Json.Condition("PodScheduled") == "False");
        var before = await cluster.Get($"{cluster.Pods}/{name}").Is(200);

        var same = await cluster.Merge($"{cluster.Pods}/{name}/status", """{"metadata":{"annotations":{"x":null}}}""").Is(200);
        var labelled = await cluster.Merge($"{cluster.Pods}/{name}/status", """{"metadata":{"annotations":{"x":"y"}}}""").Is(200);

        Assert.Equal(before.Version, same.Version);
        Assert.NotEqual(before.Version, labelled.Version);
        Assert.Equal("y", labelled.Word("metadata.annotations.x"));
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task A_write_of_the_status_leaves_the_spec_alone(Cluster cluster)
    {
        var name = cluster.Name("status");
        await cluster.Post(cluster.Budgets, Budget(name, name, "\"minAvailable\":1")).Is(201);

        var patched = await cluster.Merge($"{cluster.Budgets}/{name}/status", """{"spec":{"minAvailable":7},"status":{"disruptedPods":{"x":"2026-01-01T00:00:00Z"}}}""").Is(200);

        Assert.Equal(1, patched.Number("spec.minAvailable"));
        Assert.Equal("2026-01-01T00:00:00Z", patched.Word("status.disruptedPods.x"));
    }

    [Check]
    public async Task The_status_subresource_can_be_read(Cluster cluster)
    {
        var name = cluster.Name("status");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var status = await cluster.Get($"{cluster.Deployments}/{name}/status").Is(200);

        Assert.Equal("Deployment", status.Word("kind"));
    }

    [Check]
    public async Task A_kind_without_a_status_has_no_such_subresource(Cluster cluster)
    {
        var name = cluster.Name("none");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Get($"{cluster.ConfigMaps}/{name}/status").Is(404);
    }

    [Check]
    public async Task Names_that_are_no_subdomains_are_invalid(Cluster cluster)
    {
        foreach (var name in (string[])["UPPER", "under_score", "-dash", "dash-", "a..b", "space d", ".dot", new string('a', 254)])
        {
            var answer = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(422, "Invalid");
            Assert.Contains("metadata.name", answer.CauseFields);
        }
    }

    [Check]
    public async Task Names_of_up_to_253_characters_with_dots_are_valid(Cluster cluster)
    {
        var name = $"{cluster.Name("long")}.{new string('a', 253)}"[..253];

        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);
        await cluster.Delete($"{cluster.ConfigMaps}/{name}").Is(200);
    }

    [Check]
    public async Task Service_names_are_labels(Cluster cluster)
    {
        // Whether one may begin with a digit depends on the release: from 1.36 on it may.
        await cluster.Post(cluster.Services, Service("-a", "x")).Is(422, "Invalid");
        await cluster.Post(cluster.Services, Service("a.b", "x")).Is(422, "Invalid");
        await cluster.Post(cluster.Services, Service(new string('a', 64), "x")).Is(422, "Invalid");
    }

    [Check]
    public async Task Namespace_names_are_labels(Cluster cluster)
    {
        await cluster.Post("/api/v1/namespaces", Manifests.Namespace("a.b")).Is(422, "Invalid");
        await cluster.Post("/api/v1/namespaces", Manifests.Namespace(new string('n', 64))).Is(422, "Invalid");
    }

    [Check]
    public async Task Label_values_are_at_most_63_characters_of_a_few_kinds(Cluster cluster)
    {
        foreach (var value in (string[])["has space", "-dash", "dash-", "a/b", new string('v', 64)])
        {
            var answer = await cluster.Post(cluster.ConfigMaps, Labelled(cluster.Name("label"), $"\"a\":\"{value}\"")).Is(422, "Invalid");
            Assert.Contains("metadata.labels", answer.CauseFields);
        }

        await cluster.Post(cluster.ConfigMaps, Labelled(cluster.Name("label"), $"\"a\":\"{new string('v', 63)}\",\"b\":\"\",\"example.com/c\":\"A_b.C-1\"")).Is(201);
    }

    [Check]
    public async Task Label_keys_are_names_with_an_optional_domain(Cluster cluster)
    {
        foreach (var key in (string[])["", "a b", "-a", "a/b/c", "/a", "UPPER.com/a", new string('k', 64)])
        {
            await cluster.Post(cluster.ConfigMaps, Labelled(cluster.Name("label"), $"\"{key}\":\"x\"")).Is(422, "Invalid");
        }
    }

    [Check]
    public async Task Annotations_hold_any_text_up_to_256_KiB(Cluster cluster)
    {
        string Annotated(int size) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("note")}}}","annotations":{"a":"{{{new string('x', size)}}}"} } }""";

        await cluster.Post(cluster.ConfigMaps, Annotated(200_000)).Is(201);
        var answer = await cluster.Post(cluster.ConfigMaps, Annotated(262_144)).Is(422, "Invalid");

        Assert.Contains("metadata.annotations", answer.CauseFields);
    }

    [Check]
    public async Task A_ConfigMap_holds_at_most_a_mebibyte(Cluster cluster)
    {
        string Full(int size) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("full")}}}"},"data":{"a":"{{{new string('x', size)}}}"} }""";

        var written = await cluster.Post(cluster.ConfigMaps, Full(1_048_576)).Is(201);
        await cluster.Post(cluster.ConfigMaps, Full(1_048_577)).Is(422, "Invalid");

        await cluster.Delete($"{cluster.ConfigMaps}/{written.Name}").Is(200);
    }

    [Check]
    public async Task Keys_of_a_ConfigMap_are_file_names(Cluster cluster)
    {
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("key")}}}"},"data":{"a/b":"x"} }""").Is(422, "Invalid");
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("key")}}}"},"data":{"..":"x"} }""").Is(422, "Invalid");
    }

    [Check]
    public async Task An_immutable_ConfigMap_does_not_change(Cluster cluster)
    {
        var name = cluster.Name("frozen");
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"a":"1"},"immutable":true}""").Is(201);

        var answer = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"2"}}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"immutable":false}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"metadata":{"labels":{"a":"b"}}}""").Is(200);

        Assert.Contains("data", answer.CauseFields);
    }

    [Check]
    public async Task The_selector_of_a_workload_does_not_change(Cluster cluster)
    {
        var name = cluster.Name("sel");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var answer = await cluster.Merge($"{cluster.Deployments}/{name}", """{"spec":{"selector":{"matchLabels":{"more":"x"}},"template":{"metadata":{"labels":{"more":"x"}}}}}""").Is(422, "Invalid");

        Assert.Contains("spec.selector", answer.CauseFields);
        Assert.Contains("field is immutable", answer.Message);
    }

    [Check]
    public async Task A_selector_matches_its_own_template(Cluster cluster)
    {
        var name = cluster.Name("odd");

        var answer = await cluster.Post(cluster.Deployments, Deployment(name, 0).Replace($"\"labels\":{{\"app\":\"{name}\"", "\"labels\":{\"app\":\"other\"")).Is(422, "Invalid");

        Assert.Contains("spec.template.metadata.labels", answer.CauseFields);
    }

    [Check]
    public async Task A_workload_without_a_selector_or_with_a_negative_count_is_invalid(Cluster cluster)
    {
        var missing = await cluster.Post(cluster.Deployments, $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{cluster.Name("no")}}}"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]} } } }""").Is(422, "Invalid");
        var negative = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("minus"), -1)).Is(422, "Invalid");

        Assert.Contains("spec.selector", missing.CauseFields);
        Assert.Contains("spec.replicas", negative.CauseFields);
    }

    [Check]
    public async Task Of_a_pod_only_image_and_little_else_can_change(Cluster cluster)
    {
        var name = cluster.Name("fixed");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        await cluster.Strategic($"{cluster.Pods}/{name}", $$$"""{"spec":{"containers":[{"name":"app","image":"{{{OtherImage}}}"}]} }""").Is(200);
        await cluster.Merge($"{cluster.Pods}/{name}", """{"spec":{"activeDeadlineSeconds":3600}}""").Is(200);
        await cluster.Strategic($"{cluster.Pods}/{name}", """{"spec":{"containers":[{"name":"app","command":["sleep"]}]}}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.Pods}/{name}", """{"spec":{"hostname":"other"}}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.Pods}/{name}", """{"metadata":{"labels":{"new":"label"}}}""").Is(200);

        await cluster.Delete($"{cluster.Pods}/{name}?gracePeriodSeconds=0");
    }

    [Check]
    public async Task A_pod_needs_containers_with_distinct_names_and_images(Cluster cluster)
    {
        string Containers(string list) => $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{cluster.Name("bad")}}}"},"spec":{"containers":{{{list}}} } }""";

        Assert.Contains("spec.containers", (await cluster.Post(cluster.Pods, Containers("[]")).Is(422, "Invalid")).CauseFields);
        Assert.Contains("spec.containers[0].image", (await cluster.Post(cluster.Pods, Containers("""[{"name":"a"}]""")).Is(422, "Invalid")).CauseFields);
        Assert.Contains("spec.containers[1].name", (await cluster.Post(cluster.Pods, Containers("""[{"name":"a","image":"b"},{"name":"a","image":"b"}]""")).Is(422, "Invalid")).CauseFields);
        Assert.Contains("spec.containers[0].name", (await cluster.Post(cluster.Pods, Containers("""[{"name":"Bad_Name","image":"b"}]""")).Is(422, "Invalid")).CauseFields);
    }

    [Check]
    public async Task Pods_get_defaults(Cluster cluster)
    {
        var name = cluster.Name("plain");

        var pod = await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        Assert.Equal(("Always", "ClusterFirst", "default-scheduler", "default"), (pod.Word("spec.restartPolicy"), pod.Word("spec.dnsPolicy"), pod.Word("spec.schedulerName"), pod.Word("spec.serviceAccountName")));
        Assert.Equal(("IfNotPresent", "/dev/termination-log", "Pending", "BestEffort"), (pod.Word("spec.containers.0.imagePullPolicy"), pod.Word("spec.containers.0.terminationMessagePath"), pod.Word("status.phase"), pod.Word("status.qosClass")));
        Assert.True(pod.At("spec.enableServiceLinks").GetBoolean());
        await cluster.Delete($"{cluster.Pods}/{name}?gracePeriodSeconds=0");
    }

    [Check]
    public async Task Deployments_get_defaults(Cluster cluster)
    {
        var made = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("plain"), 0)).Is(201);

        Assert.Equal(("RollingUpdate", "25%", "25%"), (made.Word("spec.strategy.type"), made.Word("spec.strategy.rollingUpdate.maxSurge"), made.Word("spec.strategy.rollingUpdate.maxUnavailable")));
        Assert.Equal((10, 600), (made.Number("spec.revisionHistoryLimit"), made.Number("spec.progressDeadlineSeconds")));
    }

    [Check]
    public async Task A_Service_gets_an_address_that_does_not_change(Cluster cluster)
    {
        var name = cluster.Name("svc");
        var service = await cluster.Post(cluster.Services, Service(name, "x")).Is(201);

        Assert.Matches(@"^[0-9a-f.:]+$", service.Word("spec.clusterIP"));
        Assert.Equal((service.Word("spec.clusterIP"), "TCP", 80, "ClusterIP"), (service.Word("spec.clusterIPs.0"), service.Word("spec.ports.0.protocol"), service.Number("spec.ports.0.targetPort"), service.Word("spec.type")));
        var other = service.Word("spec.clusterIP") == "10.0.0.77" ? "10.0.0.78" : "10.0.0.77";
        await cluster.Merge($"{cluster.Services}/{name}", $$$"""{"spec":{"clusterIP":"{{{other}}}","clusterIPs":["{{{other}}}"]} }""").Is(422, "Invalid");
    }

    [Check]
    public async Task Ports_of_a_Service_are_named_when_there_are_several(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Services, Service(cluster.Name("ports"), "x").Replace("""[{"port":80}]""", """[{"port":80},{"port":81}]""")).Is(422, "Invalid");

        Assert.Contains("spec.ports[0].name", answer.CauseFields);
    }

    [Check]
    public async Task Of_a_StatefulSet_only_a_few_fields_can_change(Cluster cluster)
    {
        var name = cluster.Name("set");
        await cluster.Post(cluster.StatefulSets, StatefulSet(name, 0)).Is(201);

        var answer = await cluster.Merge($"{cluster.StatefulSets}/{name}", """{"spec":{"serviceName":"other"}}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.StatefulSets}/{name}", """{"spec":{"podManagementPolicy":"Parallel"}}""").Is(422, "Invalid");
        await cluster.Merge($"{cluster.StatefulSets}/{name}", """{"spec":{"minReadySeconds":2,"updateStrategy":{"rollingUpdate":{"partition":1}}}}""").Is(200);

        Assert.Contains("spec", answer.CauseFields);
    }

    [Check]
    public async Task A_strategy_that_can_never_move_is_invalid(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("stuck"), 0, ""","strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}""")).Is(422, "Invalid");

        Assert.Contains("spec.strategy.rollingUpdate.maxUnavailable", answer.CauseFields);
    }

    [Check]
    public async Task What_a_container_asks_for_has_to_make_sense(Cluster cluster)
    {
        async Task<IReadOnlyList<string>> Refused(string container) => (await cluster.Post(cluster.Pods, HomelessPod(cluster.Name("odd")).Replace("\"name\":\"app\"", $"\"name\":\"app\",{container}")).Is(422, "Invalid")).CauseFields;

        Assert.Equal(["spec.containers[0].imagePullPolicy"], await Refused("\"imagePullPolicy\":\"Sometimes\""));
        Assert.Equal(["spec.containers[0].ports[0].containerPort"], await Refused("\"ports\":[{\"containerPort\":70000}]"));
        Assert.Equal(["spec.containers[0].volumeMounts[0].name"], await Refused("\"volumeMounts\":[{\"name\":\"none\",\"mountPath\":\"/data\"}]"));
    }

    [Check]
    public async Task Words_nobody_knows_are_refused_by_services_and_stateful_sets(Cluster cluster)
    {
        var service = await cluster.Post(cluster.Services, Service(cluster.Name("odd"), "x", ",\"sessionAffinity\":\"Maybe\"")).Is(422, "Invalid");
        var policy = await cluster.Post(cluster.StatefulSets, StatefulSet(cluster.Name("odd"), 0, ",\"podManagementPolicy\":\"Odd\"")).Is(422, "Invalid");
        var strategy = await cluster.Post(cluster.StatefulSets, StatefulSet(cluster.Name("odd"), 0, ",\"updateStrategy\":{\"type\":\"Odd\"}")).Is(422, "Invalid");
        var history = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("odd"), 0, ",\"revisionHistoryLimit\":-1")).Is(422, "Invalid");

        Assert.Equal(["spec.sessionAffinity"], service.CauseFields);
        Assert.Equal(["spec.podManagementPolicy"], policy.CauseFields);
        Assert.Equal(["spec.updateStrategy"], strategy.CauseFields);
        Assert.Equal(["spec.revisionHistoryLimit"], history.CauseFields);
    }

    [Check]
    public async Task The_deadline_of_a_rollout_is_longer_than_its_pods_have_to_be_ready(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Deployments, Deployment(cluster.Name("slow"), 0, ",\"minReadySeconds\":600")).Is(422, "Invalid");

        Assert.Equal(["spec.progressDeadlineSeconds"], answer.CauseFields);
        await cluster.Post(cluster.Deployments, Deployment(cluster.Name("slow"), 0, ",\"minReadySeconds\":599")).Is(201);
    }

    [Check]
    public async Task A_budget_has_one_bound_not_two(Cluster cluster) =>
        await cluster.Post(cluster.Budgets, Budget(cluster.Name("two"), "x", "\"minAvailable\":1,\"maxUnavailable\":1")).Is(422, "Invalid");

    [Check]
    public async Task Owner_references_are_complete_and_have_one_controller(Cluster cluster)
    {
        string Owned(string owners) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("owned")}}}","ownerReferences":[{{{owners}}}]} }""";
        const string controller = """{"apiVersion":"v1","kind":"Pod","name":"a","uid":"u1","controller":true}""";

        await cluster.Post(cluster.ConfigMaps, Owned("""{"apiVersion":"v1","kind":"Pod","name":"a"}""")).Is(422, "Invalid");
        await cluster.Post(cluster.ConfigMaps, Owned($"{controller},{controller.Replace("u1", "u2")}")).Is(422, "Invalid");
    }

    [Check]
    public async Task A_finalizer_has_a_domain_in_its_name_or_is_refused_when_it_is_no_name(Cluster cluster) =>
        await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{cluster.Name("fin")}}}","finalizers":["not a name"]} }""").Is(422, "Invalid");

    static string With(string name, string version, string value) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}"},"data":{"a":"{{{value}}}"} }""";
}
