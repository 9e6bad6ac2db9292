using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>Pods of one deployment unit under stable names; an upgrade keeps each pod's name, UID and IP where it can.</summary>
[Description("Pods under stable names, upgraded in place. Mostly owned by a CafeDeployment, one for each deployment unit.")]
[CustomResource("ips")]
[ScaleSubresource]
[PrinterColumn("Desired", "integer", ".spec.replicas")]
[PrinterColumn("Current", "integer", ".status.replicas")]
[PrinterColumn("Updated", "integer", ".status.updatedReplicas")]
[PrinterColumn("Available", "integer", ".status.availableReplicas")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[PrinterColumn("Revision", "string", ".status.updateRevision", priority: 1)]
public sealed record InPlaceSet : IProjected
{
    public string ApiVersion { get; init; } = Kinds.InPlaceSets.ApiVersion;
    public string Kind { get; init; } = Kinds.InPlaceSets.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required InPlaceSetSpec Spec { get; init; }
    public InPlaceSetStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";

    /// <summary>Who manages it: mostly a CafeDeployment.</summary>
    [JsonIgnore]
    public OwnerReference? Controller => (Metadata.OwnerReferences ?? []).FirstOrDefault(owner => owner.Controller == true);
}

/// <summary>What is wanted of an InPlaceSet. Its pods are <c>name-0</c> and so on, leaving out <see cref="ReservedOrdinals"/>.</summary>
public sealed record InPlaceSetSpec
{
    [Range(0, 100_000), DefaultValue(1)]
    public int? Replicas { get; init; }

    [Immutable("selector cannot change; create another InPlaceSet")]
    public required LabelSelector Selector { get; init; }

    [Range(0, 86_400), DefaultValue(0), Description("Seconds a pod must be ready to count as available.")]
    public int? MinReadySeconds { get; init; }

    public InPlaceSetStrategy? Strategy { get; init; }

    [Opaque, Description("The pods: metadata and spec as in a Deployment's template.")]
    public required JsonElement Template { get; init; }

    [Items(10_000, Unique = true), Range(0, 1_000_000), Description("Ordinals that have no pod. Adding one while lowering replicas removes exactly that pod.")]
    public IReadOnlyList<int>? ReservedOrdinals { get; init; }
}

/// <summary>How an InPlaceSet's pods are upgraded.</summary>
public sealed record InPlaceSetStrategy
{
    [Range(0, 100_000), DefaultValue(0), Description("Pods that stay on the old revision.")]
    public int? Partition { get; init; }
}

/// <summary>What became of an InPlaceSet.</summary>
public sealed record InPlaceSetStatus
{
    public long? ObservedGeneration { get; init; }
    public int? Replicas { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? AvailableReplicas { get; init; }
    public int? UpdatedReplicas { get; init; }

    [StringLength(4096), Description("The pods' selector as text, for the scale subresource.")]
    public string? LabelSelector { get; init; }

    [StringLength(253)]
    public string? UpdateRevision { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
