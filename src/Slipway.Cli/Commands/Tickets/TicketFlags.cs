using System.CommandLine;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary>A ticket of one service, from flags.</summary>
sealed class TicketFlags
{
    readonly Option<string?> _name = new("--name") { Description = "Name of the ticket; default: generated" };
    readonly Option<string?> _title = new("--title") { Description = "What it is for, 1 to 50 characters" };
    readonly Option<Operation?> _operation = new("--operation") { Description = "What happens to each pod" };
    readonly Option<string?> _service = new("--service") { Description = "Application service: its name, or that of its Deployment, StatefulSet or other workload" };
    readonly Option<string[]> _pods = new("--pod") { Description = "A pod of the service; may be repeated", AllowMultipleArgumentsPerToken = true };
    readonly Option<string[]> _selector = new("--pod-selector") { Description = "Label key=value of the pods to choose; may be repeated", AllowMultipleArgumentsPerToken = true };
    readonly Option<bool> _all = new("--all") { Description = "Every pod of the service" };
    readonly Option<string[]> _weights = new("--weight") { Description = "ShiftTraffic: UNIT=WEIGHT of each pod of a deployment unit, 1 to 100; once for every unit", AllowMultipleArgumentsPerToken = true };
    readonly Option<GroupBy?> _groupBy = new("--group-by") { Description = "How the pods are split into groups" };
    readonly Option<int?> _percentage = new("--percentage") { Description = "UnitPercentage: percent of each unit's pods per group" };
    readonly Option<int?> _groupSize = new("--group-size") { Description = "PodCount: pods a group; also caps any group" };
    readonly Option<string[]> _unitOrder = new("--unit-order") { Description = "Deployment units in the order to go", AllowMultipleArgumentsPerToken = true };
    readonly Option<bool> _beta = new("--beta") { Description = "Begin with one pod of every unit" };
    readonly Option<ConfirmPolicy?> _confirm = new("--confirm") { Description = "Wait for confirmation between groups" };
    readonly Option<int?> _soak = new("--soak") { Description = "Seconds between groups" };
    readonly Option<string?> _maxUnavailable = new("--max-unavailable") { Description = "Pods that may be unavailable at once: a number or a percentage (25%)" };
    readonly Option<int?> _failures = new("--failure-threshold") { Description = "Failed pods tolerated before the ticket stops" };
    readonly Option<int?> _deadline = new("--pod-deadline") { Description = "Seconds after which a pod that is not successful has failed" };
    readonly Option<int?> _ready = new("--ready-seconds") { Description = "Seconds a pod must be ready without a break" };
    readonly Option<bool> _drain = new("--drain") { Description = "Take pods out of traffic before they are restarted, replaced or scaled in" };
    readonly Option<int?> _drainFor = new("--drain-seconds") { Description = "Seconds for what a pod out of traffic still has" };
    readonly Option<RestartMethod?> _method = new("--method") { Description = "How Restart restarts" };
    readonly Option<string[]> _containers = new("--container") { Description = "Restart: a container to restart; may be repeated; default: all of them", AllowMultipleArgumentsPerToken = true };
    readonly Option<ReplaceVia?> _via = new("--via") { Description = "How Replace removes" };

    IEnumerable<Option> Options =>
    [
        _name, _title, _operation, _service, _pods, _selector, _all, _weights, _groupBy, _percentage, _groupSize, _unitOrder, _beta, _confirm, _soak,
        _maxUnavailable, _failures, _deadline, _ready, _drain, _drainFor, _method, _containers, _via,
    ];

    public Command AddTo(Command command)
    {
        foreach (var option in Options) command.Options.Add(option);
        return command;
    }

    public bool AreGiven(ParseResult parsed) => Options.Any(option => parsed.GetResult(option) is { Implicit: false });

