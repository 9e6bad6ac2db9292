using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Web.Looks;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Web.Looks;

public sealed class PodChoiceTests
{
    static Fleet Shop() => new Fleet().StatefulSet("cart", ("GZ00A", 3), ("GZ00B", 2))
        .With(new() { Title = "", Operation = Operation.Restart, Targets = [new() { Service = "cart", All = true }] });

    static IReadOnlyList<PodOffer> Offers(Fleet fleet, params PodSeen[] others)
    {
        var seen = fleet.Seen();
        return PodOffer.Of([.. seen.Services["cart"].Pods, .. others], seen);
    }

    [Fact]
    public void A_pod_that_can_be_chosen_gives_no_reason() => Assert.All(Offers(Shop()), offer => Assert.Null(offer.WhyNot));

    [Fact]
    public void A_pod_that_another_ticket_holds_names_that_ticket()
    {
        var fleet = Shop();
        fleet.HeldByOthers[fleet["cart-gz00a-1"].Uid] = new("ot-9", TicketPhase.Executing);

        var held = Offers(fleet).Where(offer => offer.WhyNot is not null);

        Assert.Equal(["Ticket ot-9 holds it (Executing)"], held.Select(offer => offer.WhyNot));
    }

    [Fact]
    public void A_pod_that_is_terminating_or_in_a_rollout_or_of_no_workload_says_so()
    {
        var leaving = Shop();
        leaving["cart-gz00a-0"] = leaving["cart-gz00a-0"] with { Terminating = true };
        var rolling = Shop().Workload("cart", workload => workload with { UpdateRevision = "b", Updated = 2 });
        var lonely = Shop()["cart-gz00a-0"] with { Key = new("shop", "lonely"), Uid = "uid-lonely", Controller = null };

        Assert.Equal("Pod cart-gz00a-0 is terminating", Offers(leaving).First(offer => offer.Name == "cart-gz00a-0").WhyNot);
        Assert.All(Offers(rolling), offer => Assert.Equal("StatefulSet cart is in the middle of its own rollout (2 of 5 pods updated)", offer.WhyNot));
        Assert.Equal("Pod lonely belongs to no workload; nothing would bring it back", Offers(Shop(), new PodSeen(lonely, "GZ00A")).First(offer => offer.Name == "lonely").WhyNot);
    }

    [Theory]
    [InlineData("", "0 1 7 12 x")]
    [InlineData("0-3", "0 1")]
    [InlineData("7", "7")]
    [InlineData("0-1, 12", "0 1 12")]
    [InlineData("1，12", "1 12")]
    public void Numbers_choose_by_what_stands_after_the_last_hyphen(string typed, string chosen)
    {
        string[] pods = ["cart-0", "cart-1", "cart-7", "cart-12", "cart-x"];

        Assert.True(NumberRanges.TryParse(typed, out var numbers));

        Assert.Equal(chosen.Split(' '), pods.Where(numbers.Has).Select(pod => pod["cart-".Length..]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("99999999999")]
    [InlineData("-5")]
    public void Numbers_that_cannot_be_read_choose_nothing(string typed)
    {
        Assert.False(NumberRanges.TryParse(typed, out _));
        Assert.Empty(new PodFilter(Numbers: typed).Of(Offers(Shop())));
    }

    [Fact]
    public void A_filter_asks_for_service_unit_state_and_name_together()
    {
        var fleet = Shop();
        fleet["cart-gz00a-2"] = fleet["cart-gz00a-2"] with { Ready = false };

        var found = new PodFilter("cart", "GZ00A", null, PodFilter.Ready, "GZ00", "1-9").Of(Offers(fleet));

        Assert.Equal(["cart-gz00a-1"], found.Select(offer => offer.Name));
    }
}
