using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Tickets;

/// <summary>Before every group it is asked whether the requester may still do by hand what the ticket does.</summary>
public sealed class RequesterRightsTests
{
    const string Roles = """
        {"metadata":{"name":"operators","namespace":"shop"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"edit"},
         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"operators"}]}
        """;

    static OpsTicketSpec Replace(params string[] groups) => Specs.Of(Operation.Replace, "cart") with
    {
        RequestedBy = "alice",
        RequesterGroups = groups.Length == 0 ? null : groups,
        ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit },
        Guard = new() { MaxUnavailable = IntOrPercent.Percent(100) },
    };

    static SimulatedWorld Shop()
    {
        var world = new SimulatedWorld(rbac: true);
        world.Apply(RbacKinds.RoleBindings, Roles);
        world.Deployment("cart", 4);
        world.StartOperator();
        world.Settle();
        return world;
    }

    static List<OperatorCall> Questions(SimulatedWorld world) => [.. world.Calls.Where(call => call.Path.EndsWith("/subjectaccessreviews", StringComparison.Ordinal))];

    static TicketPhase? Phase(SimulatedWorld world) => world.Ticket("ot-1").Status?.Phase;

    [Fact]
    public void It_is_asked_once_a_group()
    {
        using var world = Shop();

        world.Submit("ot-1", Replace("operators"));
        world.RunUntil(() => Phase(world) is TicketPhase.Succeeded or TicketPhase.Failed, TimeSpan.FromMinutes(20));

        Assert.Equal(TicketPhase.Succeeded, Phase(world));
        Assert.Equal(world.Groups("ot-1").Count, Questions(world).Count);
        Assert.All(Questions(world), question => Assert.Contains("\"user\":\"alice\"", question.Body));
    }

    [Fact]
    public void Who_loses_the_right_while_a_group_runs_stops_the_ticket_before_the_next_and_who_gets_it_back_lets_it_go_on()
    {
        using var world = Shop();
        world.Submit("ot-1", Replace("operators"));
        world.RunUntil(() => world.Groups("ot-1").Any(group => group.Status?.StartedAt is not null), TimeSpan.FromMinutes(5));

        world.Cluster.Objects.Delete(RbacKinds.RoleBindings, new("shop", "operators"));
        world.Run(TimeSpan.FromMinutes(20));
        var (held, done) = (world.Ticket("ot-1").Status!, world.Groups("ot-1").Select(group => group.Status?.State).ToList());
        world.Apply(RbacKinds.RoleBindings, Roles);
        world.RunUntil(() => Phase(world) == TicketPhase.Succeeded, TimeSpan.FromMinutes(20));

        Assert.Equal((TicketPhase.Executing, "alice may not create pods/eviction in namespace shop any more, which a Replace ticket does"), (held.Phase!.Value, held.RequesterRefusal));
        Assert.EndsWith(held.RequesterRefusal!, held.Message);
        Assert.Equal([GroupState.Succeeded, null], done);
        Assert.Equal(TicketPhase.Succeeded, Phase(world));
        Assert.Null(world.Ticket("ot-1").Status!.RequesterRefusal);
    }

    [Fact]
    public void Nobody_is_asked_about_a_requester_whom_no_admission_has_vouched_for()
    {
        using var world = Shop();

        world.Submit("ot-1", Replace());
        world.RunUntil(() => Phase(world) is TicketPhase.Succeeded or TicketPhase.Failed, TimeSpan.FromMinutes(20));

        Assert.Equal((TicketPhase.Succeeded, 0), (Phase(world)!.Value, Questions(world).Count));
    }

    [Fact]
    public void An_answer_holds_for_half_a_minute_and_a_server_without_answers_leaves_it_to_the_acts()
    {
        var fleet = new Fleet().Deployment("cart", ("GZ00A", 4)).With(Replace("operators"));
        fleet.Step();
        fleet.Command(CommandVerb.Publish);

        var asked = TicketDecision.Decide(fleet.Seen());
        fleet.Requester = new(null, fleet.Now);
        var unanswered = TicketDecision.Decide(fleet.Seen());
        fleet.Requester = new(true, fleet.Now - TimeSpan.FromSeconds(30));
        var stale = TicketDecision.Decide(fleet.Seen());

        Assert.Equal([1, 0, 1], new[] { asked, unanswered, stale }.Select(decision => decision.Changes.OfType<TicketChange.AskRequester>().Count()));
        Assert.Single(unanswered.Changes.OfType<TicketChange.RecordGroup>());
    }
}
