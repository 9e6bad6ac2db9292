using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>The scale subresource (autoscaling/v1 Scale).</summary>
[Needs(ClusterPart.Controllers)]
public sealed class ScaleChecks : Checks
{
    [Check]
    public async Task A_scale_shows_replicas_and_selector_with_the_identity_of_its_object(Cluster cluster)
    {
        var (path, made) = await One(cluster);

        var scale = await cluster.Get($"{path}/scale").Is(200);

        Assert.Equal(("Scale", "autoscaling/v1", 0, $"app={made.Name}"), (scale.Word("kind"), scale.Word("apiVersion"), scale.Number("spec.replicas") ?? 0, scale.Word("status.selector")));
        Assert.Equal((made.Uid, made.Name), (scale.Uid, scale.Name));
    }

    [Check]
    public async Task An_update_of_the_scale_changes_the_replicas_and_nothing_else(Cluster cluster)
    {
        var (path, made) = await One(cluster);

        var scaled = await cluster.Put($"{path}/scale", Scale(made.Name, 1)).Is(200);
        var after = await cluster.Get(path);

        Assert.Equal((1, 1), (scaled.Number("spec.replicas"), after.Number("spec.replicas")));
        Assert.Equal(made.At("spec.template").GetRawText(), after.At("spec.template").GetRawText());
        await cluster.Delete(path);
    }

    [Check]
    public async Task A_scale_with_an_older_version_is_409(Cluster cluster)
    {
        var (path, made) = await One(cluster);
        await cluster.Merge(path, """{"metadata":{"labels":{"a":"b"}}}""").Is(200);

        await cluster.Put($"{path}/scale", Scale(made.Name, 1, made.Version)).Is(409, "Conflict");
    }

    [Check]
    public async Task A_scale_of_another_uid_or_an_older_version_is_409_as_a_patch_too(Cluster cluster)
    {
        var (path, made) = await One(cluster);
        var changed = await cluster.Merge(path, """{"metadata":{"labels":{"a":"b"}}}""").Is(200);

        await cluster.Put($"{path}/scale", Scale(made.Name, 1).Replace("\"metadata\":{", "\"metadata\":{\"uid\":\"66666666-6666-6666-6666-666666666666\",")).Is(409, "Conflict");
        await cluster.Merge($"{path}/scale", """{"metadata":{"uid":"66666666-6666-6666-6666-666666666666"},"spec":{"replicas":1}}""").Is(409, "Conflict");
        await cluster.Merge($"{path}/scale", $$$"""{"metadata":{"resourceVersion":"{{{made.Version}}}"},"spec":{"replicas":1} }""").Is(409, "Conflict");
        var scaled = await cluster.Merge($"{path}/scale", $$$"""{"metadata":{"uid":"{{{made.Uid}}}"},"spec":{"replicas":1} }""").Is(200);

        Assert.Equal((made.Uid, 1), (changed.Uid, scaled.Number("spec.replicas")));
        await cluster.Delete(path);
    }

    [Check]
    public async Task A_negative_scale_is_invalid(Cluster cluster)
    {
        var (path, made) = await One(cluster);

        var answer = await cluster.Put($"{path}/scale", Scale(made.Name, -1)).Is(422, "Invalid");

        Assert.Contains("spec.replicas", answer.CauseFields);
    }

    [Check]
    public async Task A_scale_can_be_patched(Cluster cluster)
    {
        var (path, _) = await One(cluster);

        await cluster.Merge($"{path}/scale", """{"spec":{"replicas":2}}""").Is(200);
        var scaled = await cluster.JsonPatch($"{path}/scale", """[{"op":"test","path":"/spec/replicas","value":2},{"op":"replace","path":"/spec/replicas","value":1}]""").Is(200);

        Assert.Equal(1, scaled.Number("spec.replicas"));
        await cluster.Delete(path);
    }

    [Check]
    public async Task Scaling_raises_the_generation(Cluster cluster)
    {
        var (path, made) = await One(cluster);

        await cluster.Merge($"{path}/scale", """{"spec":{"replicas":1}}""").Is(200);

        Assert.Equal(made.Number("metadata.generation") + 1, (await cluster.Get(path)).Number("metadata.generation"));
        await cluster.Delete(path);
    }

    [Check]
    public async Task A_dry_run_scales_nothing(Cluster cluster)
    {
        var (path, made) = await One(cluster);

        var tried = await cluster.Put($"{path}/scale?dryRun=All", Scale(made.Name, 5)).Is(200);

        Assert.Equal((5, 0), (tried.Number("spec.replicas"), (await cluster.Get(path)).Number("spec.replicas")));
    }

    [Check]
    public async Task Replica_sets_and_stateful_sets_have_a_scale_too(Cluster cluster)
    {
        var name = cluster.Name("scaled");
        await cluster.Post(cluster.ReplicaSets, ReplicaSet(name, 0)).Is(201);
        await cluster.Post(cluster.StatefulSets, StatefulSet(name, 0)).Is(201);

        Assert.Equal($"app={name}", (await cluster.Get($"{cluster.ReplicaSets}/{name}/scale").Is(200)).Word("status.selector"));
        Assert.Equal($"app={name}", (await cluster.Get($"{cluster.StatefulSets}/{name}/scale").Is(200)).Word("status.selector"));
    }

    [Check]
    public async Task What_has_no_scale_answers_404(Cluster cluster)
    {
        var name = cluster.Name("none");
        await cluster.Post(cluster.ConfigMaps, ConfigMap(name)).Is(201);

        await cluster.Get($"{cluster.ConfigMaps}/{name}/scale").Is(404);
    }

    static async Task<(string Path, Answer Made)> One(Cluster cluster)
    {
        var name = cluster.Name("scaled");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        // The controller has had its say: nothing else changes the object then.
        return ($"{cluster.Deployments}/{name}", await cluster.Until("the deployment is observed", $"{cluster.Deployments}/{name}", answer => answer.Number("status.observedGeneration") == 1 && answer.Json.Condition("Progressing") is not null));
    }

    static string Scale(string name, int replicas, string version = "") =>
        $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}"},"spec":{"replicas":{{{replicas}}} } }""";
}
