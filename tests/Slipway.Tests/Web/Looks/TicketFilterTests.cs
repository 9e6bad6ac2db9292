using CsCheck;
using Slipway.Tickets;
using Slipway.Web.Looks;
using Xunit;

namespace Slipway.Tests.Web.Looks;

public sealed class TicketFilterTests
{
    static readonly Gen<string?> Texts = Gen.OneOf(Gen.Const((string?)null), Gen.String[1, 20].Select(text => string.IsNullOrWhiteSpace(text) ? null : text.Trim()));

    static readonly Gen<TicketFilter> Filters =
        from texts in Texts.Array[5]
        from state in Gen.OneOf(Gen.Const((TicketPhase?)null), Gen.Enum<TicketPhase>().Select(phase => (TicketPhase?)phase))
        from operation in Gen.OneOf(Gen.Const((Operation?)null), Gen.Enum<Operation>().Select(operation => (Operation?)operation))
        from attention in Gen.Bool
        from day in Gen.Int[0, 20_000]
        from page in Gen.Int[1, 50]
        select new TicketFilter
        {
            Search = texts[0], Service = texts[1], Unit = texts[2], Requester = texts[3], Namespace = texts[4],
            State = state, Operation = operation, Attention = attention, From = day == 0 ? null : DateOnly.FromDayNumber(700_000 + day), Page = page,
        };

    [Fact]
    public void A_filter_is_the_address_and_the_address_the_filter() =>
        Filters.Sample(filter => TicketFilter.Of(new Uri(new Uri("http://console"), filter.ToAddress()).Query) == filter);

    [Fact]
    public void A_query_that_nobody_understands_filters_nothing() =>
        Assert.Equal(new TicketFilter(), TicketFilter.Of("?state=Nonsense&page=-3&from=yesterday&operation=7&q=%20&unknown=1"));

    [Theory]
    [InlineData("?q=cart", true)]
    [InlineData("?q=OT-1", true)]
    [InlineData("?q=catalog", false)]
    [InlineData("?service=car", true)]
    [InlineData("?unit=gz00a", true)]
    [InlineData("?unit=GZ00C", false)]
    [InlineData("?requester=ann", true)]
    [InlineData("?ns=shop", true)]
    [InlineData("?ns=sho", false)]
    [InlineData("?operation=restart", true)]
    [InlineData("?from=2026-01-05&to=2026-01-05", true)]
    [InlineData("?from=2026-01-06", false)]
    public void Each_part_of_a_filter_asks_about_its_own_field(string query, bool matches) =>
        Assert.Equal(matches, TicketFilter.Of(query).MatchesRest(Given.Ticket("ot-1", title: "Restart cart pods")));

    [Fact]
    public void Whatever_waits_for_a_person_needs_attention()
    {
        var waiting = Enum.GetValues<TicketPhase>().Where(TicketFilter.NeedsAttention);

        Assert.Equal([TicketPhase.Initialized, TicketPhase.InitializeFailed, TicketPhase.WaitingForConfirmation, TicketPhase.Paused, TicketPhase.Failed], waiting);
    }

    [Fact]
    public void Rows_keep_their_places_while_states_change_and_new_tickets_are_only_announced()
    {
        OpsTicket[] before = [Given.Ticket("ot-1", minutes: 1), Given.Ticket("ot-2", minutes: 2), Given.Ticket("ot-3", minutes: 3)];
        var opened = before.Select(ticket => ticket.Uid).ToHashSet();
        OpsTicket[] after = [before[0] with { Status = new() { Phase = TicketPhase.Failed } }, before[2], before[1], Given.Ticket("ot-4", minutes: 4)];

        var page = TicketPage.Of(after, new(), opened);

        Assert.Equal(TicketPage.Of(before, new(), opened).Rows.Select(row => row.Uid), page.Rows.Select(row => row.Uid));
        Assert.Equal(1, page.Newer);
        Assert.Equal(1, page.Counts[TicketPhase.Failed]);
    }

    [Fact]
    public void A_page_beyond_the_last_is_the_last()
    {
        var tickets = Enumerable.Range(0, 60).Select(i => Given.Ticket($"ot-{i}", minutes: i)).ToList();

        var page = TicketPage.Of(tickets, new() { Page = 99 }, null);

        Assert.Equal((3, 3, 10, 60), (page.Page, page.Pages, page.Rows.Count, page.Total));
    }
}

/// <summary>Tickets as a list has them.</summary>
static class Given
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    public static OpsTicket Ticket(string name, string title = "Restart cart pods", TicketPhase phase = TicketPhase.Initialized, int minutes = 0) => new()
    {
        Metadata = new() { Name = name, Namespace = "shop", Uid = $"uid-{name}", CreationTimestamp = Start.AddMinutes(minutes) },
        Spec = new() { Title = title, Operation = Operation.Restart, RequestedBy = "ann", Targets = [new() { Service = "cart", All = true }] },
        Status = new()
        {
            Phase = phase,
            Groups = [new() { Number = 1, Name = "GZ00A", Units = ["GZ00A"], State = GroupState.Waiting, Counts = new() { Total = 1, NotUpdated = 1, Updating = 0, Successful = 0, Failed = 0, Skipped = 0 } }],
        },
    };
}
