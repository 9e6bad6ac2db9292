using System.Diagnostics;
using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Web.Language;

public sealed partial class English
{
    public override string Phase(TicketPhase phase) => phase switch
    {
        TicketPhase.InitializeFailed => "Initialize Failed",
        TicketPhase.WaitingForConfirmation => "Waiting for Confirmation",
        _ => Look.Of(phase).Word,
    };

    public override string Pod(PodState state) => Look.Of(state).Word;

    public override string Group(GroupState state) => Look.Of(state).Word;

    public override string Operation(Operation operation) => operation switch
    {
        Slipway.Tickets.Operation.Restart => "Restart",
        Slipway.Tickets.Operation.Replace => "Replace",
        Slipway.Tickets.Operation.ScaleIn => "Specified Scale-in",
        Slipway.Tickets.Operation.RemoveTraffic => "Specified Traffic Removal",
        Slipway.Tickets.Operation.ShiftTraffic => "Server Load Balancer Traffic Shifting",
        _ => throw new UnreachableException(),
    };

    public override string About(Operation operation) => operation switch
    {
        Slipway.Tickets.Operation.Restart => "The containers restart in place: same pod, IP and node.",
        Slipway.Tickets.Operation.Replace => "The pod is evicted and its workload creates another.",
        Slipway.Tickets.Operation.ScaleIn => "Exactly these pods go, and the replicas drop by as many.",
        Slipway.Tickets.Operation.RemoveTraffic => "The pods keep running and receive nothing.",
        Slipway.Tickets.Operation.ShiftTraffic => "Weights per pod of each deployment unit change.",
        _ => throw new UnreachableException(),
    };

    public override string Verb(CommandVerb verb) => verb switch
    {
        CommandVerb.Publish => "Publish All",
        CommandVerb.Reinitialize => "Re-initialize",
        _ => verb.ToString(),
    };

    public override string Consequence(CommandVerb verb) => verb switch
    {
        CommandVerb.Publish => "Starts the ticket. Pods are taken group by group, within the guard and the disruption budgets.",
        CommandVerb.Confirm => "Goes on with the next group.",
        CommandVerb.Pause => "Finishes the pods in flight and starts none.",
        CommandVerb.Resume => "Goes on. Everything is checked again first.",
        CommandVerb.Retry => "Does the failed pods again. Successful ones stay as they are.",
        CommandVerb.Skip => "Leaves failed or waiting pods as they are, and counts them as skipped.",
        CommandVerb.Cancel => "Starts nothing more and lets what is in flight finish. What is done stays done.",
        CommandVerb.Reinitialize => "Resolves the pods and checks everything again.",
        CommandVerb.Approve => "Approves the ticket in your name.",
        CommandVerb.Undo => "Restores exactly what was recorded before the change.",
        _ => throw new UnreachableException(),
    };

    public override string Change(TicketChange.PodChange change) => change switch
    {
        TicketChange.RestartInPlace restart => $"Pod {restart.Pod.Name}: container {string.Join(", ", restart.Images.Select(image => image.Container))} restarts in place",
        TicketChange.RequestRecreate request => $"Pod {request.Pod.Name}: OpenKruise restarts container {string.Join(", ", request.Containers)}",
        TicketChange.TakeOutOfTraffic take => $"Pod {take.Pod.Name} is taken out of traffic",
        TicketChange.PutBackInTraffic back => $"Pod {back.Pod.Name} is put back in traffic",
        TicketChange.Evict evict => $"Pod {evict.Pod.Name} is evicted",
        TicketChange.Delete delete => $"Pod {delete.Pod.Name} is deleted",
        _ => $"Pod {change.Pod.Name}: {Spelled(change)}",
    };

    public override string GroupByWay(GroupBy way) => way switch
    {
        Slipway.Tickets.GroupBy.DeploymentUnit => "Deployment unit",
        Slipway.Tickets.GroupBy.UnitPercentage => "Percentage of each deployment unit",
        Slipway.Tickets.GroupBy.PodCount => "Number of pods",
        _ => throw new UnreachableException(),
    };

    public override string ConfirmWay(ConfirmPolicy way) => way switch
    {
        ConfirmPolicy.Never => "Never",
        ConfirmPolicy.FirstGroup => "After the first group",
        ConfirmPolicy.EveryGroup => "After every group",
        _ => throw new UnreachableException(),
    };

    public override string Policy(ReleasePolicy? policy) => policy is null
        ? "Off: one group"
        : string.Join("; ", new[]
        {
            GroupByWay(policy.GroupBy),
            policy.Percentage is { } percent ? $"{percent} %" : null,
            policy.GroupSize is { } size ? $"{size} pods a group" : null,
            policy.Beta == true ? "beta first" : null,
            policy.Confirm is { } confirm and not ConfirmPolicy.Never ? $"confirm: {ConfirmWay(confirm).ToLowerInvariant()}" : null,
            policy.SoakSeconds is > 0 and var soak ? $"{soak} s between groups" : null,
        }.OfType<string>());

