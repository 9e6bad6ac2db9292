using Slipway.Operator;
using Slipway.Runtime.Api;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Operator;

/// <summary>Whoever has rights in one namespace only still gets an answer, and is told what it leaves out.</summary>
public sealed class NarrowViewTests
{
    static SimulatedWorld Shop(string resources)
    {
        var world = new SimulatedWorld(rbac: true);
        world.Apply(RbacKinds.Roles, $$"""{"metadata":{"name":"looks","namespace":"shop"},"rules":[{"apiGroups":["","apps","policy","discovery.k8s.io","slipway.dev"],"resources":[{{resources}}],"verbs":["get","list"]}]}""");
        world.Apply(RbacKinds.RoleBindings, """
            {"metadata":{"name":"looks","namespace":"shop"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"looks"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}
            """);
        world.Deployment("cart", 3);
        world.StartOperator();
        world.Settle();
        world.Submit("ot-1", Specs.Of(Operation.Restart, "cart"));
        world.Settle();
        return world;
    }

    static TicketViews AsJane(SimulatedWorld world, List<string> told) =>
        new(new(new HttpMessageInvoker(new Jane { InnerHandler = world.Cluster.CreateHandler() }), new("http://sandbox")), world.Time, told.Add);

    [Fact]
    public async Task A_ticket_is_told_of_without_what_its_reader_may_not_see()
    {
        using var world = Shop("\"*\"");
        var told = new List<string>();

        var view = await AsJane(world, told).LookAsync(new("shop", "ot-1"), TestContext.Current.CancellationToken);

        Assert.Equal(TicketPhase.Executing, view.Ticket.Status?.Phase);
        Assert.NotEmpty(view.Story.Sentences);
        var sentence = Assert.Single(told);
        Assert.Contains("nodes", sentence);
        Assert.Contains("httproutes.gateway.networking.k8s.io", sentence);
        Assert.Contains("opspolicies.slipway.dev", sentence);
        Assert.DoesNotContain(" pods", sentence);
    }

    [Fact]
    public async Task Without_the_pods_there_is_nothing_to_tell()
    {
        using var world = Shop("\"opstickets\",\"opsticketgroups\"");

        var refusal = await Assert.ThrowsAsync<ForbiddenException>(() => AsJane(world, []).LookAsync(new("shop", "ot-1"), TestContext.Current.CancellationToken));

        Assert.Contains("pods is forbidden", refusal.Message);
    }

    sealed class Jane : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("Impersonate-User", "jane");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
