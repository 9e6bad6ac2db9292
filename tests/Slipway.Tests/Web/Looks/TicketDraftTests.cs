using Slipway.Tickets;
using Slipway.Web.Looks;
using Xunit;

namespace Slipway.Tests.Web.Looks;

public sealed class TicketDraftTests
{
    static TicketDraft Complete()
    {
        var draft = new TicketDraft { Title = "Restart cart", Namespace = "shop" };
        draft.Add("cart", ["cart-10", "cart-2"]);
        return draft;
    }

    [Fact]
    public void A_plain_draft_says_nothing_that_the_schema_fills_in_anyway()
    {
        var (ticket, violations) = Complete().Build();

        Assert.Empty(violations);
        Assert.Equal(["cart-2", "cart-10"], Assert.Single(ticket.Spec.Targets).Pods);
        Assert.Equal((null, null, null, null), (ticket.Spec.Guard, ticket.Spec.Restart, ticket.Spec.ReleasePolicy, ticket.Spec.Drain));
    }

    [Theory]
    [InlineData("spec.guard.maxUnavailable", "spec.guard.maxUnavailable is \"many\"; a number or a percentage such as 25% is allowed")]
    [InlineData("spec.guard.podDeadlineSeconds", "spec.guard.podDeadlineSeconds is \"soon\"; a whole number is allowed")]
    [InlineData("spec.releasePolicy.percentage", "spec.releasePolicy.percentage is 300; 1 to 100 are allowed")]
    [InlineData("spec.title", "spec.title has 0 characters; 1 to 50 are allowed")]
    [InlineData("metadata.namespace", "metadata.namespace is empty; choose the namespace of the pods")]
    public void Each_mistake_is_told_once_beside_its_field(string field, string message)
    {
        var draft = Complete();
        (draft.Title, draft.Namespace, draft.HasPolicy, draft.GroupBy, draft.Percentage) = ("  ", "", true, GroupBy.UnitPercentage, "300");
        (draft.MaxUnavailable, draft.PodDeadlineSeconds) = ("many", "soon");

        var (_, violations) = draft.Build();

        Assert.Equal([message], violations.Where(violation => violation.Field == field).Select(violation => violation.Message));
    }

    [Fact]
    public void A_service_whose_last_pod_is_removed_leaves_the_ticket()
    {
        var draft = Complete();

        draft.Remove("cart", "cart-2");
        draft.Remove("cart", "cart-10");
        draft.Remove("cart", "cart-10");

        Assert.Equal(0, draft.PodCount);
        Assert.Empty(draft.Pods);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 12)]
    [InlineData(31, 30)]
    [InlineData(-5, 0)]
    public void Seconds_of_readiness_are_never_shown_outside_what_is_asked_for(int since, int shown)
    {
        var now = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        var pod = new FrozenPod { Service = "cart", Workload = new() { Kind = "Deployment", Name = "cart", Uid = "u" }, Name = "cart-0", Uid = "uid", Unit = "GZ00A" };
        var line = new PodLine(1, pod, new() { Name = "cart-0", State = PodState.Updating, ReadySince = now.AddSeconds(-since) });

        Assert.Equal(shown, line.ReadySeconds(TimeSpan.FromSeconds(30), now));
    }
}
