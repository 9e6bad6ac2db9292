using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.StatefulSets;

/// <summary>The ControllerRevisions of a StatefulSet: each keeps one template, so that pods below a partition can still be made from the old one.</summary>
sealed class SetRevisions(ClusterView view)
{
    readonly MirrorIndex<SelectingObject> byOwner = view.ControllerRevisions.IndexBy(Ownership.OwnerOf);

    /// <summary>The revision of today's template: found, moved to the end of the history, or made. Null when it is yet to be seen, or never will be.</summary>
    public SelectingObject? Update(SelectingObject set, out SelectingObject? current)
    {
        var history = History(set);
        var template = set.Json.At("spec", "template");
        var update = history.LastOrDefault(revision => PodTemplate.AreEqual(Template(revision), template));
        current = history.Find(revision => revision.Key.Name == set.Json.Text("status", "currentRevision")) ?? update;
        // What is being deleted makes no history: in the foreground it would be collected and made again for ever.
        if (set.IsDeleting) return update;
        var next = history.Count == 0 ? 1 : Number(history[^1]) + 1;
        if (update is null) view.Objects.Create(ClusterView.ControllerRevisionKind, NewRevision(set, template, next));
        else if (update != history[^1]) Renumber(update, next);
        else return update;
        return null;
    }

    /// <summary>Deletes the oldest revisions no pod lives by, beyond the history limit.</summary>
    public void Forget(SelectingObject set, IEnumerable<string> living)
    {
        var unused = History(set).Where(revision => !living.Contains(revision.Key.Name)).ToArray();
        foreach (var revision in unused.Take(unused.Length - (set.Json.Number("spec", "revisionHistoryLimit") ?? 10)))
        {
            view.Objects.Delete(ClusterView.ControllerRevisionKind, revision.Key, revision.Uid);
        }
    }

    public static JsonElement Template(SelectingObject revision) => revision.Json.At("data", "spec", "template");

    List<SelectingObject> History(SelectingObject set) => [.. byOwner[set.Uid].OrderBy(Number).ThenBy(revision => revision.Key.Name, StringComparer.Ordinal)];

    static int Number(SelectingObject revision) => revision.Json.Number("revision") ?? 0;

    void Renumber(SelectingObject revision, int number)
    {
        var copy = revision.Stored.Copy();
        copy["revision"] = number;
        view.Objects.Update(ClusterView.ControllerRevisionKind, copy);
    }

    JsonObject NewRevision(SelectingObject set, JsonElement template, int number)
    {
        var hash = FreeHash(set, template);
        var kept = set.Json.CopyObject("spec", "template");
        // As kube-controller-manager stores it: a strategic merge patch that replaces the template.
        kept["$patch"] = "replace";
        var labels = set.Json.CopyObject("spec", "template", "metadata", "labels");
        labels["controller.kubernetes.io/hash"] = hash;
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{set.Key.Name}-{hash}",
                ["namespace"] = set.Key.Namespace,
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(Ownership.ReferenceTo(set.Stored)),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = kept } },
            ["revision"] = number,
        };
    }

    string FreeHash(SelectingObject set, JsonElement template)
    {
        for (var collisions = 0; ; collisions++)
        {
            var hash = PodTemplate.Hash(template, collisions);
            if (view.ControllerRevisions[set.Key with { Name = $"{set.Key.Name}-{hash}" }] is null) return hash;
        }
    }
}
