using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Owners and dependents ("Garbage Collection", "Owners and Dependents").</summary>
[Needs(ClusterPart.Controllers)]
public sealed class GarbageCollectionChecks : Checks
{
    [Check]
    public async Task Dependents_follow_their_owner_in_the_background(Cluster cluster)
    {
        var (owner, dependent) = await Family(cluster);

        await cluster.Delete($"{owner}?propagationPolicy=Background").Is(200);

        await cluster.Get(owner).Is(404);
        await cluster.Gone(dependent);
    }

    [Check]
    public async Task Without_a_policy_dependents_go_in_the_background(Cluster cluster)
    {
        var (owner, dependent) = await Family(cluster);

        await cluster.Delete(owner).Is(200);

        await cluster.Gone(dependent);
    }

    [Check]
    public async Task In_the_foreground_the_owner_waits_for_dependents_that_block_it(Cluster cluster)
    {
        var (owner, dependent) = await Family(cluster, blocks: true, ""","finalizers":["conformance.slipway.dev/hold"]""");

        await cluster.Delete($"{owner}?propagationPolicy=Foreground").Is(200);
        await cluster.Until("the dependent is being deleted", dependent, answer => answer.Has("metadata.deletionTimestamp"));
        var waiting = await cluster.Get(owner).Is(200);

        Assert.Equal("foregroundDeletion", waiting.Word("metadata.finalizers.0"));
        await cluster.Free(dependent).Is(200);
        await cluster.Gone(owner);
    }

    [Check]
    public async Task In_the_foreground_the_owner_does_not_wait_for_dependents_that_do_not_block(Cluster cluster)
    {
        var (owner, dependent) = await Family(cluster, blocks: false, ""","finalizers":["conformance.slipway.dev/hold"]""");

        await cluster.Delete($"{owner}?propagationPolicy=Foreground").Is(200);

        await cluster.Gone(owner);
        await cluster.Free(dependent).Is(200);
        await cluster.Gone(dependent);
    }

    [Check]
    public async Task Orphans_stay_and_forget_their_owner(Cluster cluster)
    {
        var (owner, dependent) = await Family(cluster);

        await cluster.Delete($"{owner}?propagationPolicy=Orphan").Is(200);

        await cluster.Gone(owner);
        var left = await cluster.Get(dependent).Is(200);
        Assert.False(left.Has("metadata.ownerReferences.0"));
        Assert.False(left.Has("metadata.deletionTimestamp"));
    }

    [Check]
    public async Task A_dependent_lives_as_long_as_one_owner_does(Cluster cluster)
    {
        var one = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("owner"))).Is(201);
        var other = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("owner"))).Is(201);
        var child = cluster.Name("child");
        await cluster.Post(cluster.ConfigMaps, Owned(child, $"{Reference(one)},{Reference(other)}")).Is(201);

        await cluster.Delete($"{cluster.ConfigMaps}/{one.Name}").Is(200);
        await cluster.Until("the reference to the deleted owner is gone", $"{cluster.ConfigMaps}/{child}", answer => answer.Word("metadata.ownerReferences.0.uid") == other.Uid && !answer.Has("metadata.ownerReferences.1"));
        await cluster.Delete($"{cluster.ConfigMaps}/{other.Name}").Is(200);

        await cluster.Gone($"{cluster.ConfigMaps}/{child}");
    }

    [Check]
    public async Task An_owner_is_known_by_uid_and_not_by_name(Cluster cluster)
    {
        var owner = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("owner"))).Is(201);
        var child = cluster.Name("child");

        await cluster.Post(cluster.ConfigMaps, Owned(child, Reference(owner).Replace(owner.Uid, "22222222-2222-2222-2222-222222222222"))).Is(201);

        await cluster.Gone($"{cluster.ConfigMaps}/{child}");
    }

    [Check]
    public async Task A_deployment_takes_its_replica_sets_and_pods_with_it(Cluster cluster)
    {
        var name = cluster.Name("tree");
        await cluster.Post(cluster.Deployments, Deployment(name, 2)).Is(201);
        await cluster.Until("the pods are there", $"{cluster.Pods}?labelSelector=app={name}", answer => answer.Items.Count == 2);

        await cluster.Delete($"{cluster.Deployments}/{name}").Is(200);

        await cluster.Until("the replica sets are gone", $"{cluster.ReplicaSets}?labelSelector=app={name}", answer => answer.Items.Count == 0);
        await cluster.Until("the pods are gone", $"{cluster.Pods}?labelSelector=app={name}", answer => answer.Items.Count == 0);
    }

    [Check]
    public async Task Pods_orphaned_by_a_replica_set_are_adopted_by_the_next(Cluster cluster)
    {
        var name = cluster.Name("adopt");
        await cluster.Post(cluster.ReplicaSets, ReplicaSet(name, 2)).Is(201);
        var before = await cluster.Until("the pods are there", $"{cluster.Pods}?labelSelector=app={name}", answer => answer.Items.Count == 2);
        await cluster.Until("the set has seen them", $"{cluster.ReplicaSets}/{name}", answer => answer.Number("status.replicas") == 2);
        await cluster.Delete($"{cluster.ReplicaSets}/{name}?propagationPolicy=Orphan").Is(200);
        await cluster.Gone($"{cluster.ReplicaSets}/{name}");

        // A set that has not yet heard that the pods are nobody's makes its own.
        await Task.Delay(cluster.Target.Poll * 8);
        var set = await cluster.PostUntilEnd(cluster.ReplicaSets, ReplicaSet(name, 2)).Is(201);

        var after = await cluster.Until("the pods have the new owner", $"{cluster.Pods}?labelSelector=app={name}", answer => answer.Items.Count == 2 && answer.Items.All(pod => pod.Find("metadata.ownerReferences.0.uid").Word() == set.Uid));
        Assert.Equal(before.Names, after.Names);
    }

    static async Task<(string Owner, string Dependent)> Family(Cluster cluster, bool blocks = false, string metadata = "")
    {
        var owner = await cluster.Post(cluster.ConfigMaps, ConfigMap(cluster.Name("owner"))).Is(201);
        var child = cluster.Name("child");
        await cluster.Post(cluster.ConfigMaps, Owned(child, Reference(owner, blocks), metadata)).Is(201);
        return ($"{cluster.ConfigMaps}/{owner.Name}", $"{cluster.ConfigMaps}/{child}");
    }

    static string Owned(string name, string owners, string metadata = "") => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","ownerReferences":[{{{owners}}}]{{{metadata}}} } }""";

    static string Reference(Answer owner, bool blocks = false) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{{owner.Name}}}","uid":"{{{owner.Uid}}}","blockOwnerDeletion":{{{(blocks ? "true" : "false")}}} }""";
}
