using Slipway.Policies;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

/// <summary>A second person where an OpsPolicy wants one.</summary>
public sealed class TicketApprovalTests
{
    const string Waits = "OpsPolicy house wants this approved by somebody else than alice";

    static Fleet Shop(params PolicyApproval[] approvals)
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 4)).With(Specs.Of(Operation.Restart, "cart") with { RequestedBy = "alice" }).Policy("house", new() { Approvals = approvals });
        fleet.Step();
        return fleet;
    }

    static string? Answer(Fleet fleet) => fleet.Ticket.Status!.AcknowledgedCommands![^1].Message;

    [Fact]
    public void A_published_ticket_touches_nothing_before_somebody_else_has_approved_it()
    {
        var fleet = Shop(new PolicyApproval());

        fleet.Command(CommandVerb.Publish).Step();
        fleet.Step();
        var waiting = fleet.Ticket.Status!;
        fleet.Command(CommandVerb.Approve, by: "carol").Step();
        var acts = fleet.Step();

        Assert.Equal(TicketPhase.Executing, waiting.Phase);
        Assert.EndsWith(Waits, waiting.Message);
        Assert.Equal(("False", "ApprovalNeeded"), waiting.Conditions!.Where(condition => condition.Type == "Approved").Select(condition => (condition.Status, condition.Reason)).Single());
        Assert.NotEmpty(acts);
        Assert.Equal("carol", fleet.Ticket.Status!.ApprovedBy);
    }

    [Fact]
    public void It_can_be_approved_before_it_is_published()
    {
        var fleet = Shop(new PolicyApproval());
        var before = fleet.Ticket.Status!.Message;

        fleet.Command(CommandVerb.Approve, by: "carol").Step();
        fleet.Command(CommandVerb.Publish).Step();
        var acts = fleet.Step();

        Assert.EndsWith(Waits, before);
        Assert.NotEmpty(acts);
    }

    [Theory]
    [InlineData("alice", "Approve: alice requested this ticket; somebody else approves it")]
    [InlineData("carol", null)]
    public void The_requester_cannot_be_the_second_person(string by, string? refusal)
    {
        var fleet = Shop(new PolicyApproval());

        fleet.Command(CommandVerb.Approve, by: by).Step();

        Assert.Equal(refusal, Answer(fleet));
        Assert.Equal(refusal is null ? by : null, fleet.Ticket.Status!.ApprovedBy);
    }

    [Fact]
    public void Approving_twice_or_what_nobody_asks_to_approve_is_refused_with_a_sentence()
    {
        var (twice, without) = (Shop(new PolicyApproval()), Shop());

        twice.Command(CommandVerb.Approve, by: "carol").Step();
        twice.Command(CommandVerb.Approve, by: "dave").Step();
        without.Command(CommandVerb.Approve, by: "carol").Step();

        Assert.Equal("Approve: carol has approved this ticket already", Answer(twice));
        Assert.Equal("Approve: no OpsPolicy asks for an approval of this ticket", Answer(without));
    }

    public static TheoryData<PolicyApproval, bool> Rules => new()
    {
        { new(), true },
        { new() { Operations = [Operation.Replace, Operation.ScaleIn] }, false },
        { new() { Operations = [Operation.Restart] }, true },
        { new() { Match = new() { Services = ["cart"] } }, true },
        { new() { Match = new() { Services = ["catalog"] } }, false },
        { new() { Match = new() { Namespaces = ["prod"] } }, false },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_about_the_services_and_operations_it_names(PolicyApproval rule, bool asks) => Assert.Equal(asks ? "house" : null, TicketApproval.NeededBy(Shop(rule).Seen()));

    [Fact]
    public void The_plan_and_the_story_say_that_it_waits_and_that_approving_is_allowed_now()
    {
        var seen = Shop(new PolicyApproval()).Seen();

        Assert.Contains(Waits, TicketPlan.Of(seen).Blocks);
        Assert.Contains("Allowed now: Publish, Skip, Cancel, Approve.", TicketStory.Of(seen).Sentences);
    }
}
