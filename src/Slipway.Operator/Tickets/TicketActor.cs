using System.Text.Json.Nodes;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;

namespace Slipway.Operator.Tickets;

/// <summary>Turns a decision's changes into API calls, each with its precondition, and then stores the ticket's status.</summary>
sealed class TicketActor(KubernetesApi api, TicketMemory memory, EventRecorder events, Balancers balancers)
{
    /// <summary>Acts under way at once; more would only queue up at the API server.</summary>
    const int AtOnce = 16;

    /// <summary>Carries out a decision. Returns when to look again.</summary>
    /// <exception cref="ApiException">A call failed in a way that is tried again; what was done is seen then.</exception>
    public async Task<Requeue> ActAsync(TicketObservation seen, TicketDecision decision, CancellationToken cancellation)
    {
        var waiting = new Queue<TicketChange.Effect>(decision.Changes.OfType<TicketChange.Effect>());
        if (decision.Changes.OfType<TicketChange.AskRequester>().FirstOrDefault() is { } question)
        {
            var act = new Act(question.Right.Verb, question.Right.Group, question.Right.Resource, seen.Ticket.Key.Namespace);
            memory.Answered(seen.Ticket, await AccessReviews.MayAsync(api, act, question.User, question.Groups, cancellation));
            return Requeue.After(TimeSpan.Zero);
        }

        var refused = false;
        try
        {
            foreach (var change in decision.Changes)
            {
                switch (change)
                {
                    case TicketChange.HoldTicket: await PatchFinalizers(seen.Ticket, [.. seen.Ticket.Metadata.Finalizers ?? [], Names.TicketFinalizer], cancellation); break;
                    case TicketChange.CreateGroup create: await Create(create.Group, cancellation); break;
                    case TicketChange.SetWeights or TicketChange.AskBalancer or TicketChange.DrainBackend: await Balance(seen.Ticket, change, cancellation); break;
                    case TicketChange.DeleteGroup delete: await Delete(delete, cancellation); break;
                }
            }

            while (waiting.Count > 0) refused |= (await Task.WhenAll(Take(waiting).Select(change => Touch(seen.Ticket, change, cancellation)))).Contains(false);
        }
        finally
        {
            // What was not even sent is not presumed to have happened.
            foreach (var change in waiting) memory.Forget(change);
        }

        // A refused act changes what the records should say: decide again, knowing of it, before anything is written.
        if (refused) return Requeue.After(TimeSpan.Zero);

        var later = await Record(seen, decision, cancellation);
        later = Requeue.Sooner(later, await Store(seen.Ticket, decision, cancellation));
        foreach (var announcement in decision.Changes.OfType<TicketChange.Announce>()) await events.RecordAsync(seen.Ticket, announcement, seen.Now, cancellation);
        if (decision.Changes.OfType<TicketChange.ReleaseTicket>().Any())
        {
            await PatchFinalizers(seen.Ticket, [.. (seen.Ticket.Metadata.Finalizers ?? []).Where(finalizer => finalizer != Names.TicketFinalizer)], cancellation);
        }

        if (decision.Changes.OfType<TicketChange.RemoveTicket>().Any()) await Gone(api.DeleteAsync(Kinds.OpsTickets, seen.Ticket.Key, new(Uid: seen.Ticket.Uid), cancellation));
        return Requeue.Sooner(later, decision.Requeue);
    }

    static List<TicketChange.Effect> Take(Queue<TicketChange.Effect> waiting)
    {
        var taken = new List<TicketChange.Effect>();
        while (taken.Count < AtOnce && waiting.TryDequeue(out var change)) taken.Add(change);
        return taken;
    }

    /// <summary>One disruptive act; false when it was refused and the pod keeps waiting. Without an answer it is presumed done until the cluster shows otherwise.</summary>
    async Task<bool> Touch(OpsTicket ticket, TicketChange.Effect change, CancellationToken cancellation)
    {
        try
        {
            memory.Acted(change, await Send(ticket, change, cancellation));
            return true;
        }
        catch (NotFoundException)
        {
            // Gone already: what was wanted of an eviction; the next look decides what it means for a restart.
            return true;
        }
        catch (ConflictException conflict)
        {
            // The UID under this name is another one now, or (AlreadyExists) an earlier run of ours asked for the same.
            if (!conflict.AlreadyExists) memory.Forget(change);
            return true;
        }
        catch (TooManyRequestsException budget) when (budget.DisruptionBudget)
        {
            memory.Refused(change, $"the API server refuses the eviction: {budget.Message}");
            return false;
        }
        catch (InvalidException invalid)
        {
            memory.Refused(change, $"the API server refuses the change: {invalid.Message}");
            return false;
        }
        catch (ForbiddenException forbidden)
        {
            memory.Refused(change, $"Slipway may not do this: {forbidden.Message}");
            return false;
        }
        catch (TooManyRequestsException)
        {
            memory.Forget(change);
            throw;
        }
    }

