using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;
using Slipway.Traffic;

namespace Slipway.Tickets;

/// <summary>The frozen pods of one group of a ticket, at most 500, and the result of each. A bigger group has several records.</summary>
[Description("The frozen pods of one group of an OpsTicket and the result of each.")]
[CustomResource("otg")]
[PrinterColumn("Ticket", "string", ".spec.ticket")]
[PrinterColumn("Group", "integer", ".spec.number")]
[PrinterColumn("Name", "string", ".spec.name")]
[PrinterColumn("State", "string", ".status.state")]
[PrinterColumn("Started", "date", ".status.startedAt")]
[PrinterColumn("Finished", "date", ".status.finishedAt", priority: 1)]
public sealed record OpsTicketGroup : IProjected
{
    public const int MostPods = 500;

    public string ApiVersion { get; init; } = Kinds.OpsTicketGroups.ApiVersion;
    public string Kind { get; init; } = Kinds.OpsTicketGroups.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required OpsTicketGroupSpec Spec { get; init; }
    public OpsTicketGroupStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";
}

/// <summary>What a write of a group's results sends: no spec, which is frozen, and which a write of the status would not change.</summary>
/// <param name="Metadata">Name, UID and the version that is replaced.</param>
/// <param name="Status">The results.</param>
public sealed record OpsTicketGroupResults(ObjectMeta Metadata, OpsTicketGroupStatus Status)
{
    public string ApiVersion { get; init; } = Kinds.OpsTicketGroups.ApiVersion;
    public string Kind { get; init; } = Kinds.OpsTicketGroups.Kind;

    public static OpsTicketGroupResults Of(OpsTicketGroup group, OpsTicketGroupStatus status) =>
        new(new() { Name = group.Metadata.Name, Namespace = group.Metadata.Namespace, Uid = group.Metadata.Uid, ResourceVersion = group.Metadata.ResourceVersion }, status);
}

/// <summary>What was frozen at initialization; immutable.</summary>
[Cel("self == oldSelf", "the frozen pods of a group cannot change")]
public sealed record OpsTicketGroupSpec
{
    [StringLength(253, MinimumLength = 1)]
    public required string Ticket { get; init; }

    [Range(1, 3000)]
    public required int Number { get; init; }

    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    /// <summary>Which of the group's records this is, from 1.</summary>
    [Range(1, 3000)]
    public required int Part { get; init; }

    [Items(OpsTicketGroup.MostPods, 1)]
    public required IReadOnlyList<FrozenPod> Pods { get; init; }
}

/// <summary>A pod as it was chosen: a name is never enough, so the UID comes with it.</summary>
public sealed record FrozenPod
{
    [StringLength(253)]
    public required string Service { get; init; }

    public required WorkloadReference Workload { get; init; }

    [StringLength(253)]
    public required string Name { get; init; }

    [StringLength(64)]
    public required string Uid { get; init; }

    [StringLength(63)]
    public required string Unit { get; init; }

    [StringLength(253)]
    public string? Node { get; init; }

    /// <summary>How it is taken out of traffic, where the ticket does that.</summary>
    public TrafficPath? Traffic { get; init; }
}

/// <summary>What owns the pods of a service.</summary>
public sealed record WorkloadReference
{
    [StringLength(63)]
    public required string Kind { get; init; }

    [StringLength(253)]
    public required string Name { get; init; }

    [StringLength(64)]
    public required string Uid { get; init; }
}

public sealed record OpsTicketGroupStatus
{
    public GroupState? State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>In the order of <see cref="OpsTicketGroupSpec.Pods"/>.</summary>
    [Items(OpsTicketGroup.MostPods)]
    public IReadOnlyList<PodResult>? Pods { get; init; }

    /// <summary>The newest pods of each workload when the group started: whatever is newer may be a replacement.</summary>
    public IReadOnlyList<NewestPods>? Newest { get; init; }

    /// <summary>ScaleIn: replicas that are about to be lowered, or have been while their pods go.</summary>
    [Items(50)]
    public IReadOnlyList<ScaleInRecord>? ScaleIns { get; init; }
}

/// <summary>A workload as it was before its replicas were lowered, written down before that was done.</summary>
public sealed record ScaleInRecord
{
    [StringLength(64)]
    public required string WorkloadUid { get; init; }

    /// <summary>The workload's generation: while it is this one, nothing has been lowered.</summary>
    public required long Generation { get; init; }

    public required int Replicas { get; init; }

    /// <summary>UIDs of the pods that are to go.</summary>
    [Items(3000, TextLength = 64)]
    public required IReadOnlyList<string> Pods { get; init; }

    /// <summary>The workload's other pods: none of them may go instead.</summary>
    [Items(5000)]
    public required IReadOnlyList<PodIdentity> Others { get; init; }

    [JsonIgnore]
    public int Lowered => Replicas - Pods.Count;
}

[JsonConverter(typeof(JsonStringEnumConverter<PodState>))]
public enum PodState { NotUpdated, Updating, UpdateSuccessful, UpdateFailed, Skipped }

/// <summary>How far one pod has come. Everything here can be seen again after a crash or was written before the act.</summary>
public sealed record PodResult
{
    public required string Name { get; init; }
    public required PodState State { get; init; }

    /// <summary>One sentence: what it waits for, or why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Containers as they were before anything was done, written before the first effect.</summary>
    public IReadOnlyList<ContainerBaseline>? Baseline { get; init; }

    /// <summary>From 1; a Retry begins another.</summary>
    public int? Attempt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>On the operator's clock: ready, seen without a break, since.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>What was ready: UID, container IDs and the readiness condition's own transition time. Another value starts the seconds again.</summary>
    public string? ReadyToken { get; init; }

    public PodIdentity? Replacement { get; init; }

    /// <summary>How far it is out of traffic.</summary>
    public TrafficSteps? Traffic { get; init; }

    /// <summary>ScaleIn: the pod's deletion cost before it was marked, to be put back should it stay; absent where it had none.</summary>
    public string? DeletionCost { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}

public sealed record ContainerBaseline
{
    public required string Name { get; init; }
    public string? ContainerId { get; init; }
    public int Restarts { get; init; }
    public string? Image { get; init; }
}

public sealed record PodIdentity
{
    public required string Name { get; init; }
    public required string Uid { get; init; }
}

/// <summary>The latest creation time among a workload's pods (the API server's clock) and the pods that have it.</summary>
public sealed record NewestPods
{
    public required string WorkloadUid { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public IReadOnlyList<string>? Uids { get; init; }
}
