using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Deletion: preconditions, grace, finalizers, collections, namespaces ("Finalizers", "Garbage Collection", "Namespaces").</summary>
public sealed class DeletionChecks : Checks
{
    [Check]
    public async Task A_deletion_is_answered_with_Success_and_the_uid(Cluster cluster)
    {
        var (path, created) = await One(cluster);

        var answer = await cluster.Delete(path).Is(200);

        Assert.Equal(("Status", "Success", created.Uid), (answer.Word("kind"), answer.Word("status"), answer.Word("details.uid")));
        await cluster.Get(path).Is(404, "NotFound");
        await cluster.Delete(path).Is(404, "NotFound");
    }

    [Check]
    public async Task A_deletion_with_another_uid_is_409_and_deletes_nothing(Cluster cluster)
    {
        var (path, _) = await One(cluster);

        await cluster.Delete(path, """{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"11111111-1111-1111-1111-111111111111"}}""").Is(409, "Conflict");

        await cluster.Get(path).Is(200);
    }

    [Check]
    public async Task A_deletion_with_the_right_uid_deletes(Cluster cluster)
    {
        var (path, created) = await One(cluster);

        await cluster.Delete(path, $$$"""{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"{{{created.Uid}}}","resourceVersion":"{{{created.Version}}}"} }""").Is(200);

        await cluster.Get(path).Is(404);
    }

    [Check]
    public async Task A_deletion_of_an_older_version_is_409(Cluster cluster)
    {
        var (path, created) = await One(cluster);
        await cluster.Merge(path, """{"data":{"a":"1"}}""").Is(200);

        await cluster.Delete(path, $$$"""{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"resourceVersion":"{{{created.Version}}}"} }""").Is(409, "Conflict");
    }

    [Check]
    public async Task A_finalizer_holds_an_object_that_is_being_deleted(Cluster cluster)
    {
        var (path, created) = await One(cluster, Finalizer);

        var deleted = await cluster.Delete(path).Is(200);
        var held = await cluster.Get(path).Is(200);

        Assert.Equal((created.Uid, "ConfigMap"), (deleted.Uid, deleted.Word("kind")));
        Assert.NotNull(held.Word("metadata.deletionTimestamp"));
        Assert.Equal(0, held.Number("metadata.deletionGracePeriodSeconds"));
        await cluster.Free(path).Is(200);
    }

    [Check]
    public async Task The_object_goes_with_its_last_finalizer(Cluster cluster)
    {
        var (path, _) = await One(cluster, ""","finalizers":["conformance.slipway.dev/a","conformance.slipway.dev/b"]""");
        await cluster.Delete(path).Is(200);

        await cluster.Merge(path, """{"metadata":{"finalizers":["conformance.slipway.dev/b"]}}""").Is(200);
        await cluster.Get(path).Is(200);
        await cluster.Free(path).Is(200);

        await cluster.Get(path).Is(404);
    }

    [Check]
    public async Task What_is_being_deleted_takes_no_new_finalizers(Cluster cluster)
    {
        var (path, _) = await One(cluster, Finalizer);
        await cluster.Delete(path).Is(200);

        await cluster.Merge(path, """{"metadata":{"finalizers":["conformance.slipway.dev/hold","conformance.slipway.dev/new"]}}""").Is(422, "Invalid");

        await cluster.Free(path).Is(200);
    }

    [Check]
    public async Task What_is_being_deleted_can_still_be_changed_but_not_kept(Cluster cluster)
    {
        var (path, _) = await One(cluster, Finalizer);
        await cluster.Delete(path).Is(200);

        var changed = await cluster.Merge(path, """{"metadata":{"deletionTimestamp":null},"data":{"a":"1"}}""").Is(200);

        Assert.Equal("1", changed.Word("data.a"));
        Assert.NotNull(changed.Word("metadata.deletionTimestamp"));
        await cluster.Free(path).Is(200);
    }

    [Check]
    public async Task The_name_is_taken_until_the_object_is_gone(Cluster cluster)
    {
        var (path, created) = await One(cluster, Finalizer);
        await cluster.Delete(path).Is(200);

        await cluster.Post(cluster.ConfigMaps, ConfigMap(created.Name)).Is(409, "AlreadyExists");
        await cluster.Free(path).Is(200);
        var again = await cluster.Post(cluster.ConfigMaps, ConfigMap(created.Name)).Is(201);

        Assert.NotEqual(created.Uid, again.Uid);
    }

    [Check]
    public async Task A_second_deletion_leaves_the_time_of_the_first(Cluster cluster)
    {
        var (path, _) = await One(cluster, Finalizer);
        await cluster.Delete(path).Is(200);
        var first = await cluster.Get(path);

        await cluster.Delete(path).Is(200);
        var second = await cluster.Get(path);

        Assert.Equal((first.Word("metadata.deletionTimestamp"), first.Version), (second.Word("metadata.deletionTimestamp"), second.Version));
        await cluster.Free(path).Is(200);
    }

    [Check, Needs(ClusterPart.Nodes)]
    public async Task A_running_pod_is_given_its_grace_period(Cluster cluster)
    {
        var (path, _) = await RunningPod(cluster);

        var deleted = await cluster.Delete(path).Is(200);

        Assert.Equal("Pod", deleted.Word("kind"));
        Assert.Equal(5, deleted.Number("metadata.deletionGracePeriodSeconds"));
        Assert.NotNull(deleted.Word("metadata.deletionTimestamp"));
        await cluster.Free(path).Is(200);
        await cluster.Gone(path);
    }

