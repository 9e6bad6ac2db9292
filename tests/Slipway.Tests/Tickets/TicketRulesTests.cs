using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

public sealed class TicketRulesTests
{
    static readonly OpsTicketSpec Good = Specs.Of(Operation.Restart, "cart");

    static readonly TicketCommand Publish = new() { Id = "publish-1", Verb = CommandVerb.Publish, By = "ops", At = Fleet.Noon };

    static IReadOnlyList<RuleViolation> Check(OpsTicketSpec spec, string name = "ot-1") => TicketRules.Check(new() { Metadata = new() { Name = name, Namespace = "shop" }, Spec = spec });

    public static TheoryData<string, OpsTicketSpec> GoodTickets => new()
    {
        { "the smallest", Good },
        { "a title of 50 characters", Good with { Title = new string('x', 50) } },
        { "a title of 50 emoji", Good with { Title = string.Concat(Enumerable.Repeat("🚀", 50)) } },
        { "named pods", Specs.OnPods(Operation.Replace, "cart", "cart-1", "cart-2") },
        { "a selector", Good with { Targets = [new() { Service = "cart", Selector = new Dictionary<string, string> { ["tier"] = "web" } }] } },
        { "by unit with an order", Good with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit, UnitOrder = ["GZ00B"] } } },
        { "one percent", Good with { ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage, Percentage = 1 } } },
        { "a hundred percent", Good with { ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage, Percentage = 100 } } },
        { "a count of one", Good with { ReleasePolicy = new() { GroupBy = GroupBy.PodCount, GroupSize = 1 } } },
        { "one may be unavailable", Good with { Guard = new() { MaxUnavailable = IntOrPercent.Count(1) } } },
        { "all may be unavailable", Good with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(100) } } },
        { "no seconds of readiness", Good with { Guard = new() { ReadySeconds = 0 } } },
        { "a window over midnight", Good with { Schedule = new() { Window = "22:00-04:00" } } },
        { "an order of services", Specs.Of(Operation.Restart, "cart", "catalog") with { Targets = [new() { Service = "cart", All = true, After = ["catalog"] }, new() { Service = "catalog", All = true }] } },
        { "a signed command", Good with { Commands = [Publish] } },
        { "a cancellation with its reason", Good with { Commands = [Publish with { Id = "c", Verb = CommandVerb.Cancel, Reason = new string('x', 100) }] } },
        { "weights for a shift", new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 1 }, new() { Unit = "GZ00B", Weight = 100 }] } },
    };

    [Theory]
    [MemberData(nameof(GoodTickets))]
    public void A_good_ticket_breaks_no_rule(string what, OpsTicketSpec spec) => Assert.True(Check(spec) is [], what);

    public static TheoryData<string, string, OpsTicketSpec> BadTickets => new()
    {
        { "spec.title", "spec.title has 0 characters; 1 to 50 are allowed", Good with { Title = "" } },
        { "spec.title", "spec.title has 51 characters; 1 to 50 are allowed", Good with { Title = new string('x', 51) } },
        { "spec.targets", "spec.targets is empty; name at least one service", Good with { Targets = [] } },
        { "spec.targets", "spec.targets names service cart 2 times; once is allowed", Specs.Of(Operation.Restart, "cart", "cart") },
        { "spec.targets", "spec.targets names 51 services; at most 50 are allowed", Specs.Of(Operation.Restart, [.. Enumerable.Range(0, 51).Select(i => $"s{i}")]) },
        { "spec.targets[0].service", "spec.targets[0].service is empty; name an application service", Specs.Of(Operation.Restart, "") },
        { "spec.targets[0]", "spec.targets[0] gives 0 of pods, selector and all; exactly one is needed", Good with { Targets = [new() { Service = "cart" }] } },
        { "spec.targets[0]", "spec.targets[0] gives 2 of pods, selector and all; exactly one is needed", Good with { Targets = [new() { Service = "cart", All = true, Pods = ["a"] }] } },
        { "spec.targets[0].pods", "spec.targets[0].pods is empty; name at least one pod", Specs.OnPods(Operation.Restart, "cart") },
        { "spec.targets[0].pods", "spec.targets[0].pods names pod a 2 times; once is allowed", Specs.OnPods(Operation.Restart, "cart", "a", "a") },
        { "spec.targets[0].pods", "spec.targets[0].pods names 3001 pods; at most 3000 are allowed", Specs.OnPods(Operation.Restart, "cart", [.. Enumerable.Range(0, 3001).Select(i => $"p{i}")]) },
        { "spec.targets[0].after", "spec.targets[0].after names service catalog, which is not in this ticket; it has cart", Good with { Targets = [new() { Service = "cart", All = true, After = ["catalog"] }] } },
        { "spec.targets", "the services a, b wait for each other by after; one of them must come first", Good with { Targets = [new() { Service = "a", All = true, After = ["b"] }, new() { Service = "b", All = true, After = ["a"] }] } },
        { "spec.targets", "the services a wait for each other by after; one of them must come first", Good with { Targets = [new() { Service = "a", All = true, After = ["a"] }] } },
        { "spec.weights", "spec.weights is given for Restart; it is allowed for ShiftTraffic only", Good with { Weights = [new() { Unit = "GZ00A", Weight = 1 }] } },
        { "spec.weights", "spec.weights is empty; ShiftTraffic needs a weight for each deployment unit", new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }] } },
        { "spec.weights[GZ00A].weight", "spec.weights[GZ00A].weight is 0; 1 to 100 are allowed", new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 0 }] } },
        { "spec.weights[GZ00A].weight", "spec.weights[GZ00A].weight is 101; 1 to 100 are allowed", new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 101 }] } },
        { "spec.targets[0]", "spec.targets[0] chooses pods; ShiftTraffic takes services only", new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart", All = true }], Weights = [new() { Unit = "GZ00A", Weight = 1 }] } },
        { "spec.restart", "spec.restart is given for Replace; it is allowed for Restart only", Specs.Of(Operation.Replace, "cart") with { Restart = new() } },
        { "spec.replace", "spec.replace is given for Restart; it is allowed for Replace only", Good with { Replace = new() } },
        { "spec.drain.seconds", "spec.drain.seconds is -1; 0 to 3600 are allowed", Good with { Drain = new() { Seconds = -1 } } },
        { "spec.ttlSecondsAfterFinished", "spec.ttlSecondsAfterFinished is -1; 0 to 31536000 are allowed", Good with { TtlSecondsAfterFinished = -1 } },
        { "spec.releasePolicy.percentage", "spec.releasePolicy.percentage is missing; groupBy UnitPercentage needs 1 to 100", Good with { ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage } } },
        { "spec.releasePolicy.percentage", "spec.releasePolicy.percentage is 0; 1 to 100 are allowed", Good with { ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage, Percentage = 0 } } },
        { "spec.releasePolicy.percentage", "spec.releasePolicy.percentage is 101; 1 to 100 are allowed", Good with { ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage, Percentage = 101 } } },
        { "spec.releasePolicy.percentage", "spec.releasePolicy.percentage is 30; it is allowed with groupBy UnitPercentage only", Good with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit, Percentage = 30 } } },
        { "spec.releasePolicy.groupSize", "spec.releasePolicy.groupSize is missing; groupBy PodCount needs 1 to 3000", Good with { ReleasePolicy = new() { GroupBy = GroupBy.PodCount } } },
        { "spec.releasePolicy.groupSize", "spec.releasePolicy.groupSize is 0; 1 to 3000 are allowed", Good with { ReleasePolicy = new() { GroupBy = GroupBy.PodCount, GroupSize = 0 } } },
        { "spec.releasePolicy.soakSeconds", "spec.releasePolicy.soakSeconds is 86401; 0 to 86400 are allowed", Good with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit, SoakSeconds = 86_401 } } },
        { "spec.guard.maxUnavailable", "spec.guard.maxUnavailable is 0; 1% to 100%, or a number from 1, are allowed", Good with { Guard = new() { MaxUnavailable = IntOrPercent.Count(0) } } },
        { "spec.guard.maxUnavailable", "spec.guard.maxUnavailable is 101%; 1% to 100%, or a number from 1, are allowed", Good with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(101) } } },
        { "spec.guard.failureThreshold", "spec.guard.failureThreshold is -1; 0 to 3000 are allowed", Good with { Guard = new() { FailureThreshold = -1 } } },
        { "spec.guard.readySeconds", "spec.guard.readySeconds is 30; it must be less than podDeadlineSeconds (30), or no pod could succeed", Good with { Guard = new() { PodDeadlineSeconds = 30 } } },
        { "spec.guard.readySeconds", "spec.guard.readySeconds is -5; 0 to 3600 are allowed", Good with { Guard = new() { ReadySeconds = -5 } } },
        { "spec.schedule.window", "spec.schedule.window is \"tonight\"; \"HH:mm-HH:mm\" (UTC) is allowed, such as \"22:00-04:00\"", Good with { Schedule = new() { Window = "tonight" } } },
        { "spec.commands[0].reason", "spec.commands[0].reason is missing; Cancel needs a reason of 1 to 100 characters", Good with { Commands = [Publish with { Verb = CommandVerb.Cancel }] } },
        { "spec.commands[0].reason", "spec.commands[0].reason has 101 characters; at most 100 are allowed", Good with { Commands = [Publish with { Reason = new string('x', 101) }] } },
        { "spec.commands", "spec.commands has the id publish-1 2 times; once is allowed", Good with { Commands = [Publish, Publish] } },
        { "spec.commands[0].by", "spec.commands[0].by has 0 characters; 1 to 253 are allowed", Good with { Commands = [Publish with { By = "" }] } },
        { "spec.commands[0].group", "spec.commands[0].group is 0; 1 to 3000 are allowed", Good with { Commands = [Publish with { Group = 0 }] } },
    };

    [Theory]
    [MemberData(nameof(BadTickets))]
    public void A_bad_ticket_gets_a_sentence_with_field_value_and_what_is_allowed(string field, string sentence, OpsTicketSpec spec) =>
        Assert.Contains(new RuleViolation(field, sentence), Check(spec));

    [Fact]
    public void A_name_that_leaves_no_room_for_its_groups_is_refused() => Assert.Equal("metadata.name", Assert.Single(Check(Good, new string('x', 201))).Field);

    [Fact]
    public void Only_commands_can_be_added()
    {
        var stored = new OpsTicket { Metadata = new() { Name = "ot-1" }, Spec = Good with { Commands = [Publish] } };

        Assert.Empty(TicketRules.CheckUpdate(stored, stored with { Spec = stored.Spec with { Commands = [Publish, Publish with { Id = "pause", Verb = CommandVerb.Pause }] } }));
        Assert.Equal(["spec.title"], TicketRules.CheckUpdate(stored, stored with { Spec = stored.Spec with { Title = "other" } }).Select(violation => violation.Field));
        Assert.Equal(["spec.guard"], TicketRules.CheckUpdate(stored, stored with { Spec = stored.Spec with { Guard = new() { FailureThreshold = 9 } } }).Select(violation => violation.Field));
        Assert.Equal(["spec.commands[0]"], TicketRules.CheckUpdate(stored, stored with { Spec = stored.Spec with { Commands = [] } }).Select(violation => violation.Field));
        Assert.Equal(["spec.commands[0]"], TicketRules.CheckUpdate(stored, stored with { Spec = stored.Spec with { Commands = [Publish with { By = "mallory" }] } }).Select(violation => violation.Field));
    }
}
