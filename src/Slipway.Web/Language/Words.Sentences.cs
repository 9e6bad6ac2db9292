using Slipway.Applications;
using Slipway.Budgets;
using Slipway.Runtime.Api;
using Slipway.Tickets;

namespace Slipway.Web.Language;

public abstract partial class Words
{
    public abstract string Phase(TicketPhase phase);
    public abstract string Pod(PodState state);
    public abstract string Group(GroupState state);
    public abstract string Operation(Operation operation);
    public abstract string About(Operation operation);
    public abstract string Verb(CommandVerb verb);

    /// <summary>What a verb does, in a sentence.</summary>
    public abstract string Consequence(CommandVerb verb);

    public abstract string Change(TicketChange.PodChange change);
    public abstract string GroupByWay(GroupBy way);
    public abstract string ConfirmWay(ConfirmPolicy way);
    public abstract string Policy(ReleasePolicy? policy);
    public abstract string GuardOf(OpsTicketSpec spec);

    /// <summary>What a command was about besides its verb.</summary>
    public abstract string Of(TicketCommand command);

    public abstract string HowFar(CommandVerb verb);
    public abstract string Everything(CommandVerb verb);
    public abstract string ThroughGroup(CommandVerb verb, int number, string name);
    public abstract string AllowedWhile(CommandVerb verb, IReadOnlyList<TicketPhase> phases);
    public abstract string MayNot(Act act);
    public abstract string VerbOnPod(CommandVerb verb, string pod);
    public abstract string WasRefused(string verb, string by);
    public abstract string ThenThePhaseIs(TicketPhase phase);
    public abstract string TargetsAre(int count);
    public abstract string PodsCount(int count);
    public abstract string TicketsCount(int count);
    public abstract string AndMore(int count);
    public abstract string AddCount(int count);
    public abstract string AddPods(string ns);
    public abstract string ShownOf(int shown, int all);
    public abstract string ShowNewer(int count);
    public abstract string PageOf(int page, int pages);
    public abstract string Failed(int count);
    public abstract string ProgressOf(PodCounts counts);
    public abstract string ReadyFor(int seconds, int of);
    public abstract string ReasonTooLong(int characters);
    public abstract string RemovePod(string pod);
    public abstract string RemoveService(string service);
    public abstract string NoSuchTicket(string name, string ns);
    public abstract string NoSuchService(string name, string ns);
    public abstract string TakesAtLeast(TimeSpan time);
    public abstract string BudgetOf(DisruptionBudget budget);
    public abstract string ProtectionOf(ProtectionThreshold protection);
    public abstract string NoBalancer(string service);
    public abstract string WeightOf(string unit);
    public abstract string ByLabels(string labels);
    public abstract string WasCreated(string name);
    public abstract string Theme(string theme);

    /// <summary>Why somebody was not let in.</summary>
    public abstract string Refused(string why);

    public abstract string SignInAt(string provider);

    public abstract string SignOutAt(string provider);

    /// <summary>A change of a kind that has no sentence of its own: its name, as words.</summary>
    protected static string Spelled(TicketChange.PodChange change) =>
        string.Concat(change.GetType().Name.Select((letter, place) => char.IsUpper(letter) && place > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}
