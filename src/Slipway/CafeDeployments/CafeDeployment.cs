using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>Pods of one application over deployment units, upgraded in place and group by group.</summary>
[Description("Pods of one application, spread over deployment units and upgraded in place, group by group.")]
[CustomResource("cafe")]
[ScaleSubresource]
[PrinterColumn("Desired", "integer", ".spec.replicas")]
[PrinterColumn("Current", "integer", ".status.replicas")]
[PrinterColumn("Updated", "integer", ".status.updatedReplicas")]
[PrinterColumn("Available", "integer", ".status.availableReplicas")]
[PrinterColumn("Upgrade", "string", ".status.progress")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Selector", "string", ".status.labelSelector", priority: 1)]
public sealed record CafeDeployment : IProjected
{
    public string ApiVersion { get; init; } = Kinds.CafeDeployments.ApiVersion;
    public string Kind { get; init; } = Kinds.CafeDeployments.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required CafeDeploymentSpec Spec { get; init; }
    public CafeDeploymentStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";
}

/// <summary>What a person wants of a CafeDeployment; the fields of the published samples, and <see cref="ScaleIn"/>.</summary>
public sealed record CafeDeploymentSpec
{
    [Range(0, 1000), DefaultValue(20), Description("Old revisions kept to roll back to.")]
    public int? HistoryLimit { get; init; }

    [DefaultValue(CafeDeployments.PodSetType.InPlaceSet), Description("What holds the pods of a unit; only InPlaceSet keeps pods when they are upgraded.")]
    [Immutable("podSetType cannot change; create another CafeDeployment")]
    public PodSetType? PodSetType { get; init; }

    [Range(0, 100_000), DefaultValue(1), Description("Pods in all units together.")]
    public int? Replicas { get; init; }

    [Description("Labels of the pods; each unit's pods have deployUnit as well.")]
    [Immutable("selector cannot change; create another CafeDeployment")]
    public required LabelSelector Selector { get; init; }

    [StringLength(63), Nullable, Description("StatefulSet: the Service that governs the pods' names.")]
    public string? ServiceName { get; init; }

    [Opaque, Description("The pods: metadata and spec as in a Deployment's template.")]
    public required JsonElement Template { get; init; }

    [Items(20), Opaque, Nullable, Description("StatefulSet: volume claims of each pod.")]
    public IReadOnlyList<JsonElement>? VolumeClaimTemplates { get; init; }

    public UpgradeStrategy? Strategy { get; init; }

    public Topology? Topology { get; init; }

    public ScaleInRequest? ScaleIn { get; init; }
}

/// <summary>The kind that holds the pods of one deployment unit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PodSetType>))]
public enum PodSetType { InPlaceSet, ReplicaSet, StatefulSet }

/// <summary>How upgrades and scale-outs go: in which groups, and what is waited for between them.</summary>
public sealed record UpgradeStrategy
{
    [DefaultValue(CafeDeployments.UpgradeType.Batch), Description("Beta begins with one pod of every unit; then, as with Batch, groups of batchSize pods.")]
    public UpgradeType? UpgradeType { get; init; }

    [Range(1, 100_000), DefaultValue(10), Description("Pods of a group, all units together.")]
    public int? BatchSize { get; init; }

    [Range(0, 86_400), DefaultValue(30), Description("Seconds an upgraded pod must be ready before it counts.")]
    public int? MinReadySeconds { get; init; }

    [DefaultValue(false), Description("After each group wait for the annotation cafe.sofastack.io/upgrade-confirmed to be set to \"true\".")]
    public bool? NeedWaitingForConfirm { get; init; }

    [DefaultValue(false), Description("Start no further pod.")]
    public bool? Pause { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<UpgradeType>))]
public enum UpgradeType { Beta, Batch }

/// <summary>The units that pods are spread over, and how many go where.</summary>
public sealed record Topology
{
    [DefaultValue(CafeDeployments.UnitType.None), Description("What a unit is: a deployment unit (Cell), a zone, or no unit at all.")]
    public UnitType? UnitType { get; init; }

    [Items(100, TextLength = 63, Unique = true), Description("The units, in the order they are filled.")]
    public IReadOnlyList<string>? Values { get; init; }

    [Items(100), Description("Pods of a unit, as a number or a percentage of replicas; units not named share the rest evenly.")]
    public IReadOnlyDictionary<string, IntOrPercent>? UnitReplicas { get; init; }

    public AutoReschedule? AutoReschedule { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<UnitType>))]
public enum UnitType { Cell, Zone, None }

/// <summary>Pods that cannot be scheduled go to another unit; never out of a unit that unitReplicas names.</summary>
public sealed record AutoReschedule
{
    [DefaultValue(false)]
    public bool? Enable { get; init; }

    [Range(0, 86_400), DefaultValue(10), Description("Seconds a pod must have been unschedulable.")]
    public int? InitialDelaySeconds { get; init; }
}

/// <summary>
/// The pods that a scale-in is to remove, whatever their numbers. Written together with what <c>replicas</c> (and the unit's
/// entry of <c>unitReplicas</c>) come to without them, in ONE patch:
/// <code>
/// {"metadata":{"resourceVersion":"…"},
///  "spec":{"replicas":8,"topology":{"unitReplicas":{"GZ00B":3}},"scaleIn":{"pods":["cart-gz00b-1","cart-gz00b-2"]}}}
/// </code>
/// <see cref="SpecifiedScaleIn"/> computes it. The controller takes the pods out of their InPlaceSets (their ordinals stay free until
/// the unit grows again) and then removes <c>scaleIn</c>.
/// </summary>
[Description("The pods that go when replicas are lowered in the same change; cleared by the controller when they have been taken out.")]
public sealed record ScaleInRequest
{
    [Items(3000, TextLength = 253, Unique = true)]
    public IReadOnlyList<string>? Pods { get; init; }
}
