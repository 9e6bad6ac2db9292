using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>The counts of a Deployment's status.</summary>
sealed record DeploymentCounts(int Replicas, int Updated, int Ready, int Available, int Unavailable)
{
    public static DeploymentCounts Of(Rollout rollout)
    {
        var available = Sum(rollout.AllSets, "availableReplicas");
        return new(
            Sum(rollout.AllSets, "replicas"),
            rollout.NewSet is { } set ? Sum([set], "replicas") : 0,
            Sum(rollout.AllSets, "readyReplicas"),
            available,
            Math.Max(0, rollout.AllSets.Sum(set => set.Replicas) - available));
    }

    /// <summary>The counts last written.</summary>
    public static DeploymentCounts Written(SelectingObject deployment) => new(
        Count(deployment, "replicas"), Count(deployment, "updatedReplicas"), Count(deployment, "readyReplicas"), Count(deployment, "availableReplicas"), Count(deployment, "unavailableReplicas"));

    public bool IsComplete(int wanted) => Updated == wanted && Replicas == wanted && Available == wanted;

    public bool HasProgressedFrom(DeploymentCounts before) =>
        Updated > before.Updated || Replicas - Updated < before.Replicas - before.Updated || Ready > before.Ready || Available > before.Available;

    static int Sum(IEnumerable<SelectingObject> sets, string name) => sets.Sum(set => Count(set, name));

    static int Count(SelectingObject workload, string name) => workload.Json.Number("status", name) ?? 0;
}

/// <summary>A Deployment's status, computed whole (kubernetes/pkg/controller/deployment, <c>sync.go</c> and <c>progress.go</c>).</summary>
static class DeploymentStatus
{
    const string progressing = "Progressing";

    public static JsonObject Of(Rollout rollout, DateTimeOffset now)
    {
        var counts = DeploymentCounts.Of(rollout);
        var conditions = new ConditionList(rollout.Deployment.Json, now);
        SetAvailable(conditions, rollout, counts);
        SetProgressing(conditions, rollout, counts, now);
        return Document(rollout, counts, conditions);
    }

    /// <summary>The status at the moment a new set has been made; the progress deadline counts from here.</summary>
    public static JsonObject WithNewSet(Rollout rollout, string setName, DateTimeOffset now)
    {
        var conditions = new ConditionList(rollout.Deployment.Json, now);
        SetUpdated(conditions, "True", "NewReplicaSetCreated", $"Created new replica set \"{setName}\"", now);
        return Document(rollout, DeploymentCounts.Of(rollout), conditions);
    }

    /// <summary>The status after the name of a new set was found taken: the count makes the next name differ.</summary>
    public static JsonObject WithCollision(Rollout rollout)
    {
        var status = rollout.Deployment.Json.CopyObject("status");
        status["collisionCount"] = Collisions(rollout) + 1;
        return status;
    }

    public static int Collisions(Rollout rollout) => rollout.Deployment.Json.Number("status", "collisionCount") ?? 0;

    /// <summary>When a rollout that stays as it is will have taken too long; null when it cannot.</summary>
    public static DateTimeOffset? DeadlineOf(Rollout rollout)
    {
        var condition = rollout.Deployment.Json.Condition(progressing);
        if (rollout.Spec.ProgressDeadline is not { } deadline || rollout.Spec.IsPaused) return null;
        if (condition.Text("reason") is null or "NewReplicaSetAvailable" or "ProgressDeadlineExceeded") return null;
        // The comparison is strict, and stamps are whole seconds.
        return condition.Instant("lastUpdateTime") + deadline + TimeSpan.FromSeconds(1);
    }

    static JsonObject Document(Rollout rollout, DeploymentCounts counts, ConditionList conditions)
    {
        var status = new JsonObject { ["observedGeneration"] = rollout.Deployment.Json.Generation };
        Count(status, "replicas", counts.Replicas);
        Count(status, "updatedReplicas", counts.Updated);
        Count(status, "readyReplicas", counts.Ready);
        Count(status, "availableReplicas", counts.Available);
        Count(status, "unavailableReplicas", counts.Unavailable);
        Count(status, "collisionCount", Collisions(rollout));
        status["conditions"] = conditions.ToArray();
        return status;
    }

    static void Count(JsonObject status, string name, int count)
    {
        if (count > 0) status[name] = count;
    }

    static void SetAvailable(ConditionList conditions, Rollout rollout, DeploymentCounts counts)
    {
        var enough = counts.Available >= rollout.Spec.Replicas - rollout.Spec.MaxUnavailable;
        if (enough) SetOnce(conditions, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        else SetOnce(conditions, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
    }

    static void SetProgressing(ConditionList conditions, Rollout rollout, DeploymentCounts counts, DateTimeOffset now)
    {
        if (rollout.Spec.ProgressDeadline is not { } deadline)
        {
            conditions.Remove(progressing);
            return;
        }
        var reason = conditions.Reason(progressing);
        var subject = rollout.NewSet is { } set ? $"ReplicaSet \"{set.Key.Name}\"" : $"Deployment \"{rollout.Deployment.Key.Name}\"";
        if (rollout.Spec.IsPaused)
        {
            if (reason is not ("DeploymentPaused" or "ProgressDeadlineExceeded")) SetUpdated(conditions, "Unknown", "DeploymentPaused", "Deployment is paused", now);
        }
        else if (reason == "DeploymentPaused") SetUpdated(conditions, "Unknown", "DeploymentResumed", "Deployment is resumed", now);
        else if (reason is null && rollout.NewSet is { } found) SetUpdated(conditions, "True", "FoundNewReplicaSet", $"Found new replica set \"{found.Key.Name}\"", now);
        else if (counts.Replicas == counts.Updated && reason == "NewReplicaSetAvailable") return;
        else if (counts.IsComplete(rollout.Spec.Replicas)) SetUpdated(conditions, "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.", now);
        else if (counts.HasProgressedFrom(DeploymentCounts.Written(rollout.Deployment))) SetUpdated(conditions, "True", "ReplicaSetUpdated", $"{subject} is progressing.", now);
        else if (HasTimedOut(rollout, deadline, now)) SetUpdated(conditions, "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.", now);
    }

    static bool HasTimedOut(Rollout rollout, TimeSpan deadline, DateTimeOffset now)
    {
        var condition = rollout.Deployment.Json.Condition(progressing);
        return condition.Text("reason") is not (null or "NewReplicaSetAvailable" or "ProgressDeadlineExceeded") && condition.Instant("lastUpdateTime") + deadline < now;
    }

    static void SetOnce(ConditionList conditions, string type, string status, string reason, string message)
    {
        if (conditions.Reason(type) == reason) return;
        var condition = conditions.Set(type, status, reason, message).Find(type)!;
        condition["lastUpdateTime"] = condition["lastTransitionTime"]?.DeepClone();
    }

    static void SetUpdated(ConditionList conditions, string status, string reason, string message, DateTimeOffset now) =>
        conditions.Set(progressing, status, reason, message).Find(progressing)!["lastUpdateTime"] = now.Stamp();
}
