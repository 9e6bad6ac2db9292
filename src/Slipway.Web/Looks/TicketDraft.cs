using System.Globalization;
using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Web.Looks;

/// <summary>A ticket while it is being written: what was typed, as it was typed.</summary>
public sealed class TicketDraft
{
    public string Title { get; set; } = "";
    public Operation Operation { get; set; } = Operation.Restart;
    public string Namespace { get; set; } = "";

    public bool HasPolicy { get; set; }
    public GroupBy GroupBy { get; set; } = GroupBy.DeploymentUnit;
    public string Percentage { get; set; } = "30";
    public string GroupSize { get; set; } = "";
    public string UnitOrder { get; set; } = "";
    public bool Beta { get; set; }
    public ConfirmPolicy Confirm { get; set; } = ConfirmPolicy.Never;
    public string SoakSeconds { get; set; } = "";

    public RestartMethod Method { get; set; } = RestartMethod.Auto;
    public ReplaceVia Via { get; set; } = ReplaceVia.Eviction;
    public bool Drain { get; set; }
    public string DrainSeconds { get; set; } = "15";

    public string MaxUnavailable { get; set; } = "25%";
    public bool RespectBudgets { get; set; } = true;
    public string FailureThreshold { get; set; } = "0";
    public string PodDeadlineSeconds { get; set; } = "600";
    public string ReadySeconds { get; set; } = "30";

    /// <summary>Chosen pods by service, in natural order.</summary>
    public SortedDictionary<string, SortedSet<string>> Pods { get; } = new(NaturalOrder.Names);

    /// <summary>ShiftTraffic: the chosen services, and the weights as typed, by unit.</summary>
    public SortedSet<string> Services { get; } = new(NaturalOrder.Names);

    public SortedDictionary<string, string> Weights { get; } = new(NaturalOrder.Names);

    public int PodCount => Pods.Values.Sum(pods => pods.Count);

    public void Add(string service, IEnumerable<string> names)
    {
        if (!Pods.TryGetValue(service, out var pods)) Pods[service] = pods = new(NaturalOrder.Names);
        pods.UnionWith(names);
        if (pods.Count == 0) Pods.Remove(service);
    }

    public void Remove(string service, string? pod = null)
    {
        if (pod is null || !Pods.TryGetValue(service, out var pods) || (pods.Remove(pod) && pods.Count == 0)) Pods.Remove(service);
    }

    /// <summary>The ticket this would be, and everything wrong with it, by field.</summary>
    public (OpsTicket Ticket, IReadOnlyList<RuleViolation> Violations) Build()
    {
        var unreadable = new List<RuleViolation>();
        var spec = new OpsTicketSpec
        {
            Title = Title.Trim(),
            Operation = Operation,
            Targets = Operation == Operation.ShiftTraffic ? [.. Services.Select(service => new TicketTarget { Service = service })] : [.. Pods.Select(chosen => new TicketTarget { Service = chosen.Key, Pods = [.. chosen.Value] })],
            Weights = Operation == Operation.ShiftTraffic ? Shifted(unreadable) : null,
            Restart = Operation == Operation.Restart && Method != RestartMethod.Auto ? new() { Method = Method } : null,
            Replace = Operation == Operation.Replace && Via != ReplaceVia.Eviction ? new() { Via = Via } : null,
            Drain = Drain || Operation == Operation.RemoveTraffic ? DrainFor(unreadable) : null,
            ReleasePolicy = HasPolicy ? Policy(unreadable) : null,
            Guard = Guard(unreadable),
        };
        var ticket = new OpsTicket { Metadata = new() { Namespace = Namespace, GenerateName = "ot-" }, Spec = spec };
        if (Namespace.Length == 0) unreadable.Add(new("metadata.namespace", "metadata.namespace is empty; choose the namespace of the pods"));
        var broken = TicketRules.Check(ticket).Where(violation => unreadable.All(other => other.Field != violation.Field));
        return (ticket, [.. unreadable, .. broken]);
    }

    List<UnitWeight> Shifted(List<RuleViolation> unreadable) =>
    [
        .. Weights.Where(weight => !string.IsNullOrWhiteSpace(weight.Value))
            .Select(weight => (Unit: weight.Key, Weight: Number($"spec.weights[{weight.Key}].weight", weight.Value, unreadable)))
            .Where(weight => weight.Weight is not null).Select(weight => new UnitWeight { Unit = weight.Unit, Weight = weight.Weight!.Value }),
    ];

    DrainOptions? DrainFor(List<RuleViolation> unreadable)
    {
        var seconds = Unless(15, Number("spec.drain.seconds", DrainSeconds, unreadable));
        return Drain ? new() { Enabled = true, Seconds = seconds } : seconds is null ? null : new() { Seconds = seconds };
    }

    ReleasePolicy Policy(List<RuleViolation> unreadable)
    {
        var order = UnitOrder.Split([',', ' ', '，'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new()
        {
            GroupBy = GroupBy,
            Percentage = GroupBy == GroupBy.UnitPercentage ? Number("spec.releasePolicy.percentage", Percentage, unreadable) : null,
            GroupSize = Number("spec.releasePolicy.groupSize", GroupSize, unreadable),
            UnitOrder = order.Length > 0 ? order : null,
            Beta = Beta ? true : null,
            Confirm = Confirm == ConfirmPolicy.Never ? null : Confirm,
            SoakSeconds = Number("spec.releasePolicy.soakSeconds", SoakSeconds, unreadable),
        };
    }

    GuardOptions? Guard(List<RuleViolation> unreadable)
    {
        IntOrPercent? most = null;
        if (MaxUnavailable.Trim() is { Length: > 0 } text)
        {
            if (IntOrPercent.TryParse(text, out var bound)) most = bound;
            else unreadable.Add(new("spec.guard.maxUnavailable", $"spec.guard.maxUnavailable is \"{text}\"; a number or a percentage such as 25% is allowed"));
        }

        var guard = new GuardOptions
        {
            MaxUnavailable = most == IntOrPercent.Percent(25) ? null : most,
            RespectPodDisruptionBudgets = RespectBudgets ? null : false,
            FailureThreshold = Unless(0, Number("spec.guard.failureThreshold", FailureThreshold, unreadable)),
            PodDeadlineSeconds = Unless(600, Number("spec.guard.podDeadlineSeconds", PodDeadlineSeconds, unreadable)),
            ReadySeconds = Unless(30, Number("spec.guard.readySeconds", ReadySeconds, unreadable)),
        };
        return guard == new GuardOptions() ? null : guard;
    }

    /// <summary>What the schema fills in anyway is left out, so that the stored ticket says only what the person meant.</summary>
    static int? Unless(int usual, int? value) => value == usual ? null : value;

    static int? Number(string field, string text, List<RuleViolation> unreadable)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        unreadable.Add(new(field, $"{field} is \"{text.Trim()}\"; a whole number is allowed"));
        return null;
    }
}
