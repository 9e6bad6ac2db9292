using System.Diagnostics;
using Slipway.Components;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>Carries a ShiftTraffic ticket one step further. It has no pods and no groups; its record is the vector found at each service.</summary>
public sealed class TrafficShift(TicketObservation seen, TicketState state)
{
    readonly OpsTicketSpec _spec = seen.Ticket.Spec;
    readonly IReadOnlyList<ShiftedService> _stored = seen.Ticket.Status?.Traffic ?? [];
    readonly List<TicketChange> _changes = [];
    TimeSpan? _requeue;

    public TicketStep Step()
    {
        var step = state.Phase switch
        {
            TicketPhase.Initializing => Initialize(),
            TicketPhase.Executing when seen.Ticket.Status?.Phase == TicketPhase.Failed && IsBegun() => Again(),
            TicketPhase.Executing when !IsBegun() && Held() is { } hold => Stay(hold),
            TicketPhase.Executing when !IsBegun() && RequesterRights.Of(seen, state) is { Hold: { } refused } rights => Refused(refused, rights),
            TicketPhase.Executing => Shift(),
            TicketPhase.Undoing or TicketPhase.Cancelling => Restore(),
            TicketPhase.Pausing => To(TicketPhase.Paused, _stored),
            TicketPhase.Initialized or TicketPhase.InitializeFailed or TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled
                or TicketPhase.Undone or TicketPhase.Paused or TicketPhase.WaitingForConfirmation => To(state.Phase, _stored),
            _ => throw new UnreachableException(),
        };
        return step with { Changes = _changes, Requeue = _requeue };
    }

    /// <summary>The ticket in one sentence, with set and actual weights.</summary>
    public static string Message(TicketStep step, IReadOnlyList<ShiftedService> services)
    {
        var shares = string.Join("; ", services.Select(service => $"{service.Service}: {string.Join(", ", service.Units.Select(unit => $"{unit.Unit} {unit.FoundWeight} → {unit.SetWeight} × {unit.Replicas} ({unit.SetShare ?? "0 %"})"))}"));
        return step.State.Phase switch
        {
            TicketPhase.Initialized => $"{shares}; publish to start",
            TicketPhase.Succeeded => $"{shares}; {string.Join("; ", services.Select(service => service.Message).Distinct())}",
            _ => $"{step.Hold ?? string.Join("; ", services.Select(service => $"{service.Service}: {service.Message}"))}",
        };
    }

    /// <summary>Why the ticket cannot be carried out, one sentence each; null while a balancer has yet to answer.</summary>
    public static IReadOnlyList<string>? Refusals(TicketObservation seen)
    {
        var spec = seen.Ticket.Spec;
        var broken = TicketRules.Check(seen.Ticket).Select(violation => violation.Message).Concat(ComponentGates.Unmet(seen)).ToList();
        if (broken.Count > 0) return broken;
        var reasons = new List<string>();
        foreach (var service in spec.Targets.Select(target => target.Service))
        {
            if (!seen.Traffic.Weights.TryGetValue(service, out var weights))
            {
                reasons.Add(seen.Services.GetValueOrDefault(service)?.Trouble ?? $"Service {service} has no balancer: no ApplicationService of that name gives spec.traffic");
                continue;
            }

            if (weights.IsUnread) return null;
            reasons.AddRange(weights.Troubles);
            var units = weights.Units.Select(unit => unit.Unit).ToList();
            if (weights.Troubles.Count == 0) reasons.AddRange(Units(service, units, spec.Weights ?? []));
            if (seen.Traffic.ShiftedByOthers.TryGetValue(service, out var other)) reasons.Add($"Ticket {other} shifts the traffic of service {service} now");
        }

        return reasons;
    }

    static IEnumerable<string> Units(string service, List<string> units, IReadOnlyList<UnitWeight> weights)
    {
        foreach (var unknown in weights.Where(weight => !units.Contains(weight.Unit))) yield return $"spec.weights names unit {unknown.Unit}, which service {service} does not have; it has {string.Join(", ", units)}";
        var missing = units.Where(unit => weights.All(weight => weight.Unit != unit)).ToList();
        if (missing.Count > 0) yield return $"spec.weights leaves out {string.Join(", ", missing)} of service {service}; give a weight for each of {string.Join(", ", units)}";
    }

    TicketStep Initialize()
    {
        if (AskStale()) LookAgain(TimeSpan.FromSeconds(1));
        if (seen.Traffic.Weights.Values.Any(IsOutdated)) return To(TicketPhase.Initializing, []);
        return Refusals(seen) switch
        {
            null => To(TicketPhase.Initializing, []),
            { Count: 0 } => Reported(TicketPhase.Initialized) with { State = state with { Phase = TicketPhase.Initialized, InitializedAt = seen.Now, FailureReason = null } },
            var reasons => new(state with { Phase = TicketPhase.InitializeFailed, FinishedAt = seen.Now, FailureReason = new TicketResolution.Refused(reasons).FailureReason }, []),
        };
    }

