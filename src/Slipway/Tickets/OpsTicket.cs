using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>One operation on chosen pods: what a person asked for, what became of it, and who did what.</summary>
[Description("One operation on chosen pods of application services, carried out group by group within a budget.")]
[CustomResource("ot")]
[Cel("size(self.metadata.name) <= 200", "metadata.name has at most 200 characters, since groups and events are named after it")]
[PrinterColumn("Title", "string", ".spec.title")]
[PrinterColumn("Operation", "string", ".spec.operation")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Progress", "string", ".status.progress")]
[PrinterColumn("Reason", "string", ".status.message", priority: 1)]
[PrinterColumn("Executor", "string", ".status.executor", priority: 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record OpsTicket : IProjected
{
    public string ApiVersion { get; init; } = Kinds.OpsTickets.ApiVersion;
    public string Kind { get; init; } = Kinds.OpsTickets.Kind;
    public required ObjectMeta Metadata { get; init; }

    [Description("What was asked for. Everything but commands is immutable.")]
    public required OpsTicketSpec Spec { get; init; }

    [Description("What became of it; written by the controller.")]
    public OpsTicketStatus? Status { get; init; }

    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");

    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    [JsonIgnore]
    public string ResourceVersion => Metadata.ResourceVersion ?? "";
}

/// <summary>What a person asked for. Everything but <see cref="Commands"/> is immutable.</summary>
[Cel("(self.operation == 'ShiftTraffic') == (has(self.weights) && size(self.weights) > 0)", "weights are given for ShiftTraffic, and only for it")]
[Cel("!has(self.restart) || self.operation == 'Restart'", "restart is given for Restart only")]
[Cel("!has(self.replace) || self.operation == 'Replace'", "replace is given for Replace only")]
[Cel("self.targets.all(t, self.targets.exists_one(o, o.service == t.service))", "a service is named once")]
[Cel("self.targets.all(t, [has(t.pods), has(t.selector), has(t.all) && t.all].filter(x, x).size() == (self.operation == 'ShiftTraffic' ? 0 : 1))", "every target gives one of pods, selector and all; of ShiftTraffic none")]
[Cel("self.targets.all(t, !has(t.after) || !(t.service in t.after) && t.after.all(a, self.targets.exists(o, o.service == a)))", "after names other services of this ticket")]
[Cel("oldSelf.commands.all(o, self.commands.exists(c, c == o))", "commands can only be appended")]
[Cel("self.commands.map(c, oldSelf.commands.exists(o, o.id == c.id) ? 0 : 1).isSorted()", "commands are appended behind those that are there")]
[Cel("self.commands.filter(c, oldSelf.commands.exists(o, o.id == c.id)).map(c, c.id) == oldSelf.commands.map(c, c.id)", "commands keep their order")]
public sealed record OpsTicketSpec
{
    [StringLength(50, MinimumLength = 1), Description("What this ticket is for, 1 to 50 characters.")]
    [Immutable("title cannot change; cancel the ticket and create another")]
    public required string Title { get; init; }

    [Description("What happens to each pod.")]
    [Immutable("operation cannot change; cancel the ticket and create another")]
    public required Operation Operation { get; init; }

    [StringLength(253), Description("Who asked for the ticket; filled in at creation.")]
    [Immutable("requestedBy cannot change; cancel the ticket and create another")]
    public string? RequestedBy { get; init; }

    [Description("Groups of who asked for the ticket, as authentication found them; filled in at creation. With them the controller asks, before every group, whether that person may still do by hand what the ticket does.")]
    [Items(100, TextLength = 253)]
    [Immutable("requesterGroups cannot change; cancel the ticket and create another")]
    public IReadOnlyList<string>? RequesterGroups { get; init; }

    [Description("The application services and their chosen pods.")]
    [Items(50, 1)]
    [Immutable("targets cannot change; cancel the ticket and create another")]
    public required IReadOnlyList<TicketTarget> Targets { get; init; }

    [Description("Pod weight per deployment unit; for ShiftTraffic, and only for it.")]
    [Items(100, Key = "unit")]
    [Immutable("weights cannot change; cancel the ticket and create another")]
    public IReadOnlyList<UnitWeight>? Weights { get; init; }

    [Description("How Restart restarts.")]
    [Immutable("restart cannot change; cancel the ticket and create another")]
    public RestartOptions? Restart { get; init; }
    [Description("How Replace removes a pod.")]
    [Immutable("replace cannot change; cancel the ticket and create another")]
    public ReplaceOptions? Replace { get; init; }
    [Description("Take a pod out of traffic before it is touched, and put it back afterwards.")]
    [Immutable("drain cannot change; cancel the ticket and create another")]
    public DrainOptions? Drain { get; init; }

    [Description("How the pods are split into groups; absent means one group.")]
    [Immutable("releasePolicy cannot change; cancel the ticket and create another")]
    public ReleasePolicy? ReleasePolicy { get; init; }

    [Description("What keeps the ticket from doing harm.")]
    [Immutable("guard cannot change; cancel the ticket and create another")]
    public GuardOptions? Guard { get; init; }
    [Description("When a published ticket may start pods; absent means at any time.")]
    [Immutable("schedule cannot change; cancel the ticket and create another")]
    public ScheduleOptions? Schedule { get; init; }

    [Range(0, 31_536_000), DefaultValue(604_800), Description("Seconds a finished ticket is kept; a failed one is kept twice as long.")]
    [Immutable("ttlSecondsAfterFinished cannot change; cancel the ticket and create another")]
    public int? TtlSecondsAfterFinished { get; init; }

    [Description("What people did to the ticket, in order. Only ever appended to.")]
    [Items(200, Key = "id", EmptyByDefault = true)]
    public IReadOnlyList<TicketCommand>? Commands { get; init; }
}

/// <summary>The product's five operations.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Operation>))]
public enum Operation { Restart, Replace, ScaleIn, RemoveTraffic, ShiftTraffic }

/// <summary>One application service and the pods of it that were chosen: by name, by label, or all.</summary>
public sealed record TicketTarget
{
    [StringLength(253, MinimumLength = 1), RegularExpression(@"\S"), Description("The application service; without an ApplicationService object, its workload's name.")]
    public required string Service { get; init; }

    [Description("Names of pods of this service.")]
    [Items(3000, 1, TextLength = 253, Unique = true)]
    public IReadOnlyList<string>? Pods { get; init; }

    [Description("Labels that a pod of this service must have to be chosen.")]
    [Items(20, TextLength = 63)]
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    [Description("Choose every pod of this service.")]
    public bool? All { get; init; }

    [Description("Services of this ticket that must finish first.")]
    [Items(30, TextLength = 253)]
    public IReadOnlyList<string>? After { get; init; }
}

/// <summary>The pod weight of one deployment unit, 1–100.</summary>
public sealed record UnitWeight
{
    [StringLength(63, MinimumLength = 1)]
    public required string Unit { get; init; }

    [Range(1, 100)]
    public required int Weight { get; init; }
}

/// <summary>How Restart restarts.</summary>
public sealed record RestartOptions
{
    [DefaultValue(RestartMethod.Auto)]
    public RestartMethod? Method { get; init; }

    [Description("Containers to restart; empty means all of the pod's containers.")]
    [Items(100, TextLength = 63, Unique = true)]
    public IReadOnlyList<string>? Containers { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<RestartMethod>))]
public enum RestartMethod { Auto, ContainerRecreateRequest, ImageReference, Recreate }

/// <summary>How Replace removes a pod.</summary>
public sealed record ReplaceOptions
{
    [DefaultValue(ReplaceVia.Eviction)]
    public ReplaceVia? Via { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ReplaceVia>))]
public enum ReplaceVia { Eviction, Delete }

/// <summary>Take a pod out of traffic before it is touched, and put it back afterwards.</summary>
public sealed record DrainOptions
{
    [DefaultValue(false)]
    public bool? Enabled { get; init; }

    [Range(0, 3600), DefaultValue(15)]
    public int? Seconds { get; init; }
}

/// <summary>How the chosen pods are split into ordered groups.</summary>
[Cel("(self.groupBy == 'UnitPercentage') == has(self.percentage)", "percentage is given for UnitPercentage, and only for it")]
[Cel("self.groupBy != 'PodCount' || has(self.groupSize)", "PodCount needs groupSize")]
public sealed record ReleasePolicy
{
    public required GroupBy GroupBy { get; init; }

    [Range(1, 100), Description("UnitPercentage: percent of each unit's chosen pods per group.")]
    public int? Percentage { get; init; }

    [Range(1, 3000), Description("PodCount: pods per group; also caps the size of any group.")]
    public int? GroupSize { get; init; }

    [Description("Order of the deployment units; units not named follow by name.")]
    [Items(100, TextLength = 63)]
    public IReadOnlyList<string>? UnitOrder { get; init; }

    [DefaultValue(false), Description("Begin with a group of one pod of every unit of every service.")]
    public bool? Beta { get; init; }

    [DefaultValue(ConfirmPolicy.Never), Description("Wait for a Confirm after the first group, or after every group.")]
    public ConfirmPolicy? Confirm { get; init; }

    [Range(0, 86_400), DefaultValue(0), Description("Seconds between groups, beyond readiness.")]
    public int? SoakSeconds { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<GroupBy>))]
