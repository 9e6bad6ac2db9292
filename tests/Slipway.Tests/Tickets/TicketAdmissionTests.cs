using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class TicketAdmissionTests
{
    static readonly string[] Groups = ["operators"];

    static readonly Func<Right, bool> Everything = _ => true;

    [Fact]
    public void A_ticket_is_requested_by_who_creates_it()
    {
        Assert.Null(TicketAdmission.Refusal(null, Ticket(Operation.Restart, "ann"), "ann", Groups, Everything));
        Assert.Equal("spec.requestedBy is ann; it must be bob, who creates the ticket", TicketAdmission.Refusal(null, Ticket(Operation.Restart, "ann"), "bob", Groups, Everything));
    }

    [Theory]
    [InlineData(Operation.Restart, "patch pods")]
    [InlineData(Operation.Replace, "create pods/eviction")]
    [InlineData(Operation.ScaleIn, "patch deployments/scale.apps")]
    [InlineData(Operation.RemoveTraffic, "patch pods")]
    [InlineData(Operation.ShiftTraffic, "patch services")]
    public void Who_may_not_do_it_by_hand_may_not_ask_for_it(Operation operation, string right)
    {
        var refusal = TicketAdmission.Refusal(null, Ticket(operation, null), "bob", Groups, needed => needed.ToString() != right);

        Assert.Equal($"bob may not {right} in namespace shop, which a {operation} ticket does", refusal);
    }

    [Fact]
    public void A_command_is_signed_by_its_writer()
    {
        var stored = Ticket(Operation.Restart, "ann");

        Assert.Equal("command c-1 is signed by ann; it must be signed by its writer, bob", TicketAdmission.Refusal(stored, With(stored, CommandVerb.Pause, "ann"), "bob", Groups, Everything));
        Assert.Null(TicketAdmission.Refusal(stored, With(stored, CommandVerb.Pause, "bob"), "bob", Groups, Everything));
    }

    [Fact]
    public void What_others_wrote_before_is_not_asked_about_again()
    {
        var stored = With(Ticket(Operation.Restart, "ann"), CommandVerb.Publish, "ann");

        Assert.Null(TicketAdmission.Refusal(stored, stored, "bob", Groups, _ => false));
    }

    [Theory]
    [InlineData(CommandVerb.Publish, "publish")]
    [InlineData(CommandVerb.Cancel, "operate")]
    [InlineData(CommandVerb.Approve, "approve")]
    public void Each_command_takes_its_verb(CommandVerb verb, string needed)
    {
        var stored = Ticket(Operation.Restart, "ann");

        Assert.Equal($"bob may not {needed} tickets in namespace shop", TicketAdmission.Refusal(stored, With(stored, verb, "bob"), "bob", Groups, right => right.Verb != needed));
        Assert.Null(TicketAdmission.Refusal(stored, With(stored, verb, "bob"), "bob", Groups, right => right == new Right(needed, "slipway.dev", "opstickets")));
    }

    [Fact]
    public void Nobody_approves_their_own_ticket()
    {
        var stored = Ticket(Operation.Restart, "ann");

        Assert.Equal("a ticket is approved by someone else than its requester", TicketAdmission.Refusal(stored, With(stored, CommandVerb.Approve, "ann"), "ann", Groups, Everything));
    }

    [Fact]
    public void Every_operation_and_every_command_takes_a_right()
    {
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.NotEmpty(TicketRights.ToRequest(Ticket(operation, null).Spec).Verb));
        Assert.All(Enum.GetValues<CommandVerb>(), verb => Assert.Equal("opstickets", TicketRights.ToGive(verb).Resource));
    }

    static OpsTicket Ticket(Operation operation, string? requester) => new()
    {
        Metadata = new() { Namespace = "shop", Name = "ot" },
        Spec = new() { Title = "Restart cart", Operation = operation, RequestedBy = requester, Targets = [new() { Service = "cart", All = true }] },
    };

    static OpsTicket With(OpsTicket ticket, CommandVerb verb, string by) =>
        ticket with { Spec = ticket.Spec with { Commands = [.. ticket.Spec.Commands ?? [], new() { Id = "c-1", Verb = verb, By = by, At = DateTimeOffset.UnixEpoch, Reason = "because" }] } };
}
