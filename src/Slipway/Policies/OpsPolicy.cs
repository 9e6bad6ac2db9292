using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Policies;

/// <summary>Rules of the house that hold for every ticket: how many pods must stay, when nothing moves, and versions that cannot be discovered.</summary>
[Description("Rules that hold for every ticket: floors, budgets, freezes, approvals, a kill switch, and component versions that cannot be discovered.")]
[CustomResource("op")]
[PrinterColumn("Description", "string", ".spec.description")]
[PrinterColumn("Halt", "string", ".spec.halt.reason")]
[PrinterColumn("Accepted", "boolean", ".status.accepted")]
[PrinterColumn("Reason", "string", ".status.message", priority: 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record OpsPolicy : IProjected
{
    public string ApiVersion { get; init; } = Kinds.OpsPolicies.ApiVersion;
    public string Kind { get; init; } = Kinds.OpsPolicies.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required OpsPolicySpec Spec { get; init; }
    public OpsPolicyStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => ObjectKey.Cluster(Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";

    [JsonIgnore]
    public string Name => Key.Name;
}

public sealed record OpsPolicySpec
{
    [StringLength(200), Description("What the policy is for.")]
    public string? Description { get; init; }

    [Description("Pods that must stay available, per service.")]
    [Items(50)]
    public IReadOnlyList<PolicyFloor>? Floors { get; init; }

    [Description("Pods that may be unavailable at once, per service.")]
    [Items(50)]
    public IReadOnlyList<PolicyBudget>? Budgets { get; init; }

    [Description("Times in which no ticket starts a pod.")]
    [Items(50, Key = "name")]
    public IReadOnlyList<Freeze>? Freezes { get; init; }

    [Description("Tickets that a second person has to approve before anything of them starts.")]
    [Items(50)]
    public IReadOnlyList<PolicyApproval>? Approvals { get; init; }

    [Description("The kill switch: while it is there, no ticket starts anything; pods in flight finish.")]
    public Halt? Halt { get; init; }

    [Description("Versions of components that cannot be discovered in the cluster; a version that is discovered counts instead of one stated here.")]
    [Items(20, Key = "name")]
    public IReadOnlyList<StatedComponent>? Components { get; init; }
}

/// <summary>Which services a rule is about; a service must meet everything that is given, and an empty one is about all.</summary>
public sealed record ServiceMatch
{
    [Description("Namespaces; absent means all.")]
    [Items(100, TextLength = 63)]
    public IReadOnlyList<string>? Namespaces { get; init; }

    [Description("Names of application services; absent means all.")]
    [Items(100, TextLength = 253)]
    public IReadOnlyList<string>? Services { get; init; }

    [Description("Labels that the service's pods have; absent means whatever labels.")]
    [Items(20, TextLength = 63)]
    public IReadOnlyDictionary<string, string>? PodLabels { get; init; }
}

/// <summary>Pods of each matching service that must stay available.</summary>
public sealed record PolicyFloor
{
    public ServiceMatch? Match { get; init; }

    [Description("A number, or a percentage of desired replicas (rounded up).")]
    public required IntOrPercent MinAvailable { get; init; }
}

/// <summary>Pods of each matching service that may be unavailable at once.</summary>
public sealed record PolicyBudget
{
    public ServiceMatch? Match { get; init; }

    [Description("A number, or a percentage of desired replicas (rounded down, at least one).")]
    public required IntOrPercent MaxUnavailable { get; init; }
}

/// <summary>Tickets on matching services that somebody else than their requester has to approve.</summary>
public sealed record PolicyApproval
{
    public ServiceMatch? Match { get; init; }

    [Description("Operations it is about; absent means all.")]
    [Items(5, Unique = true)]
    public IReadOnlyList<Operation>? Operations { get; init; }
}

/// <summary>A component's version as a person states it.</summary>
public sealed record StatedComponent
{
    [StringLength(63, MinimumLength = 1), Description("Such as cafeextcontroller, cloud-controller-manager or terway-eni.")]
    public required string Name { get; init; }

    [StringLength(63, MinimumLength = 1), Description("Such as 1.2.1.")]
    public required string Version { get; init; }
}

public sealed record OpsPolicyStatus
{
    /// <summary>Every rule can be read.</summary>
    public bool? Accepted { get; init; }

    /// <summary>One sentence; what is wrong with it.</summary>
    public string? Message { get; init; }

    public long? ObservedGeneration { get; init; }

    [Items(20, Key = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(OpsPolicy))]
[JsonSerializable(typeof(OpsPolicyStatus))]
public sealed partial class PolicyJson : JsonSerializerContext
{
}