    public override string GuardOf(OpsTicketSpec spec) =>
        $"{spec.MaxUnavailable()} unavailable at once; {spec.FailureThreshold()} failures tolerated; ready {spec.ReadyFor().TotalSeconds:0} s; {spec.PodDeadline().TotalSeconds:0} s a pod{(spec.RespectsDisruptionBudgets() ? "" : "; disruption budgets ignored")}";

    public override string Of(TicketCommand command) => command switch
    {
        { Pod: { } pod } => $"pod {pod}",
        { Group: { } group, Verb: CommandVerb.Publish or CommandVerb.Confirm } => $"through group {group}",
        { Group: { } group } => $"group {group}",
        _ => "",
    };

    public override string HowFar(CommandVerb verb) => verb is CommandVerb.Publish or CommandVerb.Confirm ? "How far" : "Group";

    public override string Everything(CommandVerb verb) => verb switch
    {
        CommandVerb.Confirm => "The next group",
        CommandVerb.Retry => "All failed pods",
        _ => "All groups",
    };

    public override string ThroughGroup(CommandVerb verb, int number, string name) =>
        verb is CommandVerb.Publish or CommandVerb.Confirm ? $"Through group {number} ({name})" : $"Group {number} ({name})";

    public override string AllowedWhile(CommandVerb verb, IReadOnlyList<TicketPhase> phases) => $"{Verb(verb)} is possible while the ticket is {string.Join(", ", phases.Select(Phase))}";

    public override string MayNot(Act act) => $"You may not {act}";

    public override string VerbOnPod(CommandVerb verb, string pod) => $"{Verb(verb)} pod {pod}";

    public override string WasRefused(string verb, string by) => $"{verb} by {by} was refused:";

    public override string ThenThePhaseIs(TicketPhase phase) => $"The ticket is then {Phase(phase)}";

    public override string TargetsAre(int count) => $"It is about {PodsCount(count)}";

    public override string PodsCount(int count) => count == 1 ? "1 pod" : $"{count} pods";

    public override string TicketsCount(int count) => count == 1 ? "1 ticket" : $"{count} tickets";

    public override string AndMore(int count) => $"and {count} more";

    public override string AddCount(int count) => count == 0 ? "Add pods" : $"Add {PodsCount(count)}";

    public override string AddPods(string ns) => $"Add pods of namespace {ns}";

    public override string ShownOf(int shown, int all) => $"{shown} of {all} pods shown";

    public override string ShowNewer(int count) => count == 1 ? "1 new ticket: show it" : $"{count} new tickets: show them";

    public override string PageOf(int page, int pages) => $"Page {page} of {pages}";

    public override string Failed(int count) => $"{count} failed";

    public override string ProgressOf(PodCounts counts) => $"{counts.Successful} successful, {counts.Updating} updating, {counts.Failed} failed, {counts.Skipped} skipped of {counts.Total}";

    public override string ReadyFor(int seconds, int of) => $"ready {seconds} of {of} s";

    public override string ReasonTooLong(int characters) => $"The reason has {characters} characters; at most 100 are allowed";

    public override string RemovePod(string pod) => $"Remove pod {pod}";

    public override string RemoveService(string service) => $"Remove all pods of {service}";

    public override string NoSuchTicket(string name, string ns) => $"There is no ticket {name} in namespace {ns} that you may see.";

    public override string NoSuchService(string name, string ns) => $"There is no service {name} in namespace {ns} that you may see.";

    public override string TakesAtLeast(TimeSpan time) => $"Takes {Duration(time)} at least, besides the time pods need to start.";

    public override string BudgetOf(DisruptionBudget budget) => $"PodDisruptionBudget {budget.Name}: {budget.DisruptionsAllowed} more may go now, {budget.DesiredHealthy} must stay healthy";

    public override string ProtectionOf(ProtectionThreshold protection) => protection.MinAvailable is { } least ? $"Protection threshold: at least {least} available" : $"Protection threshold: at most {protection.MaxUnavailable} unavailable";

    public override string NoBalancer(string service) => $"Service {service} has no custom load balancer (ApplicationService spec.traffic)";

    public override string WeightOf(string unit) => $"Weight of {unit}";

    public override string ByLabels(string labels) => $"labels held back: {labels}";

    public override string WasCreated(string name) => $"Ticket {name} was created. It starts when it is published.";

    public override string Theme(string theme) => theme switch { "light" => "Light", "dark" => "Dark", _ => "Auto" };

    public override string Refused(string why) => why switch
    {
        "key" => "That address was used already, or is not from this console. The newest one is in your terminal.",
        "token" => "The API server does not know this token.",
        "server" => "The API server does not answer; try again.",
        "provider" => "The sign-in provider does not answer; try again.",
        "denied" => "The sign-in was refused at the provider.",
        "bearer" => "The API server does not accept this provider's token: its own issuer, client ID and username claim must be set to match.",
        "flow" => "The sign-in could not be completed; begin it again.",
        _ => "The form has expired; try again.",
    };

    public override string SignInAt(string provider) => $"Sign in with {provider}";

    public override string SignOutAt(string provider) => $"Sign out of {provider} as well";

    static string Duration(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s" : $"{time.TotalMinutes:0.#} min";
}
