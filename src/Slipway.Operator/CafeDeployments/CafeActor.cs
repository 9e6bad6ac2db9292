using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Operator.Tickets;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Turns a decision about a CafeDeployment into API calls, and then stores its status.</summary>
sealed class CafeActor(KubernetesApi api, WorkloadMemory memory, PodActs pods, HistoryActs history)
{
    public async Task<Requeue> ActAsync(CafeObservation seen, CafeDecision decision, CancellationToken cancellation)
    {
        var again = false;
        foreach (var change in decision.Changes)
        {
            switch (change)
            {
                case CafeChange.SaveRevision save:
                    await history.Save(seen.Cafe.Key, seen.Cafe.Uid, Kinds.CafeDeployments, seen.Cafe.Spec.Selector, save.Name, save.Hash, save.Number, save.Template, cancellation);
                    break;
                case CafeChange.RenumberRevision(var revision, var number): await history.Renumber(seen.Cafe.Key, Reference(seen.Cafe), revision, number, cancellation); break;
                case CafeChange.DeleteRevision(var revision): await history.Delete(seen.Cafe.Key, revision, cancellation); break;
                case CafeChange.RollBack(var to): await RollBack(seen.Cafe, to, cancellation); break;
                case CafeChange.RecordRollout record: await Record(seen.Cafe, record, cancellation); break;
                case CafeChange.CreateSet(var target): Wrote(seen, await CreateSet(seen, target, cancellation)); break;
                case CafeChange.PatchSet(var set, var target): Wrote(seen, await PatchSet(seen, set, SetBodies.Change(seen, set, target), cancellation)); break;
                case CafeChange.AdoptSet(var set): Wrote(seen, await PatchSet(seen, set, Adoption(seen.Cafe, set), cancellation)); break;
                case CafeChange.DeleteSet(var set): await DeleteSet(seen, set, cancellation); break;
                case CafeChange.ClearScaleIn: await PatchCafe(seen.Cafe, new() { ["spec"] = new JsonObject { ["scaleIn"] = null } }, cancellation); break;
                case CafeChange.EvictPod: continue;
                default: throw new System.Diagnostics.UnreachableException();
            }

            again |= change is not (CafeChange.SaveRevision or CafeChange.DeleteRevision);
        }

        await pods.RunAsync(decision.Changes.OfType<CafeChange.EvictPod>().Select(evict => ((Pod?)evict.Pod, (Func<Task>)(() => pods.Evict(evict.Pod, cancellation)))));
        if (again) return Requeue.After(TimeSpan.Zero);
        return Requeue.Sooner(decision.Requeue, await Store(seen.Cafe, decision.Status, cancellation));
    }

    /// <summary>The version guards what a person confirms at the same time.</summary>
    Task Record(CafeDeployment cafe, CafeChange.RecordRollout record, CancellationToken cancellation) => PatchCafe(
        cafe,
        new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Names.Rollout] = record.Rollout.Write(), [Names.UpgradeConfirmed] = record.Confirmed } } },
        cancellation);

    /// <summary>A JSON patch, as a merge patch would leave what the newer template has and the old one has not.</summary>
    async Task RollBack(CafeDeployment cafe, TemplateRevision to, CancellationToken cancellation)
    {
        var patch = new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = cafe.ResourceVersion },
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = JsonNode.Parse(to.Template.GetRawText()) },
            new JsonObject { ["op"] = "remove", ["path"] = $"/metadata/annotations/{Names.RollBackTo.Replace("/", "~1", StringComparison.Ordinal)}" });
        Wrote(await api.PatchAsync(Kinds.CafeDeployments, cafe.Key, Patch.Json(patch.ToJsonString()), CafeJson.Default.CafeDeployment, null, cancellation));
    }

    async Task PatchCafe(CafeDeployment cafe, JsonObject patch, CancellationToken cancellation)
    {
        if (patch["metadata"] is not JsonObject metadata) patch["metadata"] = metadata = [];
        metadata["uid"] = cafe.Uid;
        metadata["resourceVersion"] = cafe.ResourceVersion;
        Wrote(await api.PatchAsync(Kinds.CafeDeployments, cafe.Key, Patch.Merge(patch.ToJsonString()), CafeJson.Default.CafeDeployment, null, cancellation));
    }

    void Wrote(CafeDeployment cafe)
    {
        lock (memory.Gate) memory.Cafes.Wrote(cafe);
    }

    async Task<JsonObject> CreateSet(CafeObservation seen, PodSetTarget target, CancellationToken cancellation) =>
        await api.CreateAsync(SetBodies.TypeOf(seen.PodSetType), seen.Cafe.Key.Namespace, SetBodies.Set(seen, target), OperatorJson.Default.JsonObject, cancellation);

    async Task<JsonObject> PatchSet(CafeObservation seen, PodSetSeen set, JsonObject patch, CancellationToken cancellation) =>
        await api.PatchAsync(SetBodies.TypeOf(seen.PodSetType), set.Key, Patch.Merge(patch.ToJsonString()), OperatorJson.Default.JsonObject, null, cancellation);

    static JsonObject Adoption(CafeDeployment cafe, PodSetSeen set) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = set.Uid,
            ["resourceVersion"] = set.ResourceVersion,
            ["ownerReferences"] = new JsonArray(SetBodies.Owner(Kinds.CafeDeployments, cafe.Key.Name, cafe.Uid)),
        },
    };

    async Task DeleteSet(CafeObservation seen, PodSetSeen set, CancellationToken cancellation)
    {
        try
        {
            await api.DeleteAsync(SetBodies.TypeOf(seen.PodSetType), set.Key, new(Uid: set.Uid, PropagationPolicy: "Background"), cancellation);
        }
        catch (NotFoundException)
        {
            // That is what was wanted.
        }
    }

    /// <summary>The set as the API server has it now stands until the informer shows it.</summary>
    void Wrote(CafeObservation seen, JsonObject set)
    {
        lock (memory.Gate)
        {
            if (seen.PodSetType == PodSetType.InPlaceSet) memory.Sets.Wrote(set.Deserialize(CafeJson.Default.InPlaceSet)!);
            else memory.BuiltIns.Wrote(BuiltInSets.Read(seen.PodSetType, set));
        }
    }

    async Task<Requeue> Store(CafeDeployment cafe, CafeDeploymentStatus wanted, CancellationToken cancellation)
    {
        if (StatusPatch.Of(cafe.Uid, wanted, cafe.Status, CafeJson.Default.CafeDeploymentStatus) is not { } patch) return Requeue.OnChange;
        var wait = memory.StatusTurn(cafe.Uid);
        if (wait > TimeSpan.Zero) return Requeue.After(wait);
        Wrote(await api.PatchAsync(Kinds.CafeDeployments, cafe.Key, patch, CafeJson.Default.CafeDeployment, "status", cancellation));
        return Requeue.OnChange;
    }

    static OwnerReference Reference(CafeDeployment cafe) =>
        new() { ApiVersion = cafe.ApiVersion, Kind = cafe.Kind, Name = cafe.Key.Name, Uid = cafe.Uid, Controller = true };
}
