using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Operator.Tickets;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Acts on single pods, each with its UID as precondition, many at once.</summary>
sealed class PodActs(KubernetesApi api, WorkloadMemory memory, TimeProvider time)
{
    /// <summary>Acts under way at once; more would only queue up at the API server.</summary>
    const int AtOnce = 16;

    /// <summary>Runs them all; the first failure is thrown when every one that was begun has ended, and the others are not begun.</summary>
    public async Task RunAsync(IEnumerable<(Pod? Pod, Func<Task> Act)> acts)
    {
        var waiting = new Queue<(Pod? Pod, Func<Task> Act)>(acts);
        try
        {
            while (waiting.Count > 0)
            {
                var batch = new List<Task>();
                while (batch.Count < AtOnce && waiting.TryDequeue(out var next)) batch.Add(Guarded(next.Pod, next.Act));
                await Task.WhenAll(batch);
            }
        }
        finally
        {
            foreach (var (pod, _) in waiting)
            {
                if (pod is not null) memory.Forget(pod);
            }
        }
    }

    async Task Guarded(Pod? pod, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (NotFoundException) when (pod is not null)
        {
            // Gone already; the next look decides what that means.
        }
        catch (ConflictException) when (pod is not null)
        {
            // Another pod has this name by now.
            memory.Forget(pod);
        }
        catch (TooManyRequestsException budget) when (budget.DisruptionBudget && pod is not null)
        {
            memory.LeaveAlone(pod);
        }
        catch (ApiException) when (pod is not null)
        {
            // It may have arrived all the same.
            memory.LeaveAlone(pod);
            throw;
        }
    }

    public async Task Upgrade(Pod pod, UpgradeWay.InPlace way, CancellationToken cancellation)
    {
        var meta = await api.PatchAsync(Kinds.Pods, pod.Key, Patch.Strategic(UpgradeWay.Patch(pod, way)), null, cancellation);
        memory.Wrote(UpgradeWay.Applied(pod, way, meta.ResourceVersion ?? pod.ResourceVersion));
    }

    public Task Evict(Pod pod, CancellationToken cancellation) => api.EvictAsync(pod.Key, pod.Uid, cancellation);

    public Task Delete(Pod pod, CancellationToken cancellation) => api.DeleteAsync(Kinds.Pods, pod.Key, new(Uid: pod.Uid), cancellation);

    public async Task Create(InPlaceSet set, InPlaceSetChange.Create create, CancellationToken cancellation)
    {
        var body = SetBodies.Pod(set, create);
        var made = await api.CreateAsync(Kinds.Pods, set.Key.Namespace, body, OperatorJson.Default.JsonObject, cancellation);
        memory.Wrote(new()
        {
            Key = new(set.Key.Namespace, create.Name),
            Uid = made["metadata"]?["uid"]?.ToString() ?? "",
            ResourceVersion = made["metadata"]?["resourceVersion"]?.ToString() ?? "",
            CreatedAt = time.GetUtcNow(),
            Labels = new(body["metadata"]!["labels"]!.AsObject().Select(label => KeyValuePair.Create(label.Key, label.Value?.ToString() ?? ""))),
            Controller = new(Kinds.InPlaceSets.Kind, set.Key.Name, set.Uid),
        });
    }

    /// <summary>Owner references merge by UID; the version guards them against an owner that came meanwhile.</summary>
    public async Task Adopt(InPlaceSet set, Pod pod, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = pod.Uid,
                ["resourceVersion"] = pod.ResourceVersion,
                ["ownerReferences"] = new JsonArray(SetBodies.Owner(Kinds.InPlaceSets, set.Key.Name, set.Uid)),
            },
        };
        await api.PatchAsync(Kinds.Pods, pod.Key, Patch.Strategic(patch.ToJsonString()), null, cancellation);
    }

    public async Task Release(InPlaceSet set, Pod pod, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = pod.Uid,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["$patch"] = "delete", ["uid"] = set.Uid }),
            },
        };
        await api.PatchAsync(Kinds.Pods, pod.Key, Patch.Strategic(patch.ToJsonString()), null, cancellation);
    }
}
