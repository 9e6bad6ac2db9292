using Slipway.Tickets;
using Slipway.Web.Live;
using Xunit;

namespace Slipway.Tests.Web.Looks;

/// <summary>Rows are made once for all who look, and anew when a record is replaced.</summary>
public sealed class TicketLinesTests
{
    readonly TicketLines _lines = new();

    static OpsTicket Ticket => new() { Metadata = new() { Name = "ot", Namespace = "shop", Uid = "uid-1" }, Spec = new() { Title = "t", Operation = Operation.Replace, Targets = [] } };

    [Fact]
    public void Whoever_looks_at_the_same_records_gets_the_same_rows()
    {
        OpsTicketGroup[] groups = [Group(1, PodState.NotUpdated), Group(2, PodState.NotUpdated)];

        var (first, second) = (_lines.Of(Ticket, groups), _lines.Of(Ticket, [.. groups]));

        Assert.Same(first, second);
        Assert.Equal(2, first.Count);
    }

    [Fact]
    public void A_replaced_record_shows_in_the_next_look()
    {
        var (unchanged, before) = (Group(1, PodState.NotUpdated), Group(2, PodState.Updating));
        var first = _lines.Of(Ticket, [unchanged, before]);

        var second = _lines.Of(Ticket, [unchanged, before with { Status = Group(2, PodState.UpdateSuccessful).Status }]);

        Assert.Equal(PodState.Updating, first[1].Result.State);
        Assert.Equal(PodState.UpdateSuccessful, second[1].Result.State);
    }

    static OpsTicketGroup Group(int number, PodState state) => new()
    {
        Metadata = new() { Name = $"ot-{number}", Namespace = "shop", Uid = $"uid-{number}" },
        Spec = new()
        {
            Ticket = "ot", Number = number, Name = $"{number}", Part = 1,
            Pods = [new() { Service = "cart", Workload = new() { Kind = "Deployment", Name = "cart", Uid = "w" }, Name = $"cart-{number}", Uid = $"p-{number}", Unit = "GZ00A" }],
        },
        Status = new() { Pods = [new() { Name = $"cart-{number}", State = state }] },
    };
}
