using System.Text.Json;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Sandbox.Imports;
using Slipway.Tickets;

namespace Slipway.Cli.Rehearsals;

/// <summary>What came of a rehearsal.</summary>
/// <param name="Phase">The ticket's phase at the end, or when patience ran out.</param>
/// <param name="Why">The ticket's own sentence, where it did not succeed.</param>
/// <param name="Took">From publishing to the end.</param>
/// <param name="Confirmations">How often it waited for a confirmation, which was given at once.</param>
/// <param name="Services">The services it names, by name.</param>
sealed record RehearsalReport(TicketPhase Phase, string? Why, TimeSpan Took, int Confirmations, IReadOnlyList<ServiceLow> Services)
{
    public bool HasEnded => Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.Undone or TicketPhase.InitializeFailed;
}

/// <summary>Carries a ticket out on a copy of its namespace, in virtual time.</summary>
static class Rehearsal
{
    /// <summary>Virtual time after which a ticket that has not ended is given up.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>Time for the copied pods to be taken up before anything is done.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    const string Rehearser = "rehearsal";

    public static RehearsalReport Run(ClusterCopy copy, ObjectKey ticket, DateTimeOffset now)
    {
        using var cluster = new VirtualCluster(copy, now);
        cluster.RunUntil(() => false, cluster.Now + Settling);
        var services = cluster.Answer(new TicketViews(cluster.Api, cluster.Time).ServicesAsync(ticket, CancellationToken.None));
        var availability = new Availability(cluster.Cluster.Objects, ticket.Namespace, services);
        cluster.StartOperator();
        cluster.RunUntil(() => Status(cluster, ticket)?.Phase is not (null or TicketPhase.Initializing), cluster.Now + Patience);
        var (start, limit, confirmations) = (cluster.Now, cluster.Now + Patience, 0);
        cluster.AfterStep = () => availability.Look(cluster.Now - start);
        availability.Look(TimeSpan.Zero);
        while (Next(Status(cluster, ticket)?.Phase) is { } verb)
        {
            if (verb == CommandVerb.Confirm) confirmations++;
            var command = cluster.Answer(TicketWrites.AppendAsync(cluster.Api, ticket, new() { Id = "", Verb = verb, By = Rehearser, At = cluster.Now }, CancellationToken.None));
            cluster.RunUntil(() => Status(cluster, ticket)?.AcknowledgedCommands?.Any(known => known.Id == command.Id) == true, limit);
            if (Status(cluster, ticket)?.AcknowledgedCommands?.FirstOrDefault(known => known.Id == command.Id) is not { Accepted: true }) break;
            if (!cluster.RunUntil(() => Rests(Status(cluster, ticket)?.Phase), limit)) break;
        }

        var last = Status(cluster, ticket);
        var took = (last?.FinishedAt ?? cluster.Now) - start;
        var phase = last?.Phase ?? TicketPhase.Initializing;
        return new(phase, phase == TicketPhase.Succeeded ? null : last?.FailureReason ?? last?.Message, took > TimeSpan.Zero ? took : TimeSpan.Zero, confirmations, availability.Lows);
    }

    /// <summary>What a person would do now for the ticket to go on; null: nothing.</summary>
    static CommandVerb? Next(TicketPhase? phase) => phase switch
    {
        TicketPhase.Initialized => CommandVerb.Publish,
        TicketPhase.WaitingForConfirmation => CommandVerb.Confirm,
        TicketPhase.Paused => CommandVerb.Resume,
        _ => null,
    };

    static bool Rests(TicketPhase? phase) => phase is not (null or TicketPhase.Initializing or TicketPhase.Executing or TicketPhase.Pausing or TicketPhase.Cancelling or TicketPhase.Undoing);

    static OpsTicketStatus? Status(VirtualCluster cluster, ObjectKey ticket) => cluster.Cluster.Objects.Get(Kinds.OpsTickets, ticket)?.Json.Deserialize(TicketJson.Default.OpsTicket)?.Status;
}
