using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Watches (Kubernetes API concepts, "Efficient detection of changes", "Watch bookmarks", "Streaming lists").</summary>
public sealed class WatchChecks : Checks
{
    [Check]
    public async Task A_watch_from_a_list_tells_of_creation_change_and_deletion(Cluster cluster)
    {
        var name = cluster.Name("life");
        using var watch = await cluster.Watch(await FromNow(cluster, name));
        var created = await cluster.Post(cluster.ConfigMaps, Labelled(name, $"\"mark\":\"{name}\"")).Is(201);
        var changed = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);
        await cluster.Delete($"{cluster.ConfigMaps}/{name}").Is(200);

        var added = await watch.Next();
        var modified = await watch.Next();
        var deleted = await watch.Next();

        Assert.Equal(("ADDED", created.Version), (added.Type, added.Version));
        Assert.Equal(("MODIFIED", changed.Version), (modified.Type, modified.Version));
        Assert.Equal("DELETED", deleted.Type);
        Assert.True(ulong.Parse(deleted.Version) > ulong.Parse(changed.Version));
        Assert.Equal("1", deleted.Object.Find("data.a").Word());
    }

    [Check]
    public async Task A_watch_without_a_version_begins_with_what_is_there(Cluster cluster)
    {
        var name = await One(cluster);

        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}");

        Assert.Equal(("ADDED", name), Brief(await watch.Next()));
    }

    [Check]
    public async Task A_watch_from_zero_begins_with_what_is_there(Cluster cluster)
    {
        var name = await One(cluster);
        await cluster.Until("the object is in any state", $"{cluster.ConfigMaps}/{name}?resourceVersion=0", answer => answer.Code == 200);

        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}&resourceVersion=0");

        Assert.Equal(("ADDED", name), Brief(await watch.Next()));
    }

    [Check]
    public async Task A_watch_from_an_older_version_replays_what_came_after_it(Cluster cluster)
    {
        var name = cluster.Name("replay");
        var created = await cluster.Post(cluster.ConfigMaps, Labelled(name, $"\"mark\":\"{name}\"")).Is(201);
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"2"}}""").Is(200);

        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}&resourceVersion={created.Version}");

        Assert.Equal("1", (await watch.Next()).Object.Find("data.a").Word());
        Assert.Equal("2", (await watch.Next()).Object.Find("data.a").Word());
    }

    [Check]
    public async Task A_write_that_changes_nothing_is_no_event_and_no_new_version(Cluster cluster)
    {
        var name = await One(cluster);
        using var watch = await cluster.Watch(await FromNow(cluster, name));
        var before = await cluster.Get($"{cluster.ConfigMaps}/{name}");

        var same = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"kept":"yes"}}""").Is(200);
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"kept":"no"}}""").Is(200);

        Assert.Equal(before.Version, same.Version);
        Assert.Equal("no", (await watch.Next()).Object.Find("data.kept").Word());
    }

    [Check]
    public async Task An_object_whose_labels_come_to_match_is_ADDED(Cluster cluster)
    {
        var name = await One(cluster);
        using var watch = await cluster.Watch($"{await FromNow(cluster, name)},colour=red");

        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"metadata":{"labels":{"colour":"red"}}}""").Is(200);

        Assert.Equal(("ADDED", name), Brief(await watch.Next()));
    }

    [Check]
    public async Task An_object_whose_labels_match_no_more_is_DELETED_as_it_was_at_the_new_version(Cluster cluster)
    {
        var name = await One(cluster, ",\"colour\":\"red\"");
        using var watch = await cluster.Watch($"{await FromNow(cluster, name)},colour=red");

        var changed = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"metadata":{"labels":{"colour":"blue"}}}""").Is(200);
        var told = await watch.Next();

        Assert.Equal(("DELETED", name), Brief(told));
        Assert.Equal((changed.Version, "red"), (told.Version, told.Object.Find("metadata.labels.colour").Word()));
    }

    [Check]
    public async Task Changes_outside_the_selection_are_not_told(Cluster cluster)
    {
        var (inside, outside) = (await One(cluster), await One(cluster));
        using var watch = await cluster.Watch(await FromNow(cluster, inside));

        await cluster.Merge($"{cluster.ConfigMaps}/{outside}", """{"data":{"a":"1"}}""").Is(200);
        await cluster.Merge($"{cluster.ConfigMaps}/{inside}", """{"data":{"a":"1"}}""").Is(200);

        Assert.Equal(("MODIFIED", inside), Brief(await watch.Next()));
    }

    [Check]
    public async Task A_watch_on_one_name_is_a_field_selector(Cluster cluster)
    {
        var (wanted, other) = (await One(cluster), await One(cluster));
        var list = await cluster.Get(cluster.ConfigMaps);
        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?fieldSelector=metadata.name={wanted}&resourceVersion={list.Version}");

        await cluster.Delete($"{cluster.ConfigMaps}/{other}").Is(200);
        await cluster.Delete($"{cluster.ConfigMaps}/{wanted}").Is(200);

        Assert.Equal(("DELETED", wanted), Brief(await watch.Next()));
    }

    [Check]
    public async Task A_field_that_comes_to_match_is_ADDED_too(Cluster cluster)
    {
        var name = cluster.Name("phase");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);
        var list = await cluster.Get(cluster.Pods);
        using var watch = await cluster.Watch($"{cluster.Pods}?fieldSelector=metadata.name={name},status.phase=Failed&resourceVersion={list.Version}");

        await cluster.Merge($"{cluster.Pods}/{name}/status", """{"status":{"phase":"Failed"}}""").Is(200);

        Assert.Equal(("ADDED", name), Brief(await watch.Next()));
        await cluster.Delete($"{cluster.Pods}/{name}?gracePeriodSeconds=0");
    }

    [Check]
    public async Task A_version_that_is_compacted_away_is_410_Expired(Cluster cluster)
    {
        var answer = await cluster.Send("GET", $"{cluster.ConfigMaps}?watch=true&resourceVersion=1&timeoutSeconds=5");
        Assert.SkipUnless(answer.Code != 200 || answer.Text.StartsWith("{\"type\":\"ERROR\"", StringComparison.Ordinal), "this server is too young to have compacted anything");

        // The refusal comes as the answer itself, or as the one event of the watch.
        var status = answer.Code == 200 ? answer.At("object") : answer.Json;
        Assert.Equal((410, "Expired", "Status"), (status.Find("code").GetInt32(), status.Find("reason").Word(), status.Find("kind").Word()));
        Assert.True(answer.Code != 200 || answer.Word("type") == "ERROR");
        Assert.StartsWith("too old resource version", status.Find("message").Word());
    }

    [Check]
    public async Task A_version_that_is_no_number_is_refused(Cluster cluster)
    {
        var answer = await cluster.Get($"{cluster.ConfigMaps}?watch=true&resourceVersion=abc");

        // kube-apiserver puts the refusal of its watch cache as its own mistake.
        Assert.True(answer.Code is 400 or 500, $"{answer.Code}: {answer.Text}");
        Assert.Contains("resourceVersion: Invalid value: \"abc\"", answer.Message);
    }

    [Check]
    public async Task A_watch_ends_after_its_timeout(Cluster cluster)
    {
        using var watch = await cluster.Watch($"{await FromNow(cluster, cluster.Name("none"))}&timeoutSeconds=1");

        Assert.Null(await watch.NextOrEnd());
    }

    [Check]
    public async Task Initial_events_end_with_a_marked_bookmark(Cluster cluster)
    {
        await NeedsStreamedLists(cluster);
        var name = await One(cluster);

        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=");

        Assert.Equal(("ADDED", name), Brief(await watch.Next()));
        var end = await watch.Next();
        Assert.Equal(("BOOKMARK", "true"), (end.Type, end.Object.Find("metadata.annotations.k8s~1io/initial-events-end").Word()));
        Assert.Equal("ConfigMap", end.Object.Find("kind").Word());
        Assert.NotEmpty(end.Version);
    }

    [Check]
    public async Task After_the_initial_events_the_watch_goes_on_with_changes(Cluster cluster)
    {
        await NeedsStreamedLists(cluster);
        var name = await One(cluster);
        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        await watch.Until(told => told.Type == "BOOKMARK");

        await cluster.Delete($"{cluster.ConfigMaps}/{name}").Is(200);

        Assert.Equal(("DELETED", name), Brief(await watch.NextChange()));
    }

    [Check]
    public async Task SendInitialEvents_without_a_match_rule_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true").Is(422, "Invalid");

    [Check]
    public async Task SendInitialEvents_in_a_list_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan").Is(422, "Invalid");

    [Check]
    public async Task ResourceVersionMatch_in_a_watch_without_initial_events_is_refused(Cluster cluster) =>
        await cluster.Get($"{cluster.ConfigMaps}?watch=true&resourceVersion=0&resourceVersionMatch=NotOlderThan").Is(422, "Invalid");

    [Check]
    public async Task A_bookmark_comes_before_the_watch_times_out(Cluster cluster)
    {
        var name = await One(cluster);
        using var watch = await cluster.Watch($"{await FromNow(cluster, name)}&allowWatchBookmarks=true&timeoutSeconds=8");
        var changed = await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);

        var bookmark = await watch.Until(told => told.Type == "BOOKMARK");

        Assert.Equal("ConfigMap", bookmark.Object.Find("kind").Word());
        Assert.True(ulong.Parse(bookmark.Version) >= ulong.Parse(changed.Version));
    }

    [Check]
    public async Task Without_leave_no_bookmark_is_sent(Cluster cluster)
    {
        var name = await One(cluster);
        using var watch = await cluster.Watch($"{await FromNow(cluster, name)}&timeoutSeconds=4");
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"a":"1"}}""").Is(200);

        Assert.Equal("MODIFIED", (await watch.Next()).Type);
        Assert.Null(await watch.NextOrEnd());
    }

    [Check]
    public async Task Two_watches_see_the_same_events_in_the_same_order(Cluster cluster)
    {
        var name = await One(cluster);
        var path = await FromNow(cluster, name);
        using var one = await cluster.Watch(path);
        using var other = await cluster.Watch(path);
        for (var n = 0; n < 10; n++) await cluster.Merge($"{cluster.ConfigMaps}/{name}", $$$"""{"data":{"n":"{{{n}}}"}}""").Is(200);

        var (first, second) = (new List<string>(), new List<string>());
        for (var n = 0; n < 10; n++)
        {
            first.Add((await one.Next()).Version);
            second.Add((await other.Next()).Version);
        }

        Assert.Equal(first, second);
        Assert.Equal(first.OrderBy(ulong.Parse), first);
    }

    [Check]
    public async Task The_deprecated_watch_path_streams_as_well(Cluster cluster)
    {
        var name = await One(cluster);

        var answer = await cluster.Get($"/api/v1/watch/namespaces/{cluster.Namespace}/configmaps?labelSelector=mark={name}&timeoutSeconds=1").Is(200);

        Assert.Equal(("ADDED", name), (answer.Word("type"), answer.Word("object.metadata.name")));
    }

    /// <summary>Releases 1.31 and 1.33 have the feature switched off.</summary>
    static async Task NeedsStreamedLists(Cluster cluster)
    {
        var answer = await cluster.Get($"{cluster.ConfigMaps}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1");
        Assert.SkipWhen(answer.Code == 422 && answer.Message.Contains("WatchList feature gate"), "this server does not stream lists");
    }

    static (string, string) Brief(Told told) => (told.Type, told.Name);

    static async Task<string> One(Cluster cluster, string labels = "")
    {
        var name = cluster.Name("watched");
        await cluster.Post(cluster.ConfigMaps, Labelled(name, $"\"mark\":\"{name}\"{labels}", "\"kept\":\"yes\"")).Is(201);
        return name;
    }

    /// <summary>The label selector comes last, so that a check can add to it.</summary>
    static async Task<string> FromNow(Cluster cluster, string mark) =>
        $"{cluster.ConfigMaps}?resourceVersion={(await cluster.Get(cluster.ConfigMaps)).Version}&labelSelector=mark={mark}";
}