public enum GroupBy { DeploymentUnit, UnitPercentage, PodCount }

[JsonConverter(typeof(JsonStringEnumConverter<ConfirmPolicy>))]
public enum ConfirmPolicy { Never, FirstGroup, EveryGroup }

/// <summary>What keeps a ticket from doing harm.</summary>
[Cel("!has(self.maxUnavailable) || (type(self.maxUnavailable) == string ? self.maxUnavailable.matches('^0*([1-9][0-9]?|100)%$') : self.maxUnavailable >= 1)", "maxUnavailable is 1% to 100%, or a number from 1")]
[Cel("(has(self.readySeconds) ? self.readySeconds : 30) < (has(self.podDeadlineSeconds) ? self.podDeadlineSeconds : 600)", "readySeconds is less than podDeadlineSeconds, or no pod could succeed")]
public sealed record GuardOptions
{
    [DefaultValue("25%"), Description("Pods of a service that may be unavailable at once: a number or a percentage of desired replicas.")]
    public IntOrPercent? MaxUnavailable { get; init; }

    [DefaultValue(true)]
    public bool? RespectPodDisruptionBudgets { get; init; }

    [Range(0, 3000), DefaultValue(0), Description("Failed pods tolerated before the ticket stops.")]
    public int? FailureThreshold { get; init; }