    public OpsTicket Ticket(ParseResult parsed)
    {
        var pods = parsed.GetValue(_pods) ?? [];
        var selector = (parsed.GetValue(_selector) ?? []).Select(Label).ToDictionary();
        return new()
        {
            Metadata = new() { Name = parsed.GetValue(_name) },
            Spec = new()
            {
                Title = parsed.GetValue(_title) ?? throw Missing("--title"),
                Operation = parsed.GetValue(_operation) ?? throw Missing("--operation"),
                Targets =
                [
                    new()
                    {
                        Service = parsed.GetValue(_service) ?? throw Missing("--service"),
                        Pods = pods.Length > 0 ? pods : null,
                        Selector = selector.Count > 0 ? selector : null,
                        All = parsed.GetValue(_all) ? true : null,
                    },
                ],
                ReleasePolicy = Policy(parsed),
                Weights = parsed.GetValue(_weights) is { Length: > 0 } weights ? [.. weights.Select(Weight)] : null,
                Guard = Guard(parsed),
                Drain = parsed.GetValue(_drain) || parsed.GetValue(_drainFor) is not null ? new() { Enabled = parsed.GetValue(_drain) ? true : null, Seconds = parsed.GetValue(_drainFor) } : null,
                Restart = Restart(parsed),
                Replace = parsed.GetValue(_via) is { } via ? new() { Via = via } : null,
            },
        };
    }

    GuardOptions? Guard(ParseResult parsed)
    {
        var given = new Option[] { _maxUnavailable, _failures, _deadline, _ready }.Any(option => parsed.GetResult(option) is { Implicit: false });
        return !given ? null : new()
        {
            MaxUnavailable = parsed.GetValue(_maxUnavailable) is { } most ? Bound(most) : null,
            FailureThreshold = parsed.GetValue(_failures),
            PodDeadlineSeconds = parsed.GetValue(_deadline),
            ReadySeconds = parsed.GetValue(_ready),
        };
    }

    RestartOptions? Restart(ParseResult parsed)
    {
        var containers = parsed.GetValue(_containers) ?? [];
        var method = parsed.GetValue(_method);
        return method is null && containers.Length == 0 ? null : new() { Method = method, Containers = containers.Length > 0 ? containers : null };
    }

    ReleasePolicy? Policy(ParseResult parsed)
    {
        if (parsed.GetValue(_groupBy) is not { } groupBy)
        {
            var given = new Option[] { _percentage, _groupSize, _unitOrder, _beta, _confirm, _soak }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
            return given is null ? null : throw CommandException.Usage($"{given.Name} needs --group-by; DeploymentUnit, UnitPercentage and PodCount are allowed");
        }

        var order = parsed.GetValue(_unitOrder) ?? [];
        return new()
        {
            GroupBy = groupBy,
            Percentage = parsed.GetValue(_percentage),
            GroupSize = parsed.GetValue(_groupSize),
            UnitOrder = order.Length > 0 ? order : null,
            Beta = parsed.GetValue(_beta) ? true : null,
            Confirm = parsed.GetValue(_confirm),
            SoakSeconds = parsed.GetValue(_soak),
        };
    }

    static IntOrPercent Bound(string text) => IntOrPercent.TryParse(text, out var bound) ? bound : throw CommandException.Usage($"--max-unavailable is \"{text}\"; a number or a percentage such as 25% is allowed");

    static UnitWeight Weight(string text) => text.Split('=') is [{ Length: > 0 } unit, var weight] && int.TryParse(weight, out var number)
        ? new() { Unit = unit, Weight = number }
        : throw CommandException.Usage($"--weight is \"{text}\"; UNIT=WEIGHT such as GZ00A=50 is allowed");

    static KeyValuePair<string, string> Label(string text) => text.Split('=') is [var key, var value] ? new(key, value) : throw CommandException.Usage($"--pod-selector is \"{text}\"; key=value is allowed");

    static CommandException Missing(string flag) => CommandException.Usage($"{flag} is missing; give it, or a ticket with -f FILE");
}
