using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Web.Looks;
using Xunit;

namespace Slipway.Tests.Web.Looks;

public sealed class ForesightTests
{
    static Fleet Initialized(ReleasePolicy? policy = null)
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 4), ("GZ00B", 4))
            .With(new() { Title = "Replace", Operation = Operation.Replace, Targets = [new() { Service = "cart", All = true }], ReleasePolicy = policy });
        for (var look = 0; look < 3; look++) fleet.Step();
        Assert.Equal(TicketPhase.Initialized, fleet.Ticket.Status!.Phase);
        return fleet;
    }

    static TicketCommand Asked(CommandVerb verb, int? group = null, string? pod = null, string? reason = null) => Actions.Command(verb, "ann", Fleet.Noon, reason, group, pod);

    [Fact]
    public void Publishing_foresees_exactly_the_acts_that_publishing_makes()
    {
        var fleet = Initialized();

        var foreseen = Foresight.Of(fleet.Seen(), Asked(CommandVerb.Publish));
        fleet.Command(CommandVerb.Publish);
        var acts = Enumerable.Range(0, 4).Select(_ => fleet.Step()).First(step => step.Count > 0);

        Assert.Null(foreseen.Refusal);
        Assert.Equal(TicketPhase.Executing, foreseen.Phase);
        Assert.Equal(acts, foreseen.First);
        Assert.Equal(8, foreseen.Targets.Count);
    }

    [Fact]
    public void Foreseeing_changes_nothing()
    {
        var fleet = Initialized();
        var before = fleet.Seen();

        Foresight.Of(before, Asked(CommandVerb.Publish));

        Assert.Equal(TicketPhase.Initialized, fleet.Ticket.Status!.Phase);
        Assert.Null(before.Ticket.Spec.Commands);
    }

    [Fact]
    public void Publishing_through_a_group_is_about_the_pods_up_to_it()
    {
        var fleet = Initialized(new() { GroupBy = GroupBy.DeploymentUnit });

        var foreseen = Foresight.Of(fleet.Seen(), Asked(CommandVerb.Publish, group: 1));

        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-gz00a-2", "cart-gz00a-3"], foreseen.Targets);
    }

    [Fact]
    public void What_would_be_refused_says_why_and_acts_on_nothing()
    {
        var fleet = Initialized().Workload("cart", workload => workload with { Updated = 3 });

        var foreseen = Foresight.Of(fleet.Seen(), Asked(CommandVerb.Publish));

        Assert.Equal("Publish: Deployment cart is in the middle of its own rollout (3 of 8 pods updated)", foreseen.Refusal);
        Assert.Empty(foreseen.First);
    }

    [Fact]
    public void Cancelling_an_unpublished_ticket_touches_no_pod()
    {
        var foreseen = Foresight.Of(Initialized().Seen(), Asked(CommandVerb.Cancel, reason: "no"));

        Assert.Empty(foreseen.First);
        Assert.Equal(TicketPhase.Cancelled, foreseen.Phase);
        Assert.Equal(8, foreseen.Targets.Count);
    }

    [Fact]
    public void Every_verb_that_is_allowed_has_a_button_and_buttons_keep_their_places()
    {
        foreach (var phase in Enum.GetValues<TicketPhase>())
        {
            var shown = Actions.Shown(phase, approvable: true);

            Assert.Empty(Enum.GetValues<CommandVerb>().Where(verb => TicketCommands.IsAllowed(verb, phase)).Except(shown));
            Assert.Equal([CommandVerb.Confirm, CommandVerb.Retry, CommandVerb.Skip, CommandVerb.Cancel], [shown[1], shown[3], shown[4], shown[5]]);
        }
    }
}