    [Range(1, 86_400), DefaultValue(600), Description("Seconds a pod may take from its start to success.")]
    public int? PodDeadlineSeconds { get; init; }

    [Range(0, 3600), DefaultValue(30), Description("Seconds a pod must be ready without a break to count as successful.")]
    public int? ReadySeconds { get; init; }
}

/// <summary>When a published ticket may act.</summary>
[Cel("!has(self.window) || size(self.window) != 11 || self.window.substring(0, 5) != self.window.substring(6, 11)", "a window opens and closes at different times")]
public sealed record ScheduleOptions
{
    [Description("Start no pod before this time.")]
    public DateTimeOffset? NotBefore { get; init; }

    [StringLength(100), RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"), Description("Daily window in which pods may be started: \"HH:mm-HH:mm\", UTC.")]
    public string? Window { get; init; }
}

/// <summary>One thing a person did to the ticket; never changed, never removed.</summary>
[Cel("self.verb != 'Cancel' || (has(self.reason) && size(self.reason.trim()) > 0)", "Cancel needs a reason")]
public sealed record TicketCommand
{
    [StringLength(64, MinimumLength = 1)]
    public required string Id { get; init; }

    public required CommandVerb Verb { get; init; }

    [StringLength(253, MinimumLength = 1)]
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    [StringLength(100)]
    public string? Reason { get; init; }

    [Range(1, 3000)]
    public int? Group { get; init; }

    [StringLength(253)]
    public string? Pod { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<CommandVerb>))]
public enum CommandVerb { Publish, Confirm, Pause, Resume, Retry, Skip, Cancel, Reinitialize, Approve, Undo }