    [Check, Needs(ClusterPart.Nodes)]
    public async Task The_grace_period_of_a_deletion_overrides_the_pods_own(Cluster cluster)
    {
        var (path, _) = await RunningPod(cluster);

        var deleted = await cluster.Delete(path, """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":3}""").Is(200);

        Assert.Equal(3, deleted.Number("metadata.deletionGracePeriodSeconds"));
        await cluster.Free(path).Is(200);
        await cluster.Gone(path);
    }

    [Check]
    public async Task A_pod_that_was_never_scheduled_goes_at_once(Cluster cluster)
    {
        var name = cluster.Name("homeless");
        await cluster.Post(cluster.Pods, HomelessPod(name)).Is(201);

        await cluster.Delete($"{cluster.Pods}/{name}").Is(200);

        await cluster.Get($"{cluster.Pods}/{name}").Is(404);
    }

    [Check]
    public async Task A_collection_is_deleted_by_selector(Cluster cluster)
    {
        var mark = cluster.Name("batch");
        for (var n = 0; n < 3; n++) await cluster.Post(cluster.ConfigMaps, Labelled($"{mark}-{n}", $"\"mark\":\"{mark}\",\"n\":\"{n}\"")).Is(201);

        await cluster.Delete($"{cluster.ConfigMaps}?labelSelector=mark={mark},n!=1").Is(200);

        Assert.Equal([$"{mark}-1"], (await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={mark}")).Names);
    }

    [Check]
    public async Task A_collection_is_deleted_as_far_as_finalizers_let_go(Cluster cluster)
    {
        var (path, created) = await One(cluster, $$$""","labels":{"batch":"held"},"finalizers":["conformance.slipway.dev/hold"]""");

        await cluster.Delete($"{cluster.ConfigMaps}?labelSelector=batch=held").Is(200);

        Assert.NotNull((await cluster.Get(path).Is(200)).Word("metadata.deletionTimestamp"));
        Assert.Equal(created.Name, (await cluster.Get(path)).Name);
        await cluster.Free(path).Is(200);
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task A_namespace_that_is_being_deleted_is_Terminating_and_takes_nothing_new(Cluster cluster)
    {
        var ns = await NamespaceWith(cluster, Finalizer);

        var deleted = await cluster.Delete($"/api/v1/namespaces/{ns}").Is(200);
        var answer = await cluster.Post($"/api/v1/namespaces/{ns}/configmaps", ConfigMap("late")).Is(403, "Forbidden");

        Assert.Equal("Terminating", deleted.Word("status.phase"));
        Assert.Equal("NamespaceTerminating", answer.Word("details.causes.0.reason"));
        await cluster.Free($"/api/v1/namespaces/{ns}/configmaps/held").Is(200);
        await cluster.Gone($"/api/v1/namespaces/{ns}");
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task A_namespace_takes_its_contents_with_it(Cluster cluster)
    {
        var ns = await NamespaceWith(cluster, "");

        await cluster.Delete($"/api/v1/namespaces/{ns}").Is(200);

        await cluster.Gone($"/api/v1/namespaces/{ns}");
        Assert.Empty((await cluster.Get($"/api/v1/namespaces/{ns}/configmaps").Is(200)).Items);
    }

    [Check]
    public async Task A_new_namespace_is_Active_has_a_finalizer_and_its_name_as_a_label(Cluster cluster)
    {
        var name = cluster.Name("fresh");
        cluster.AtEnd($"/api/v1/namespaces/{name}");

        var made = await cluster.Post("/api/v1/namespaces", Manifests.Namespace(name)).Is(201);

        Assert.Equal(("Active", "kubernetes", name), (made.Word("status.phase"), made.Word("spec.finalizers.0"), made.Word("metadata.labels.kubernetes~1io/metadata~1name")));
    }

    [Check]
    public async Task Namespaces_are_not_deleted_as_a_collection(Cluster cluster) =>
        await cluster.Delete("/api/v1/namespaces?labelSelector=conformance=never").Is(405);

    [Check]
    public async Task An_unknown_propagation_policy_is_invalid(Cluster cluster)
    {
        var (path, _) = await One(cluster);

        await cluster.Delete($"{path}?propagationPolicy=Sideways").Is(422, "Invalid");
        await cluster.Delete(path, """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Orphan","orphanDependents":true}""").Is(422, "Invalid");
    }

    const string Finalizer = ""","finalizers":["conformance.slipway.dev/hold"]""";

    static async Task<(string Path, Answer Created)> One(Cluster cluster, string metadata = "")
    {
        var name = cluster.Name("doomed");
        var created = await cluster.Post(cluster.ConfigMaps, $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"{{{metadata}}} } }""").Is(201);
        return ($"{cluster.ConfigMaps}/{name}", created);
    }

    /// <summary>A finalizer lets the check see it whatever its kubelet does.</summary>
    static async Task<(string Path, Answer Created)> RunningPod(Cluster cluster)
    {
        var name = cluster.Name("running");
        await cluster.Post(cluster.Pods, Pod(name, metadata: Finalizer)).Is(201);
        return ($"{cluster.Pods}/{name}", await cluster.Until("the pod runs", $"{cluster.Pods}/{name}", answer => answer.Word("status.phase") == "Running"));
    }

    static async Task<string> NamespaceWith(Cluster cluster, string metadata)
    {
        var name = cluster.Name("doomed");
        await cluster.Post("/api/v1/namespaces", Manifests.Namespace(name)).Is(201);
        cluster.AtEnd($"/api/v1/namespaces/{name}");
        await cluster.Post($"/api/v1/namespaces/{name}/configmaps", $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held"{{{metadata}}} } }""").Is(201);
        return name;
    }
}
