using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Units;

/// <summary>The smallest placement unit for pods: a set of nodes chosen by label, such as GZ00A.</summary>
[Description("The smallest placement unit for pods: a set of nodes chosen by label.")]
[CustomResource("du")]
[PrinterColumn("Unit", "string", ".status.unit")]
[PrinterColumn("Zone", "string", ".spec.zone")]
[PrinterColumn("Nodes", "integer", ".status.nodes")]
[PrinterColumn("State", "string", ".status.state")]
[PrinterColumn("Reason", "string", ".status.message", priority: 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record DeploymentUnit : IProjected
{
    public string ApiVersion { get; init; } = Kinds.DeploymentUnits.ApiVersion;
    public string Kind { get; init; } = Kinds.DeploymentUnits.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required DeploymentUnitSpec Spec { get; init; }
    public DeploymentUnitStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => ObjectKey.Cluster(Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";

    /// <summary>What tickets, services and tables call it.</summary>
    [JsonIgnore]
    public string Unit => Spec.Unit ?? Metadata.Name ?? "";

    /// <summary>It is one of this cluster's; units of other clusters are not supported yet.</summary>
    [JsonIgnore]
    public bool IsLocal => string.IsNullOrEmpty(Spec.Cluster);
}

public sealed record DeploymentUnitSpec
{
    [StringLength(63, MinimumLength = 1), Description("What the unit is called, such as GZ00A; without it, the object's name. Objects cannot have capitals in their names, units can.")]
    [RegularExpression("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]
    public string? Unit { get; init; }

    [Description("Labels that a node must have to belong to the unit; all of them.")]
    [Items(20, 1, TextLength = 63)]
    public required IReadOnlyDictionary<string, string> NodeSelector { get; init; }

    [StringLength(63), Description("The deployment zone that the unit is part of.")]
    public string? Zone { get; init; }

    [StringLength(253), Description("The cluster of the unit's nodes; empty means this one, and no other is supported yet.")]
    public string? Cluster { get; init; }
}

public sealed record DeploymentUnitStatus
{
    public string? Unit { get; init; }
    public DeploymentUnitState? State { get; init; }

    /// <summary>Nodes that belong to the unit.</summary>
    public int? Nodes { get; init; }

    /// <summary>One sentence: what is wrong, or how many nodes there are.</summary>
    public string? Message { get; init; }

    public long? ObservedGeneration { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<DeploymentUnitState>))]
public enum DeploymentUnitState { Ready, Empty, Overlapping, Refused }

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeploymentUnit))]
[JsonSerializable(typeof(DeploymentUnitStatus))]
public sealed partial class UnitJson : JsonSerializerContext
{
}
