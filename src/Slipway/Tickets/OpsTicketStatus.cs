using System.Text.Json.Serialization;
using Slipway.Resources;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>What became of a ticket, computed whole from what was seen.</summary>
public sealed record OpsTicketStatus
{
    public TicketPhase? Phase { get; init; }

    /// <summary>One sentence; why initialization, or the ticket, failed.</summary>
    public string? FailureReason { get; init; }

    /// <summary>One sentence; what the ticket is doing or waiting for now.</summary>
    public string? Message { get; init; }

    /// <summary><c>3/10</c>: pods finished of pods chosen.</summary>
    public string? Progress { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
    public IReadOnlyList<GroupSummary>? Groups { get; init; }
    public PodCounts? Counts { get; init; }

    /// <summary>Who approved it, where an OpsPolicy wanted that.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>One sentence: what the requester may not do by hand any more; the next group waits until they may.</summary>
    public string? RequesterRefusal { get; init; }

    /// <summary>Who published it.</summary>
    public string? Executor { get; init; }

    public DateTimeOffset? InitializedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public long? ObservedGeneration { get; init; }

    /// <summary>Groups up to this number are published; absent means all, once published.</summary>
    public int? PublishedThrough { get; init; }

    /// <summary>Groups up to this number were confirmed.</summary>
    public int? ConfirmedThrough { get; init; }

    /// <summary>How each pod's service is restarted, decided at initialization.</summary>
    public RestartMethod? RestartMethod { get; init; }

    /// <summary>ShiftTraffic: the weights found, wanted and seen, by service.</summary>
    [Items(50, Key = "service")]
    public IReadOnlyList<ShiftedService>? Traffic { get; init; }

    public IReadOnlyList<AcknowledgedCommand>? AcknowledgedCommands { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<TicketPhase>))]
public enum TicketPhase
{
    Initializing,
    Initialized,
    InitializeFailed,
    Executing,
    WaitingForConfirmation,
    Pausing,
    Paused,
    Succeeded,
    Failed,
    Cancelling,
    Cancelled,
    Undoing,
    Undone,
}

/// <summary>What was made of a command.</summary>
public sealed record AcknowledgedCommand
{
    public required string Id { get; init; }
    public required bool Accepted { get; init; }

    /// <summary>One sentence; why it was refused.</summary>
    public string? Message { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One group as the ticket shows it; its pods are in its OpsTicketGroup records.</summary>
public sealed record GroupSummary
{
    /// <summary>Position, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What a person calls it: a unit, <c>beta</c>, <c>all</c>, <c>2 of 4</c>.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Units { get; init; }
    public required GroupState State { get; init; }
    public required PodCounts Counts { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<GroupState>))]
public enum GroupState { Waiting, Executing, Succeeded, Failed, Skipped, Cancelled }

/// <summary>Pods by state. <see cref="Total"/> is their sum.</summary>
public sealed record PodCounts
{
    public required int Total { get; init; }
    public required int NotUpdated { get; init; }
    public required int Updating { get; init; }
    public required int Successful { get; init; }
    public required int Failed { get; init; }
    public required int Skipped { get; init; }
}
