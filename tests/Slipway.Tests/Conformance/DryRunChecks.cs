using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Kubernetes API concepts, "Dry-run": every verb answers as if, and nothing is stored.</summary>
public sealed class DryRunChecks : Checks
{
    [Check]
    public async Task A_creation_is_only_shown(Cluster cluster)
    {
        var name = cluster.Name("dry");

        var shown = await cluster.Post($"{cluster.ConfigMaps}?dryRun=All", ConfigMap(name)).Is(201);

        Assert.NotEmpty(shown.Uid);
        await cluster.Get($"{cluster.ConfigMaps}/{name}").Is(404);
    }

    [Check]
    public async Task Defaults_and_generated_names_are_shown_as_well(Cluster cluster)
    {
        var shown = await cluster.Post($"{cluster.Deployments}?dryRun=All", Deployment(cluster.Name("dry"), 0)).Is(201);
        var named = await cluster.Post($"{cluster.ConfigMaps}?dryRun=All", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"dry-"}}""").Is(201);

        Assert.Equal("RollingUpdate", shown.Word("spec.strategy.type"));
        Assert.StartsWith("dry-", named.Name);
    }

    [Check]
    public async Task A_creation_that_would_fail_fails(Cluster cluster)
    {
        var name = cluster.Name("dry");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Post($"{cluster.ConfigMaps}?dryRun=All", ConfigMap(name)).Is(409, "AlreadyExists");
        await cluster.Post($"{cluster.ConfigMaps}?dryRun=All", ConfigMap("Bad_Name")).Is(422, "Invalid");
    }

    [Check]
    public async Task An_update_is_only_shown(Cluster cluster)
    {
        var name = cluster.Name("dry");
        var before = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        var shown = await cluster.Put($"{cluster.ConfigMaps}/{name}?dryRun=All", Labelled(name, "", "\"a\":\"1\"")).Is(200);

        Assert.Equal("1", shown.Word("data.a"));
        Assert.Equal(before.Version, (await cluster.Get($"{cluster.ConfigMaps}/{name}")).Version);
    }

    [Check]
    public async Task A_patch_is_only_shown(Cluster cluster)
    {
        var name = cluster.Name("dry");
        var before = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        var merged = await cluster.Merge($"{cluster.ConfigMaps}/{name}?dryRun=All", """{"data":{"a":"1"}}""").Is(200);
        var strategic = await cluster.Strategic($"{cluster.ConfigMaps}/{name}?dryRun=All", """{"data":{"a":"2"}}""").Is(200);

        Assert.Equal(("1", "2"), (merged.Word("data.a"), strategic.Word("data.a")));
        Assert.Equal(before.Version, (await cluster.Get($"{cluster.ConfigMaps}/{name}")).Version);
    }

    [Check]
    public async Task A_deletion_is_only_pretended_by_query_or_by_body(Cluster cluster)
    {
        var name = cluster.Name("dry");
        var before = await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Delete($"{cluster.ConfigMaps}/{name}?dryRun=All").Is(200);
        await cluster.Delete($"{cluster.ConfigMaps}/{name}", """{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}""").Is(200);

        Assert.Equal(before.Version, (await cluster.Get($"{cluster.ConfigMaps}/{name}").Is(200)).Version);
    }

    [Check]
    public async Task A_deletion_of_a_collection_is_only_pretended(Cluster cluster)
    {
        var mark = cluster.Name("dry");
        await cluster.Post(cluster.ConfigMaps, Labelled(mark, $"\"mark\":\"{mark}\"")).Is(201);

        await cluster.Delete($"{cluster.ConfigMaps}?labelSelector=mark={mark}&dryRun=All").Is(200);

        await cluster.Get($"{cluster.ConfigMaps}/{mark}").Is(200);
    }

    [Check]
    public async Task A_write_of_the_status_is_only_shown(Cluster cluster)
    {
        var name = cluster.Name("dry");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        var shown = await cluster.Merge($"{cluster.Pods}/{name}/status?dryRun=All", """{"status":{"message":"only tried"}}""").Is(200);

        Assert.Equal("only tried", shown.Word("status.message"));
        Assert.NotEqual("only tried", (await cluster.Get($"{cluster.Pods}/{name}")).Word("status.message"));
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task Another_word_than_All_is_invalid(Cluster cluster)
    {
        await cluster.Post($"{cluster.ConfigMaps}?dryRun=Some", ConfigMap(cluster.Name("dry"))).Is(422, "Invalid");
        await cluster.Merge($"{cluster.ConfigMaps}/none?dryRun=Some", "{}").Is(422, "Invalid");
    }
}
