using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Operator.Tickets;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Writes ControllerRevisions.</summary>
sealed class HistoryActs(KubernetesApi api, WorkloadMemory memory)
{
    public async Task Save(ObjectKey owner, string uid, ResourceType type, LabelSelector selector, string name, string hash, long number, JsonElement template, CancellationToken cancellation)
    {
        var body = SetBodies.Revision(owner, uid, type, selector, name, hash, number, template);
        JsonObject made;
        try
        {
            made = await api.CreateAsync(Kinds.ControllerRevisions, owner.Namespace, body, OperatorJson.Default.JsonObject, cancellation);
        }
        catch (ConflictException exists) when (exists.AlreadyExists)
        {
            // Ours from before a crash, or left behind by an owner of the same name: what it holds is the same, by its hash.
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = body["metadata"]!["ownerReferences"]!.DeepClone() }, ["revision"] = number };
            made = await api.PatchAsync(Kinds.ControllerRevisions, new(owner.Namespace, name), Patch.Merge(patch.ToJsonString()), OperatorJson.Default.JsonObject, null, cancellation);
        }

        Wrote(owner, new() { ApiVersion = type.ApiVersion, Kind = type.Kind, Name = owner.Name, Uid = uid, Controller = true }, made, hash, number, template);
    }

    public async Task Renumber(ObjectKey owner, OwnerReference reference, TemplateRevision revision, long number, CancellationToken cancellation)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = revision.Uid }, ["revision"] = number };
        var made = await api.PatchAsync(Kinds.ControllerRevisions, new(owner.Namespace, revision.Name), Patch.Merge(patch.ToJsonString()), OperatorJson.Default.JsonObject, null, cancellation);
        Wrote(owner, reference, made, revision.Hash, number, revision.Template);
    }

    public async Task Delete(ObjectKey owner, TemplateRevision revision, CancellationToken cancellation)
    {
        try
        {
            await api.DeleteAsync(Kinds.ControllerRevisions, new(owner.Namespace, revision.Name), new(Uid: revision.Uid), cancellation);
        }
        catch (NotFoundException)
        {
            // That is what was wanted.
        }
    }

    void Wrote(ObjectKey owner, OwnerReference reference, JsonObject made, string hash, long number, JsonElement template)
    {
        var (name, uid) = (made["metadata"]?["name"]?.ToString() ?? "", made["metadata"]?["uid"]?.ToString() ?? "");
        lock (memory.Gate)
        {
            memory.History.Wrote(new(new(owner.Namespace, name), uid, made["metadata"]?["resourceVersion"]?.ToString() ?? "", reference, new(name, uid, number, hash, template)));
        }
    }
}
