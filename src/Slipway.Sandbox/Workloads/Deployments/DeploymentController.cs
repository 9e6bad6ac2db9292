using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>Rolls a Deployment's pods from template to template by sizing its ReplicaSets (kubernetes/pkg/controller/deployment).</summary>
sealed class DeploymentController
{
    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly Claims<SelectingObject> claims;
    readonly Revisions revisions;
    readonly EventRecorder? events;

    public DeploymentController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step);
        claims = new(view, view.ReplicaSetsByOwner, view.Deployments, Kinds.Deployments);
        events = EventRecorder.Of(view, "deployment-controller");
        revisions = new(view, events);
        view.Deployments.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.ReplicaSets.Changed += (old, seen) => claims.Concerned(old, seen, loop.Add);
        view.Pods.Changed += (old, seen) => { if (seen is null) PodGone(old!); };
    }

    // A Recreate rollout waits for the last old pod; other rollouts hear of pods through their ReplicaSets.
    void PodGone(PodFacts pod)
    {
        if (pod.Controller is not { Kind: "ReplicaSet" } owner) return;
        if (view.ReplicaSets[new(pod.Key.Namespace, owner.Name)]?.Controller is { Kind: "Deployment" } deployment) loop.Add(new(pod.Key.Namespace, deployment.Name));
    }

    void Step(ObjectKey key)
    {
        if (view.Deployments[key] is not { } deployment) return;
        var rollout = new Rollout(deployment, claims.Of(deployment));
        // A change of the sets or of the Deployment comes back as an event, and with it the next step.
        if (!deployment.IsDeleting && Advance(rollout)) return;
        UpdateStatus(rollout);
    }

    bool Advance(Rollout rollout)
    {
        if (rollout.NewSet is { } newSet && revisions.Annotate(rollout, newSet)) return true;
        if (rollout.Spec.IsPaused || rollout.IsResized) return Resize(rollout, rollout.ResizedSizes());
        if (rollout.Spec.IsRecreate && (Resize(rollout, rollout.RecreateSizes()) || AnyOldPodRuns(rollout))) return false;
        if (rollout.NewSet is null)
        {
            revisions.CreateNewSet(rollout);
            return true;
        }
        if (Resize(rollout, rollout.Spec.IsRecreate ? rollout.RecreateSizes() : rollout.RollingSizes())) return true;
        if (DeploymentCounts.Of(rollout).IsComplete(rollout.Spec.Replicas)) revisions.ForgetOldSets(rollout);
        return false;
    }

    bool AnyOldPodRuns(Rollout rollout) => rollout.OldSets.Any(set => view.Pods.ByOwner[set.Uid].Any(pod => !pod.IsFinished));

    /// <summary>Gives sets their sizes; true if any had another.</summary>
    bool Resize(Rollout rollout, IReadOnlyDictionary<string, int> sizes)
    {
        var resized = false;
        foreach (var set in rollout.AllSets)
        {
            var size = sizes.GetValueOrDefault(set.Key.Name, set.Replicas);
            if (size == set.Replicas && (size == 0 || set.Json.HasAnnotations(rollout.SizeAnnotations))) continue;
            var copy = set.Stored.Copy();
            copy.Child("spec")["replicas"] = size;
            copy.Annotate(rollout.SizeAnnotations);
            view.Objects.Update(Kinds.ReplicaSets, copy);
            if (size == set.Replicas) continue;
            resized = true;
            events?.Normal(new(rollout.Deployment.Stored), "ScalingReplicaSet", $"Scaled {(size > set.Replicas ? "up" : "down")} replica set {set.Key.Name} from {set.Replicas} to {size}");
        }
        return resized;
    }

    void UpdateStatus(Rollout rollout)
    {
        var isWritten = view.Objects.UpdateStatus(rollout.Deployment.Stored, DeploymentStatus.Of(rollout, view.Now)) is not null;
        if (!isWritten && DeploymentStatus.DeadlineOf(rollout) is { } due && due > view.Now)
        {
            loop.AddAt(rollout.Deployment.Key, due);
        }
    }
}
