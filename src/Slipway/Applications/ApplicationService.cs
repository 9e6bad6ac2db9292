using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Applications;

/// <summary>A versioned deployable: one workload, how many of its pods must stay, and how traffic reaches it. Tickets address it by name.</summary>
[Description("An application service: one workload, its protection threshold, and how traffic reaches it.")]
[CustomResource("appsvc")]
[PrinterColumn("Workload", "string", ".status.workload")]
[PrinterColumn("Pods", "string", ".status.pods")]
[PrinterColumn("Units", "string", ".status.unitNames")]
[PrinterColumn("Publishable", "boolean", ".status.publishable")]
[PrinterColumn("Reason", "string", ".status.message", priority: 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record ApplicationService : IProjected
{
    public string ApiVersion { get; init; } = Kinds.ApplicationServices.ApiVersion;
    public string Kind { get; init; } = Kinds.ApplicationServices.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required ApplicationServiceSpec Spec { get; init; }
    public ApplicationServiceStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";

    [JsonIgnore]
    public string Name => Key.Name;
}

public sealed record ApplicationServiceSpec
{
    [Description("What owns the service's pods, in the same namespace.")]
    public required ServiceWorkload Workload { get; init; }

    [Description("How many pods must stay available whatever a ticket asks; absent means that tickets and budgets decide.")]
    public ProtectionThreshold? Protection { get; init; }

    [Description("How traffic reaches the service; absent means that no ticket can shift it.")]
    public ServiceTraffic? Traffic { get; init; }
}

/// <summary>The workload behind a service.</summary>
public sealed record ServiceWorkload
{
    [Description("The workload's kind; AdvancedStatefulSet is OpenKruise's StatefulSet.")]
    public required WorkloadKind Kind { get; init; }

    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    public override string ToString() => $"{Kind} {Name}";
}

[JsonConverter(typeof(JsonStringEnumConverter<WorkloadKind>))]
public enum WorkloadKind { Deployment, StatefulSet, CafeDeployment, CloneSet, AdvancedStatefulSet }

/// <summary>How many pods of a service must stay available, counted against desired replicas.</summary>
[Cel("has(self.minAvailable) != has(self.maxUnavailable)", "give one of minAvailable and maxUnavailable")]
[Cel("!has(self.minAvailable) || (type(self.minAvailable) == string ? self.minAvailable.matches('^0*([0-9][0-9]?|100)%$') : self.minAvailable >= 0)", "minAvailable is a number from 0 or 0% to 100%")]
[Cel("!has(self.maxUnavailable) || (type(self.maxUnavailable) == string ? self.maxUnavailable.matches('^0*([0-9][0-9]?|100)%$') : self.maxUnavailable >= 0)", "maxUnavailable is a number from 0 or 0% to 100%")]
public sealed record ProtectionThreshold
{
    [Description("Pods that must stay available: a number, or a percentage of desired replicas (rounded up).")]
    public IntOrPercent? MinAvailable { get; init; }

    [Description("Pods that may be unavailable at once: a number, or a percentage of desired replicas (rounded down, at least one).")]
    public IntOrPercent? MaxUnavailable { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApplicationService))]
[JsonSerializable(typeof(ApplicationServiceStatus))]
public sealed partial class ApplicationJson : JsonSerializerContext
{
}
