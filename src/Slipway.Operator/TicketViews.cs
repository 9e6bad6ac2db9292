using Slipway.Operator.Cluster;
using Slipway.Operator.Tickets;
using Slipway.Operator.Traffic;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator;

/// <summary>A ticket with its groups and its story, as seen once.</summary>
public sealed record TicketView(OpsTicket Ticket, IReadOnlyList<OpsTicketGroup> Groups, TicketStory Story);

/// <summary>Looks at a namespace once, for a command that answers and ends; decides with the operator's own functions and changes nothing.</summary>
/// <param name="api">The cluster, as whoever looks.</param>
/// <param name="time">The clock.</param>
/// <param name="unseen">Told, in a sentence, what whoever looks may not see.</param>
public sealed class TicketViews(KubernetesApi api, TimeProvider time, Action<string>? unseen = null)
{
    /// <exception cref="NotFoundException">There is no such ticket.</exception>
    public async Task<TicketView> LookAsync(ObjectKey ticket, CancellationToken cancellation)
    {
        var found = await api.GetAsync(Kinds.OpsTickets, ticket, TicketJson.Default.OpsTicket, cancellation);
        var seen = await ObserveAsync(found, cancellation);
        return new(seen.Ticket, seen.Groups, TicketStory.Of(seen));
    }

    /// <summary>The plan of a ticket that exists, or of a draft; its namespace must be set.</summary>
    public async Task<TicketPlan> PlanAsync(OpsTicket draft, CancellationToken cancellation) => TicketPlan.Of(await ObserveAsync(draft, cancellation));

    /// <summary>The services a ticket names, with their workloads and pods.</summary>
    public async Task<IReadOnlyList<ServiceSeen>> ServicesAsync(ObjectKey ticket, CancellationToken cancellation)
    {
        var found = await api.GetAsync(Kinds.OpsTickets, ticket, TicketJson.Default.OpsTicket, cancellation);
        return [.. (await ObserveAsync(found, cancellation)).Services.Values];
    }

    async Task<TicketObservation> ObserveAsync(OpsTicket ticket, CancellationToken cancellation)
    {
        var view = new ClusterView(api, ticket.Key.Namespace, new Random(0), time);
        var hidden = await view.LookAsync(cancellation);
        if (hidden.Count > 0) unseen?.Invoke($"you may not list {string.Join(", ", hidden)}: what they say is left out here, and the controller goes by it");
        var clock = new LateClock(time, Latest(ticket.Status));
        return new TicketObserver(view, new TicketMemory(clock), new TrafficObserver(view, new Balancers(view, api, null, clock)), clock).Observe(ticket);
    }

    /// <summary>The last time that the operator wrote into a ticket.</summary>
    static DateTimeOffset Latest(OpsTicketStatus? status) => status is null
        ? DateTimeOffset.MinValue
        : new[] { status.InitializedAt, status.StartedAt, status.FinishedAt }
            .Concat((status.Groups ?? []).SelectMany(group => new[] { group.StartedAt, group.FinishedAt }))
            .Concat((status.AcknowledgedCommands ?? []).Select(command => (DateTimeOffset?)command.At))
            .Concat((status.Conditions ?? []).Select(condition => (DateTimeOffset?)condition.LastTransitionTime))
            .Max() ?? DateTimeOffset.MinValue;

    /// <summary>This machine's clock, but never before what the operator has written: a clock that is behind must not see times to come.</summary>
    sealed class LateClock(TimeProvider time, DateTimeOffset earliest) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() is var now && now > earliest ? now : earliest;

        public override long GetTimestamp() => time.GetTimestamp();

        public override long TimestampFrequency => time.TimestampFrequency;
    }
}
