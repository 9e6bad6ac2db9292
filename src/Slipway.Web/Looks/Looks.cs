using System.Diagnostics;
using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>What a state means to the eye; never by colour alone.</summary>
public enum Tone { Quiet, Busy, Good, Warning, Bad }

/// <summary>How a state is shown: its word, its tone, its sign.</summary>
public sealed record Look(string Word, Tone Tone, string Sign)
{
    /// <summary>The badge's class.</summary>
    public string Class { get; } = $"badge {Tone.ToString().ToLowerInvariant()}";

    public static Look Of(PodState state) => state switch
    {
        PodState.NotUpdated => new("Not Updated", Tone.Quiet, "·"),
        PodState.Updating => new("Updating", Tone.Busy, "↻"),
        PodState.UpdateSuccessful => new("Update Successful", Tone.Good, "✓"),
        PodState.UpdateFailed => new("Update Failed", Tone.Bad, "✗"),
        PodState.Skipped => new("Skipped", Tone.Quiet, "–"),
        _ => throw new UnreachableException(),
    };

    public static Look Of(GroupState state) => state switch
    {
        GroupState.Waiting => new("Waiting", Tone.Quiet, "·"),
        GroupState.Executing => new("Executing", Tone.Busy, "↻"),
        GroupState.Succeeded => new("Succeeded", Tone.Good, "✓"),
        GroupState.Failed => new("Failed", Tone.Bad, "✗"),
        GroupState.Skipped => new("Skipped", Tone.Quiet, "–"),
        GroupState.Cancelled => new("Cancelled", Tone.Warning, "–"),
        _ => throw new UnreachableException(),
    };

    public static Look Of(TicketPhase phase) => phase switch
    {
        TicketPhase.Initializing => new("Initializing", Tone.Busy, "↻"),
        TicketPhase.Initialized => new("Initialized", Tone.Quiet, "○"),
        TicketPhase.InitializeFailed => new("InitializeFailed", Tone.Bad, "✗"),
        TicketPhase.Executing => new("Executing", Tone.Busy, "↻"),
        TicketPhase.WaitingForConfirmation => new("WaitingForConfirmation", Tone.Warning, "?"),
        TicketPhase.Pausing => new("Pausing", Tone.Warning, "‖"),
        TicketPhase.Paused => new("Paused", Tone.Warning, "‖"),
        TicketPhase.Succeeded => new("Succeeded", Tone.Good, "✓"),
        TicketPhase.Failed => new("Failed", Tone.Bad, "✗"),
        TicketPhase.Cancelling => new("Cancelling", Tone.Warning, "↻"),
        TicketPhase.Cancelled => new("Cancelled", Tone.Warning, "–"),
        TicketPhase.Undoing => new("Undoing", Tone.Warning, "↻"),
        TicketPhase.Undone => new("Undone", Tone.Quiet, "↶"),
        _ => throw new UnreachableException(),
    };
}