    async Task<string?> Send(OpsTicket ticket, TicketChange.Effect change, CancellationToken cancellation)
    {
        switch (change)
        {
            case TicketChange.Evict:
                await api.EvictAsync(change.Target, change.Uid, cancellation);
                return null;
            case TicketChange.Delete:
                await api.DeleteAsync(Kinds.Pods, change.Target, new(Uid: change.Uid), cancellation);
                return null;
            case TicketChange.RestartInPlace restart:
                return (await api.PatchAsync(Kinds.Pods, change.Target, Patch.Json(PodPatches.Respell(restart)), null, cancellation)).ResourceVersion;
            case TicketChange.MarkPod mark:
                return (await api.PatchAsync(Kinds.Pods, change.Target, Patch.Merge(ScaleInPatches.Mark(mark)), null, cancellation)).ResourceVersion;
            case TicketChange.UnmarkPod unmark:
                return (await api.PatchAsync(Kinds.Pods, change.Target, Patch.Json(ScaleInPatches.Unmark(unmark)), null, cancellation)).ResourceVersion;
            case TicketChange.LowerReplicas lower:
                return (await api.PatchAsync(lower.Type, change.Target, Patch.Merge(ScaleInPatches.Lower(lower)), ScaleInPatches.Subresource(lower), cancellation)).ResourceVersion;
            case TicketChange.TakeOutOfTraffic leave:
                return await TrafficPatches.SendAsync(api, leave, cancellation);
            case TicketChange.PutBackInTraffic enter:
                return await TrafficPatches.SendAsync(api, enter, cancellation);
            case TicketChange.RequestRecreate request:
                await api.CreateAsync(Kinds.ContainerRecreateRequests, change.Target.Namespace, PodPatches.RecreateRequest(ticket, request), OperatorJson.Default.JsonObject, cancellation);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A setting that is not what was seen is not written: the change that came first is looked at next.</summary>
    async Task Balance(OpsTicket ticket, TicketChange change, CancellationToken cancellation)
    {
        try
        {
            await balancers.CarryOutAsync(ticket.Key.Namespace, change, cancellation);
        }
        catch (Exception changed) when (changed is ConflictException or NotFoundException or InvalidException)
        {
            // Its event brings the ticket back here.
        }
    }

    async Task Create(OpsTicketGroup group, CancellationToken cancellation)
    {
        try
        {
            memory.Wrote(await api.CreateAsync(Kinds.OpsTicketGroups, group.Key.Namespace, group, TicketJson.Default.OpsTicketGroup, cancellation));
        }
        catch (ConflictException conflict) when (conflict.AlreadyExists)
        {
            // Left by a run that ended before it said so: take it as found, the next look compares it.
            memory.Wrote(await api.GetAsync(Kinds.OpsTicketGroups, group.Key, TicketJson.Default.OpsTicketGroup, cancellation));
            throw;
        }
    }

    async Task Delete(TicketChange.DeleteGroup delete, CancellationToken cancellation)
    {
        await Gone(api.DeleteAsync(Kinds.OpsTicketGroups, delete.Key, new(Uid: delete.Uid), cancellation));
        memory.DeletedGroup(delete.Uid);
    }

    /// <summary>Stores the groups' results: at once where acting waits for it, else at most once a second.</summary>
    async Task<Requeue> Record(TicketObservation seen, TicketDecision decision, CancellationToken cancellation)
    {
        var later = Requeue.OnChange;
        var changed = decision.Changes.OfType<TicketChange.RecordGroup>().ToList();

        // What was kept for later and has not changed since has its turn, too: nothing else would bring it up again.
        var kept = seen.Groups.Where(group => memory.IsKeptForLater(group) && changed.All(change => change.Group.Uid != group.Uid)).Select(group => new TicketChange.RecordGroup(group, group.Status!, WriteAhead: false));
        foreach (var (group, status, writeAhead) in changed.Concat(kept))
        {
            var wait = memory.UntilNextWrite(group.Uid);
            if (!writeAhead && wait > TimeSpan.Zero)
            {
                memory.KeepForLater(group, status);
                later = Requeue.Sooner(later, Requeue.After(wait));
                continue;
            }

            var written = await api.ReplaceAsync(Kinds.OpsTicketGroups, group.Key, OpsTicketGroupResults.Of(group, status), TicketJson.Default.OpsTicketGroupResults, "status", cancellation);
            memory.Wrote(group with { Metadata = written, Status = status });
            if (writeAhead) later = Requeue.After(TimeSpan.Zero);
        }

        return later;
    }

    async Task<Requeue> Store(OpsTicket ticket, TicketDecision decision, CancellationToken cancellation)
    {
        if (StatusPatch.Of(ticket.Uid, decision.Status, ticket.Status, TicketJson.Default.OpsTicketStatus) is not { } patch) return Requeue.OnChange;
        var isProgress = ticket.Status?.Phase == decision.Status.Phase && (ticket.Status?.AcknowledgedCommands?.Count ?? 0) == (decision.Status.AcknowledgedCommands?.Count ?? 0);
        var wait = memory.UntilNextWrite(ticket.Uid);
        if (isProgress && wait > TimeSpan.Zero) return Requeue.After(wait);

        memory.Wrote(await api.PatchAsync(Kinds.OpsTickets, ticket.Key, patch, TicketJson.Default.OpsTicket, "status", cancellation));
        return ticket.Status?.Phase == decision.Status.Phase ? Requeue.OnChange : Requeue.After(TimeSpan.Zero);
    }

    /// <summary>The resourceVersion guards the list against finalizers that others add meanwhile.</summary>
    async Task PatchFinalizers(OpsTicket ticket, IReadOnlyList<string> finalizers, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = ticket.Uid,
                ["resourceVersion"] = ticket.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]),
            },
        };
        try
        {
            memory.Wrote(await api.PatchAsync(Kinds.OpsTickets, ticket.Key, Patch.Merge(patch.ToJsonString()), TicketJson.Default.OpsTicket, null, cancellation));
        }
        catch (NotFoundException)
        {
            // Gone meanwhile: nothing to hold, nothing to release.
        }
    }

    static async Task Gone(Task deletion)
    {
        try
        {
            await deletion;
        }
        catch (NotFoundException)
        {
            // That is what was wanted.
        }
    }
}
