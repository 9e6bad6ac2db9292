using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Get and list (Kubernetes API concepts, "Resource versions", "Retrieving large results sets in chunks"; "Labels and Selectors").</summary>
public sealed class ReadingChecks : Checks
{
    [Check]
    public async Task A_missing_object_is_404_NotFound_with_its_name_and_plural_in_the_details(Cluster cluster)
    {
        var name = cluster.Name("none");

        var answer = await cluster.Get($"{cluster.ConfigMaps}/{name}").Is(404, "NotFound");

        Assert.Equal((name, "configmaps", "Failure", "Status", "v1"), (answer.Word("details.name"), answer.Word("details.kind"), answer.Word("status"), answer.Word("kind"), answer.Word("apiVersion")));
        Assert.Equal($"configmaps \"{name}\" not found", answer.Message);
    }

    [Check]
    public async Task A_missing_object_of_a_group_names_its_group(Cluster cluster)
    {
        var answer = await cluster.Get($"{cluster.Deployments}/none").Is(404, "NotFound");

        Assert.Equal(("apps", "deployments.apps \"none\" not found"), (answer.Word("details.group"), answer.Message));
    }

    [Check]
    public async Task An_object_comes_as_YAML_when_that_is_asked_for(Cluster cluster)
    {
        var mark = await Some(cluster, 1);

        var answer = await cluster.Get($"{cluster.ConfigMaps}/{mark}-0", "application/yaml").Is(200);

        Assert.StartsWith("application/yaml", answer.ContentType);
        Assert.Contains($"name: {mark}-0\n", answer.Text);
        Assert.Contains("kind: ConfigMap\n", answer.Text);
    }

    [Check]
    public async Task A_form_the_server_does_not_write_is_406(Cluster cluster)
    {
        var mark = await Some(cluster, 1);

        await cluster.Get($"{cluster.ConfigMaps}/{mark}-0", "text/html").Is(406, "NotAcceptable");
        await cluster.Get($"{cluster.ConfigMaps}/{mark}-0", "text/html, application/json;q=0.5").Is(200);
        await cluster.Get($"{cluster.ConfigMaps}/{mark}-0", "*/*").Is(200);
    }

    [Check]
    public async Task A_list_carries_its_kind_and_a_resource_version(Cluster cluster)
    {
        var list = await cluster.Get(cluster.ConfigMaps).Is(200);

        Assert.Equal(("ConfigMapList", "v1"), (list.Word("kind"), list.Word("apiVersion")));
        Assert.NotEmpty(list.Version);
    }

    [Check]
    public async Task A_list_in_an_unknown_namespace_is_empty(Cluster cluster)
    {
        var list = await cluster.Get($"/api/v1/namespaces/{cluster.Name("nowhere")}/configmaps").Is(200);

        Assert.Empty(list.Items);
    }