    /// <summary>What is found now with what the ticket would set, side by side.</summary>
    TicketStep Reported(TicketPhase phase) => To(phase, [.. Services().Select(service => Begin(service) with { Message = "not started" })]);

    /// <summary>What keeps it from beginning; a shift that has begun goes to its end or back.</summary>
    string? Held()
    {
        if (StartHold.Of(seen, state, [.. seen.Services.Values]) is not { } hold) return null;
        if (hold.Until is { } until) LookAgain(until - seen.Now);
        return hold.Reason;
    }

    TicketStep Refused(string hold, RequesterRights rights)
    {
        LookAgain(rights.Again);
        if (rights.Question is { } question) _changes.Add(question);
        var stays = Stay(hold);
        return stays with { State = stays.State with { RequesterRefusal = rights.Refusal } };
    }

    TicketStep Shift()
    {
        if (AskStale()) LookAgain(TimeSpan.FromSeconds(1));
        if (Trouble() is { } trouble)
        {
            if (state.FailureReason is not { } failed) return Overdue() ? Fail(trouble) : Stay(trouble);
            LookAgain(GivesUpAt() - seen.Now);
            return GivesUpAt() <= seen.Now ? End(TicketPhase.Failed, _stored, failed) : Stay(trouble);
        }

        // The vector found at the moment of publishing is stored before anything is written.
        if (!IsBegun()) return To(TicketPhase.Executing, [.. Services().Select(service => Begin(service) with { Message = Begun })]);
        if (state.FailureReason is not null) return Back(TicketPhase.Failed, state.FailureReason);

        var progress = new List<ShiftProgress>();
        foreach (var service in Services())
        {
            var record = Rebased(_stored.First(stored => stored.Service == service));
            var next = WeightShift.Next(record, seen.Traffic.Weights[service], restore: false, _spec.DrainFor(), seen.Now);
            progress.Add(next);
            if (next.Interference is { } interference) return End(TicketPhase.Failed, [.. progress.Select(one => one.Record), .. _stored.Skip(progress.Count)], interference);
            Write(service, next);
            // Services that wait for this one have their turn once it is done.
            if (!next.IsDone && _spec.Targets.Any(target => (target.After ?? []).Contains(service))) break;
        }

        IReadOnlyList<ShiftedService> records = [.. progress.Select(one => one.Record), .. _stored.Where(stored => progress.TrueForAll(one => one.Record.Service != stored.Service))];
        if (progress.Count == records.Count && progress.TrueForAll(one => one.IsDone)) return End(TicketPhase.Succeeded, records);
        LookAgain(Deadline() - seen.Now);
        if (!Overdue()) return To(TicketPhase.Executing, records);
        _changes.RemoveAll(change => change is TicketChange.SetWeights);
        return Fail(progress.First(one => !one.IsDone).Record.Message ?? "");
    }

    /// <summary>Receivers are put back before the ticket is called failed.</summary>
    TicketStep Fail(string why) => new(
        state with { FailureReason = $"The weights were not in force within {_spec.PodDeadline().TotalSeconds} s: {why}" }, [])
    { Shift = _stored };

    TicketStep Restore() => state.Phase == TicketPhase.Undoing
        ? Back(TicketPhase.Undone, null)
        : IsBegun() ? Back(TicketPhase.Cancelled, null) : End(TicketPhase.Cancelled, _stored);

    TicketStep Back(TicketPhase end, string? reason)
    {
        if (AskStale()) LookAgain(TimeSpan.FromSeconds(1));
        if (Trouble() is { } trouble) return Stay(trouble);
        var progress = _stored.Select(record => WeightShift.Next(record, seen.Traffic.Weights[record.Service], restore: true, _spec.DrainFor(), seen.Now)).ToList();
        foreach (var one in progress) Write(one.Record.Service, one);
        IReadOnlyList<ShiftedService> records = [.. progress.Select(one => one.Record)];
        // A balancer that confirms nothing confirms no way back either: after the same time again the ticket ends as it stands.
        var givesUp = end == TicketPhase.Failed && GivesUpAt() <= seen.Now;
        if (end == TicketPhase.Failed && !givesUp) LookAgain(GivesUpAt() - seen.Now);
        return givesUp || progress.TrueForAll(one => one.IsDone) ? End(end, records, reason) : To(state.Phase, records);
    }

    void Write(string service, ShiftProgress next)
    {
        if (next.Writes.Count > 0) _changes.Add(new TicketChange.SetWeights(service, next.Writes));
        if (next.Wait is { } wait) LookAgain(wait);
    }

