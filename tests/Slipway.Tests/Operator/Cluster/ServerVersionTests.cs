using System.Net;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox.Clocks;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Operator.Cluster;

public sealed class ServerVersionTests
{
    [Fact]
    public void A_ticket_on_a_server_that_would_choose_other_pods_fails_at_initialization_and_touches_nothing()
    {
        using var world = new SimulatedWorld(kubernetes: "v1.21.14");
        world.Deployment("cart", 4);
        world.StartOperator();
        world.Settle();
        var chosen = world.Cluster.Objects.List(Kinds.Pods, "shop")[0].Name;

        world.Submit("ot-1", Specs.OnPods(Operation.ScaleIn, "cart", chosen));
        Assert.True(world.RunUntil(() => world.Ticket("ot-1").Status?.Phase is TicketPhase.InitializeFailed, TimeSpan.FromMinutes(1)));

        Assert.Equal("kubernetes v1.21.14+slipway-sandbox found, 1.22 needed", world.Ticket("ot-1").Status!.FailureReason);
        Assert.DoesNotContain(world.Calls, call => call.IsWrite && call.Path.Contains("/pods", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_is_asked_again_and_what_it_told_holds_while_it_does_not_answer()
    {
        var (time, server, cancel) = (new VirtualTime(new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero)), new Server(), new CancellationTokenSource());
        var version = new ServerVersion(new KubernetesApi(new HttpMessageInvoker(server), new("http://server")), time);
        var running = version.RunAsync(cancel.Token);

        Assert.Null(version.Found);
        Assert.True(version.AskedAsync(cancel.Token).IsCompleted);

        server.Answer = """{"major":"1","minor":"21","gitVersion":"v1.21.14"}""";
        Run(time, TimeSpan.FromSeconds(10));
        Assert.Equal("v1.21.14", version.Found);

        server.Answer = null;
        Run(time, TimeSpan.FromMinutes(10));
        Assert.Equal("v1.21.14", version.Found);

        server.Answer = """{"major":"1","minor":"22","gitVersion":"v1.22.0"}""";
        Run(time, TimeSpan.FromSeconds(10));
        Assert.Equal("v1.22.0", version.Found);
        Assert.Equal(4, server.Asked);

        await cancel.CancelAsync();
        await running;
    }

    static void Run(VirtualTime time, TimeSpan span)
    {
        var limit = time.GetUtcNow() + span;
        while (time.RunNext(limit))
        {
            // One timer at a time.
        }

        time.AdvanceTo(limit);
    }

    /// <summary>Answers at once; 500 without an answer.</summary>
    sealed class Server : HttpMessageHandler
    {
        public string? Answer { get; set; }

        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            Assert.Equal("/version", request.RequestUri!.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(Answer is null ? HttpStatusCode.InternalServerError : HttpStatusCode.OK) { Content = new StringContent(Answer ?? "{}") });
        }
    }
}