    [Check]
    public async Task Lists_are_in_the_order_of_names(Cluster cluster)
    {
        var mark = cluster.Name("order");
        foreach (var letter in (string[])["c", "a", "b"]) await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-{letter}", $"\"mark\":\"{mark}\"")).Is(201);

        var list = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}");

        Assert.Equal([$"{mark}-a", $"{mark}-b", $"{mark}-c"], list.Names);
    }

    [Check]
    public async Task A_list_over_all_namespaces_finds_the_object(Cluster cluster)
    {
        var mark = await Some(cluster, 1);

        var list = await cluster.Get($"/api/v1/configmaps?labelSelector=mark={mark}").Is(200);

        Assert.Equal([$"{mark}-0"], list.Names);
    }

    [Check]
    public async Task Resource_version_zero_is_served_from_any_state(Cluster cluster)
    {
        var mark = await Some(cluster, 1);

        await cluster.Until("an any-state list shows the object", $"{cluster.ConfigMaps}?labelSelector=mark={mark}&resourceVersion=0", list => list.Names.Contains($"{mark}-0"));
        await cluster.Until("an any-state get shows the object", $"{cluster.ConfigMaps}/{mark}-0?resourceVersion=0", found => found.Code == 200);
    }

    [Check]
    public async Task A_list_not_older_than_a_version_shows_what_was_written_at_it(Cluster cluster)
    {
        var mark = cluster.Name("least");
        var written = await cluster.Post(cluster.ConfigMaps, Labelled(mark, $"\"mark\":\"{mark}\"")).Is(201);

        var list = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&resourceVersion={written.Version}&resourceVersionMatch=NotOlderThan").Is(200);

        Assert.Equal([mark], list.Names);
        Assert.True(ulong.Parse(list.Version) >= ulong.Parse(written.Version));
    }

    [Check]
    public async Task An_exact_list_shows_the_state_at_that_version(Cluster cluster)
    {
        var mark = cluster.Name("exact");
        var first = await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-a", $"\"mark\":\"{mark}\"", "\"n\":\"1\"")).Is(201);
        await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-b", $"\"mark\":\"{mark}\"")).Is(201);
        await cluster.Merge($"{cluster.ConfigMaps}/{mark}-a", """{"data":{"n":"2"}}""").Is(200);

        var list = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&resourceVersion={first.Version}&resourceVersionMatch=Exact").Is(200);

        Assert.Equal([$"{mark}-a"], list.Names);
        Assert.Equal(("1", first.Version), (list.Word("items.0.data.n"), list.Version));
    }

    [Check]
    public async Task An_exact_list_shows_what_has_been_deleted_since(Cluster cluster)
    {
        var mark = cluster.Name("gone");
        var written = await cluster.Post(cluster.ConfigMaps, Labelled(mark, $"\"mark\":\"{mark}\"")).Is(201);
        await cluster.Delete($"{cluster.ConfigMaps}/{mark}").Is(200);

        var list = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&resourceVersion={written.Version}&resourceVersionMatch=Exact").Is(200);

        Assert.Equal([mark], list.Names);
        Assert.Equal(written.Version, list.Word("items.0.metadata.resourceVersion"));
    }

    [Check]
    public async Task ResourceVersionMatch_without_a_resourceVersion_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?resourceVersionMatch=NotOlderThan").Is(422, "Invalid");

    [Check]
    public async Task An_unknown_resourceVersionMatch_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?resourceVersion=1&resourceVersionMatch=Roughly").Is(422, "Invalid");

    [Check]
    public async Task An_exact_list_at_zero_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?resourceVersion=0&resourceVersionMatch=Exact").Is(422, "Invalid");

    [Check]
    public async Task A_resource_version_that_is_no_number_is_refused(Cluster cluster)
    {
        var answer = await cluster.Get($"{cluster.ConfigMaps}?resourceVersion=abc");

        // The watch cache of older releases puts the refusal as the server's own mistake.
        Assert.True(answer.Code is 400 or 500, $"{answer.Code}: {answer.Text}");
        Assert.Contains("resourceVersion: Invalid value: \"abc\"", answer.Message);
    }

    [Check]
    public async Task A_version_of_the_future_times_out_as_too_large(Cluster cluster)
    {
        var now = ulong.Parse((await cluster.Get(cluster.ConfigMaps)).Version);

        var answer = await cluster.Get($"{cluster.ConfigMaps}?resourceVersion={now + 100_000_000}&resourceVersionMatch=NotOlderThan").Is(504, "Timeout");

        Assert.Contains("Too large resource version", answer.Message);
        Assert.Contains(answer.At("details.causes").EnumerateArray(), cause => cause.Find("reason").Word() == "ResourceVersionTooLarge");
    }

    [Check]
    public async Task A_limit_cuts_a_list_and_continue_goes_on(Cluster cluster)
    {
        var mark = await Some(cluster, 5);

        var first = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=2").Is(200);
        var second = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=2&continue={first.Word("metadata.continue")}").Is(200);
        var third = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=2&continue={second.Word("metadata.continue")}").Is(200);

        Assert.Equal([2, 2, 1], [first.Items.Count, second.Items.Count, third.Items.Count]);
        Assert.Equal([.. Enumerable.Range(0, 5).Select(n => $"{mark}-{n}")], [.. first.Names, .. second.Names, .. third.Names]);
        Assert.False(third.Word("metadata.continue") is { Length: > 0 });
    }

    [Check]
    public async Task All_pages_of_a_list_are_of_one_version_and_know_nothing_of_later_writes(Cluster cluster)
    {
        var mark = await Some(cluster, 4);
        var first = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=2").Is(200);
        await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-9", $"\"mark\":\"{mark}\"")).Is(201);
        await cluster.Delete($"{cluster.ConfigMaps}/{mark}-3").Is(200);

        var second = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=10&continue={first.Word("metadata.continue")}").Is(200);

        Assert.Equal([$"{mark}-2", $"{mark}-3"], second.Names);
        Assert.Equal(first.Version, second.Version);
    }

    [Check]
    public async Task The_remaining_count_is_told_only_without_selectors(Cluster cluster)
    {
        var mark = await Some(cluster, 3);

        var plain = await cluster.Get($"{cluster.ConfigMaps}?limit=1").Is(200);
        var selected = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=1").Is(200);

        Assert.True(plain.Number("metadata.remainingItemCount") >= 2);
        Assert.False(selected.Has("metadata.remainingItemCount"));
    }

    [Check]
    public async Task A_continue_token_that_is_none_is_a_bad_request(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?limit=1&continue=no-token").Is(400, "BadRequest");

    [Check]
    public async Task A_continue_token_together_with_a_resource_version_is_a_bad_request(Cluster cluster)
    {
        var mark = await Some(cluster, 2);
        var first = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=1").Is(200);

        await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&limit=1&resourceVersion={first.Version}&continue={first.Word("metadata.continue")}").Is(400, "BadRequest");
    }

    [Check]
    public async Task Label_selectors_know_equality_sets_and_existence(Cluster cluster)
    {
        var mark = cluster.Name("labels");
        await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-a", $"\"mark\":\"{mark}\",\"tier\":\"web\"")).Is(201);
        await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-b", $"\"mark\":\"{mark}\",\"tier\":\"db\",\"fast\":\"\"")).Is(201);
        await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-c", $"\"mark\":\"{mark}\"")).Is(201);

        async Task<string> Selected(string selector) =>
            string.Concat((await cluster.Get($"{cluster.ConfigMaps}?labelSelector={Uri.EscapeDataString($"mark={mark},{selector}")}").Is(200)).Names.Select(name => name[^1]));

        Assert.Equal("a", await Selected("tier=web"));
        Assert.Equal("a", await Selected("tier==web"));
        Assert.Equal("bc", await Selected("tier!=web"));
        Assert.Equal("ab", await Selected("tier in (web, db)"));
        Assert.Equal("bc", await Selected("tier notin (web)"));
        Assert.Equal("ab", await Selected("tier"));
        Assert.Equal("c", await Selected("!tier"));
        Assert.Equal("b", await Selected("fast="));
        Assert.Equal("b", await Selected("tier in (web,db),fast"));
    }

    [Check]
    public async Task A_label_selector_that_cannot_be_read_is_a_bad_request(Cluster cluster)
    {
        foreach (var selector in (string[])["a in (b", "a b", "=x", "a in b", "a=b=c", "a b c", "!a=b", "a==b!=c", "a=-b"])
        {
            await cluster.Get($"{cluster.ConfigMaps}?labelSelector={Uri.EscapeDataString(selector)}").Is(400, "BadRequest");
        }
    }

    [Check]
    public async Task Field_selectors_know_name_and_namespace(Cluster cluster)
    {
        var mark = await Some(cluster, 2);

        var one = await cluster.Get($"{cluster.ConfigMaps}?fieldSelector=metadata.name={mark}-1").Is(200);
        var other = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}&fieldSelector={Uri.EscapeDataString($"metadata.name!={mark}-1")}").Is(200);
        var elsewhere = await cluster.Get($"/api/v1/configmaps?labelSelector=mark={mark}&fieldSelector=metadata.namespace=default").Is(200);

        Assert.Equal([$"{mark}-1"], one.Names);
        Assert.Equal([$"{mark}-0"], other.Names);
        Assert.Empty(elsewhere.Items);
    }

    [Check]
    public async Task Pods_are_found_by_phase_and_node(Cluster cluster)
    {
        var name = cluster.Name("homeless");
        await cluster.Post(cluster.Pods, HomelessPod(name, $"\"mark\":\"{name}\"")).Is(201);

        var pending = await cluster.Get($"{cluster.Pods}?labelSelector=mark={name}&fieldSelector=status.phase=Pending,spec.nodeName=").Is(200);
        var running = await cluster.Get($"{cluster.Pods}?labelSelector=mark={name}&fieldSelector=status.phase=Running").Is(200);

        Assert.Equal([name], pending.Names);
        Assert.Empty(running.Items);
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task Services_secrets_namespaces_and_events_are_found_by_fields_of_their_own(Cluster cluster)
    {
        var name = cluster.Name("own");
        var labels = $$"""{"mark":"{{name}}"}""";
        string Service(string suffix, string spec) => $$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{name}}-{{suffix}}","labels":{{labels}} },"spec":{"ports":[{"port":80}],{{spec}} } }""";
        await cluster.Post(cluster.Services, Service("a", "\"clusterIP\":\"None\"")).Is(201);
        await cluster.Post(cluster.Services, Service("b", "\"type\":\"NodePort\"")).Is(201);
        await cluster.Post(cluster.Core("secrets"), $$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}","labels":{{labels}} },"stringData":{"a":"b"} }""").Is(201);
        await cluster.Post(cluster.Events, $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{name}}","labels":{{labels}} },"involvedObject":{"apiVersion":"v1","kind":"Service","namespace":"{{cluster.Namespace}}","name":"{{name}}-a"},
             "reason":"Tried","message":"a check tells","type":"Normal","firstTimestamp":"2026-01-05T12:00:00Z","lastTimestamp":"2026-01-05T12:00:00Z","count":1,"source":{"component":"conformance"} }
            """).Is(201);

        async Task<IReadOnlyList<string>> Found(string collection, string fields) => (await cluster.Get($"{collection}?labelSelector=mark={name}&fieldSelector={Uri.EscapeDataString(fields)}").Is(200)).Names;

        Assert.Equal([$"{name}-a"], await Found(cluster.Services, "spec.clusterIP=None"));
        Assert.Equal([$"{name}-b"], await Found(cluster.Services, "spec.type=NodePort,spec.clusterIP!=None"));
        Assert.Equal([name], await Found(cluster.Core("secrets"), "type=Opaque"));
        Assert.Empty(await Found(cluster.Core("secrets"), "type!=Opaque"));
        Assert.Equal([name], await Found(cluster.Events, "source=conformance,type=Normal"));
        Assert.Equal([cluster.Namespace], (await cluster.Get($"/api/v1/namespaces?fieldSelector=status.phase=Active,metadata.name={cluster.Namespace}").Is(200)).Names);
    }

    [Check]
    public async Task A_field_that_cannot_be_selected_is_a_bad_request(Cluster cluster)
    {
        var answer = await cluster.Get($"{cluster.ConfigMaps}?fieldSelector=data.a=b").Is(400, "BadRequest");

        Assert.Contains("\"data.a\" is not a known field selector", answer.Message);
        foreach (var collection in new[] { cluster.Pods, cluster.Services, cluster.Core("secrets"), "/api/v1/namespaces", "/api/v1/nodes" })
        {
            Assert.Contains("field label not supported: spec.a", (await cluster.Get($"{collection}?fieldSelector=spec.a=b").Is(400, "BadRequest")).Message);
        }
    }

    [Check]
    public async Task Versions_grow_with_every_write_whatever_the_kind(Cluster cluster)
    {
        var name = cluster.Name("grow");
        var map = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);
        var lease = await cluster.Post(cluster.Leases, $$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{name}}"} }""").Is(201);
        var again = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);

        Assert.True(ulong.Parse(map.Version) < ulong.Parse(lease.Version));
        Assert.True(ulong.Parse(lease.Version) < ulong.Parse(again.Version));
    }

    static async Task<string> Some(Cluster cluster, int count)
    {
        var mark = cluster.Name("some");
        for (var n = 0; n < count; n++) await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-{n}", $"\"mark\":\"{mark}\"")).Is(201);
        return mark;
    }
}