    const string Begun = "the weights found are recorded";
    const string TriedAgain = "tried again from what is found now";

    bool IsBegun() => _stored.Count > 0 && _stored.All(record => record.Message != "not started");

    /// <summary>Noted first, so that it is known once the balancer has been asked.</summary>
    TicketStep Again()
    {
        LookAgain(TimeSpan.Zero);
        return To(TicketPhase.Executing, [.. _stored.Select(record => record with { Message = TriedAgain })]);
    }

    /// <summary>A ticket that is tried again takes what it finds as given, and keeps what was found at first.</summary>
    ShiftedService Rebased(ShiftedService record) => record.Message != TriedAgain ? record : record with
    {
        Units = [.. record.Units.Select(unit => seen.Traffic.Weights[record.Service].Units.First(other => other.Unit == unit.Unit) is var now
            ? unit with { Before = now.Setting, FoundActual = WeightShift.ActualOf(now), Target = null, ReachedAt = null }
            : unit)],
    };

    ShiftedService Begin(string service)
    {
        var begun = WeightShift.Begin(service, seen.Traffic.Weights[service], (_spec.Weights ?? []).ToDictionary(weight => weight.Unit, weight => weight.Weight));
        var weighed = begun.Units.Sum(unit => unit.SetWeight * unit.Replicas);
        return begun with { Units = [.. begun.Units.Select(unit => unit with { SetShare = WeightShift.Share(unit.SetWeight * unit.Replicas, weighed) })] };
    }

    /// <summary>In the order in which they wait for each other.</summary>
    List<string> Services()
    {
        var order = new List<string>();
        var left = _spec.Targets.ToList();
        while (left.Count > 0)
        {
            var next = left.First(target => (target.After ?? []).All(order.Contains));
            order.Add(next.Service);
            left.Remove(next);
        }

        return order;
    }

    /// <summary>Why no step can be made now.</summary>
    string? Trouble()
    {
        foreach (var service in Services())
        {
            if (!seen.Traffic.Weights.TryGetValue(service, out var weights)) return $"Service {service} has no balancer any more";
            if (weights.IsUnread || IsOutdated(weights)) return "what was written last, or what the balancer says, is not seen yet";
            if (weights.Troubles.Count > 0) return weights.Troubles[0];
            if (_stored.FirstOrDefault(record => record.Service == service) is { } record && record.Units.FirstOrDefault(unit => weights.Units.All(other => other.Unit != unit.Unit)) is { } gone) return $"unit {gone.Unit} of service {service} is no longer behind the balancer";
        }

        return null;
    }

    bool AskStale()
    {
        var stale = seen.Traffic.Weights.Where(weights => weights.Value.IsStale(seen.Now) || IsOutdated(weights.Value)).ToList();
        _changes.AddRange(stale.Select(weights => new TicketChange.AskBalancer(weights.Key)));
        return stale.Count > 0 || seen.Traffic.Weights.Values.Any(weights => weights.ReadAt is not null);
    }

    /// <summary>What a balancer said before somebody last told the ticket to do something says nothing about now.</summary>
    bool IsOutdated(WeightsSeen weights) => weights.ReadAt <= Told(_ => true);

    /// <summary>When the ticket last accepted one of these commands.</summary>
    DateTimeOffset? Told(Func<CommandVerb, bool> verbs) =>
        (_spec.Commands ?? []).Where(command => verbs(command.Verb)).Join(state.Acknowledged.Where(acknowledged => acknowledged.Accepted), command => command.Id, acknowledged => acknowledged.Id, (_, acknowledged) => (DateTimeOffset?)acknowledged.At).Max();

    /// <summary>Whoever tries again, or goes on after a pause, gives it the same time again.</summary>
    DateTimeOffset Deadline() => (Told(verb => verb is CommandVerb.Retry or CommandVerb.Resume) ?? state.StartedAt ?? seen.Now) + _spec.PodDeadline();

    /// <summary>Receivers are put back within this time, or the ticket ends as it stands.</summary>
    DateTimeOffset GivesUpAt() => Deadline() + _spec.PodDeadline();

    bool Overdue() => Deadline() <= seen.Now;

    TicketStep Stay(string hold) => To(state.Phase, _stored) with { Hold = hold };

    TicketStep To(TicketPhase phase, IReadOnlyList<ShiftedService> records) => new(state with { Phase = phase, RequesterRefusal = null }, []) { Shift = records.Count == 0 ? null : records };

    TicketStep End(TicketPhase phase, IReadOnlyList<ShiftedService> records, string? reason = null) =>
        new(state with { Phase = phase, FinishedAt = seen.Now, FailureReason = reason }, []) { Shift = records.Count == 0 ? null : records };

    void LookAgain(TimeSpan delay)
    {
        if (_requeue is not { } earlier || delay < earlier) _requeue = delay;
    }
}
