using CsCheck;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class GroupPlanTests
{
    static IReadOnlyList<FrozenPod> Pods(string service, params (string Unit, int Count)[] units) =>
    [
        .. units.SelectMany(unit => Enumerable.Range(0, unit.Count).Select(i => new FrozenPod
        {
            Service = service, Workload = new() { Kind = "Deployment", Name = service, Uid = service },
            Name = $"{service}-{unit.Unit.ToLowerInvariant()}-{i}", Uid = $"{service}-{unit.Unit}-{i}", Unit = unit.Unit,
        })),
    ];

    static IReadOnlyList<PlannedGroup> Plan(IReadOnlyList<FrozenPod> pods, ReleasePolicy? policy) =>
        GroupPlan.Of(pods, [.. pods.Select(pod => pod.Service).Distinct().Select(service => new TicketTarget { Service = service, All = true })], policy);

    static IReadOnlyList<string> Shape(IEnumerable<PlannedGroup> groups, params string[] units) =>
        [.. groups.Select(group => $"({string.Join(',', units.Select(unit => group.Pods.Count(pod => pod.Unit == unit)))})")];

    [Fact]
    public void Without_a_policy_there_is_one_group()
    {
        var group = Assert.Single(Plan(Pods("cart", ("GZ00A", 5), ("GZ00B", 3)), null));

        Assert.Equal(("all", 8), (group.Name, group.Pods.Count));
    }

    [Fact]
    public void By_deployment_unit_there_is_a_group_per_unit_by_name()
    {
        var groups = Plan(Pods("cart", ("GZ00B", 2), ("GZ00A", 3), ("-", 1)), new() { GroupBy = GroupBy.DeploymentUnit });

        Assert.Equal(["-", "GZ00A", "GZ00B"], groups.Select(group => group.Name));
        Assert.Equal([1, 3, 2], groups.Select(group => group.Pods.Count));
    }

    [Fact]
    public void The_unit_order_goes_first_and_other_units_follow_by_name()
    {
        var groups = Plan(Pods("cart", ("GZ00A", 1), ("GZ00B", 1), ("GZ00C", 1)), new() { GroupBy = GroupBy.DeploymentUnit, UnitOrder = ["GZ00C"] });

        Assert.Equal(["GZ00C", "GZ00A", "GZ00B"], groups.Select(group => group.Name));
    }

    [Fact]
    public void A_percentage_is_taken_from_every_unit_until_none_is_left()
    {
        var groups = Plan(Pods("cart", ("GZ00A", 10), ("GZ00B", 4)), new() { GroupBy = GroupBy.UnitPercentage, Percentage = 30 });

        Assert.Equal(["(3,2)", "(3,2)", "(3,0)", "(1,0)"], Shape(groups, "GZ00A", "GZ00B"));
    }

    [Fact]
    public void A_pod_count_is_spread_evenly_over_the_units()
    {
        var groups = Plan(Pods("cart", ("GZ00A", 4), ("GZ00B", 4)), new() { GroupBy = GroupBy.PodCount, GroupSize = 4 });

        Assert.Equal(["(2,2)", "(2,2)"], Shape(groups, "GZ00A", "GZ00B"));
    }

    [Fact]
    public void Beta_begins_with_one_pod_of_every_unit()
    {
        var groups = Plan(Pods("cart", ("GZ00A", 5), ("GZ00B", 5)), new() { GroupBy = GroupBy.PodCount, GroupSize = 4, Beta = true });

        Assert.Equal([2, 4, 4], groups.Select(group => group.Pods.Count));
        Assert.Equal("beta", groups[0].Name);
    }

    [Fact]
    public void Beta_takes_one_pod_of_every_unit_of_every_service()
    {
        var groups = Plan([.. Pods("cart", ("GZ00A", 3), ("GZ00B", 3)), .. Pods("catalog", ("GZ00A", 2))], new() { GroupBy = GroupBy.DeploymentUnit, Beta = true });

        Assert.Equal(["cart-gz00a-0", "catalog-gz00a-0", "cart-gz00b-0"], groups[0].Pods.Select(pod => pod.Name));
    }

    [Fact]
    public void A_group_size_caps_the_groups_of_any_policy()
    {
        var groups = Plan(Pods("cart", ("GZ00A", 5), ("GZ00B", 2)), new() { GroupBy = GroupBy.DeploymentUnit, GroupSize = 2 });

        Assert.Equal(["GZ00A 1 of 3", "GZ00A 2 of 3", "GZ00A 3 of 3", "GZ00B"], groups.Select(group => group.Name));
    }

    [Fact]
    public void Independent_services_share_groups_and_dependent_ones_come_later()
    {
        var pods = new[] { "catalog", "cart", "payment" }.SelectMany(service => Pods(service, ("GZ00A", 2))).ToList();
        TicketTarget[] targets = [new() { Service = "payment", All = true, After = ["cart"] }, new() { Service = "cart", All = true }, new() { Service = "catalog", All = true }];

        var groups = GroupPlan.Of(pods, targets, null);

        Assert.Equal(["cart+catalog: all", "payment: all"], groups.Select(group => group.Name));
        Assert.Equal([4, 2], groups.Select(group => group.Pods.Count));
    }

    static readonly Gen<ReleasePolicy?> Policies =
        from groupBy in Gen.Enum<GroupBy>()
        from percentage in Gen.Int[1, 100]
        from size in Gen.Int[1, 40]
        from beta in Gen.Bool
        from capped in Gen.Bool
        select new ReleasePolicy
        {
            GroupBy = groupBy, Beta = beta,
            Percentage = groupBy == GroupBy.UnitPercentage ? percentage : null,
            GroupSize = groupBy == GroupBy.PodCount || capped ? size : null,
        };

    [Fact]
    public void Every_chosen_pod_is_in_exactly_one_group_no_group_is_empty_and_caps_hold()
    {
        var fleets = Gen.Select(Gen.Int[0, 30], Gen.Int[0, 30], Gen.Int[1, 30]);

        Gen.Select(fleets, Policies).Sample((fleet, policy) =>
        {
            var pods = Pods("cart", ("GZ00A", fleet.Item1), ("GZ00B", fleet.Item2), ("-", fleet.Item3));

            var groups = Plan(pods, policy);

            Assert.Equal(pods.Select(pod => pod.Uid).Order(), groups.SelectMany(group => group.Pods).Select(pod => pod.Uid).Order());
            Assert.All(groups, group => Assert.NotEmpty(group.Pods));
            Assert.Equal(Enumerable.Range(1, groups.Count), groups.Select(group => group.Number));
            Assert.All(groups.Where(group => group.Name != "beta"), group => Assert.True(policy!.GroupSize is null || group.Pods.Count <= policy.GroupSize));
        });
    }
}
