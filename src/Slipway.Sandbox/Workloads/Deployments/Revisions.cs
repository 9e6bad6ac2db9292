using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>The ReplicaSets of a Deployment as its history: made, numbered and, when there are too many, forgotten.</summary>
sealed class Revisions(ClusterView view, EventRecorder? events)
{
    const string revisionAnnotation = "deployment.kubernetes.io/revision";

    // kubernetes/pkg/controller/deployment/util, annotationsToSkip.
    static readonly string[] notCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", revisionAnnotation, "deployment.kubernetes.io/revision-history",
        Rollout.DesiredAnnotation, Rollout.MaxAnnotation, "deprecated.deployment.rollback.to",
    ];

    /// <summary>Makes the set of today's template, or counts a collision if another set has its name.</summary>
    public void CreateNewSet(Rollout rollout)
    {
        var deployment = rollout.Deployment;
        var hash = PodTemplate.Hash(rollout.Spec.Template, DeploymentStatus.Collisions(rollout));
        var name = $"{deployment.Key.Name}-{hash}";
        var isTaken = view.ReplicaSets[deployment.Key with { Name = name }] is not null;
        if (!isTaken) view.Objects.Create(Kinds.ReplicaSets, NewSet(rollout, name, hash));
        if (!isTaken && rollout.NewSetSize > 0) events?.Normal(new(deployment.Stored), "ScalingReplicaSet", $"Scaled up replica set {name} from 0 to {rollout.NewSetSize}");
        view.Objects.UpdateStatus(deployment.Stored, isTaken ? DeploymentStatus.WithCollision(rollout) : DeploymentStatus.WithNewSet(rollout, name, view.Now));
    }

    /// <summary>Numbers the new set after the old ones and copies the Deployment's annotations to it; false if all is in place.</summary>
    public bool Annotate(Rollout rollout, SelectingObject newSet)
    {
        var revision = Math.Max(newSet.Json.Revision, Newest(rollout.OldSets) + 1);
        var (annotations, minReadySeconds) = (AnnotationsOf(rollout, revision), rollout.Spec.MinReadySeconds);
        var isSetNew = !newSet.Json.HasAnnotations(annotations) || (newSet.Json.Number("spec", "minReadySeconds") ?? 0) != minReadySeconds;
        if (isSetNew)
        {
            var set = newSet.Stored.Copy();
            set.Annotate(annotations);
            if (minReadySeconds > 0) set.Child("spec")["minReadySeconds"] = minReadySeconds;
            else set.Child("spec").Remove("minReadySeconds");
            view.Objects.Update(Kinds.ReplicaSets, set);
        }

        if (rollout.Deployment.Json.Revision == revision) return isSetNew;

        // Along with the status: the number of a revision is no new generation.
        var deployment = rollout.Deployment.Stored.Copy();
        deployment.Annotate([new(revisionAnnotation, $"{revision}")]);
        view.Objects.Update(Kinds.Deployments, deployment, "status");
        return true;
    }

    /// <summary>Deletes old, empty sets beyond the history limit, the lowest revisions first.</summary>
    public void ForgetOldSets(Rollout rollout)
    {
        var empty = rollout.OldSets.Where(IsEmpty).OrderBy(set => set.Json.Revision).ToArray();
        foreach (var set in empty.Take(rollout.OldSets.Count - rollout.Spec.RevisionHistoryLimit)) view.Objects.Delete(Kinds.ReplicaSets, set.Key, set.Uid);
    }

    static bool IsEmpty(SelectingObject set) =>
        !set.IsDeleting && set.Replicas == 0 && set.Json.Number("status", "replicas") is null or 0 && set.Json.Number("status", "observedGeneration") >= set.Json.Generation;

    static int Newest(IEnumerable<SelectingObject> sets) => sets.Select(set => set.Json.Revision).DefaultIfEmpty().Max();

    static JsonObject NewSet(Rollout rollout, string name, string hash)
    {
        var deployment = rollout.Deployment;
        var template = deployment.Json.CopyObject("spec", "template");
        template.Child("metadata").Child("labels")[PodTemplate.HashLabel] = hash;
        var selector = deployment.Json.CopyObject("spec", "selector");
        selector.Child("matchLabels")[PodTemplate.HashLabel] = hash;
        var set = new JsonObject
        {
            ["apiVersion"] = Kinds.ReplicaSets.ApiVersion,
            ["kind"] = Kinds.ReplicaSets.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = deployment.Key.Namespace,
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["ownerReferences"] = new JsonArray(Ownership.ReferenceTo(deployment.Stored)),
            },
            ["spec"] = new JsonObject { ["replicas"] = rollout.NewSetSize, ["selector"] = selector, ["template"] = template },
        };
        if (rollout.Spec.MinReadySeconds > 0) set.Child("spec")["minReadySeconds"] = rollout.Spec.MinReadySeconds;
        set.Annotate([.. AnnotationsOf(rollout, Newest(rollout.OldSets) + 1), .. rollout.SizeAnnotations]);
        return set;
    }

    /// <summary>What a set takes over of its Deployment's annotations, and its number.</summary>
    static IReadOnlyCollection<KeyValuePair<string, string>> AnnotationsOf(Rollout rollout, int revision) =>
        [.. rollout.Deployment.Json.Words("metadata", "annotations").Where(annotation => !notCopied.Contains(annotation.Key)), new(revisionAnnotation, $"{revision}")];
}
