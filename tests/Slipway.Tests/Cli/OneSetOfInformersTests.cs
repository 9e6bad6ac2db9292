using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Cli.Commands;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Cli;

/// <summary>The console looks through the operator's eyes: it costs the API server no watch of its own.</summary>
public sealed class OneSetOfInformersTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_console_there_are_as_many_watches_as_without_it()
    {
        int alone, together, looked;
        await using (var embedded = Embedded())
        {
            embedded.StartOperator(NullLoggerFactory.Instance);
            alone = await SettledAsync(embedded);
        }

        await using (var embedded = Embedded())
        {
            await using var followed = embedded.Follow(NullLoggerFactory.Instance);
            embedded.StartOperator(NullLoggerFactory.Instance, followed.Live);
            await using var console = await ConsoleCommand.ServeAsync(new() { Out = TextWriter.Null, Talk = TextWriter.Null }, embedded, followed.Live, 0, null, NullLoggerFactory.Instance, Cancellation);
            together = await SettledAsync(embedded);
            await LookAsync(console.Entrance);
            looked = await SettledAsync(embedded);
        }

        Assert.InRange(alone, 20, 60);
        Assert.Equal((alone, alone), (together, looked));
    }

    [Fact]
    public async Task An_operator_that_shares_the_consoles_informers_carries_out_tickets()
    {
        await using var embedded = Embedded(speed: 50);
        await using var followed = embedded.Follow(NullLoggerFactory.Instance);
        embedded.StartOperator(NullLoggerFactory.Instance, followed.Live);
        await embedded.SettledAsync("shop", Cancellation);
        var key = new ObjectKey("shop", "shared");

        await TicketWrites.CreateAsync(embedded.Api, new() { Metadata = new() { Name = key.Name, Namespace = key.Namespace }, Spec = Specs.Of(Operation.Replace, "catalog") }, "tester", Cancellation);
        await TicketWrites.AppendAsync(embedded.Api, key, new() { Id = "1", At = TimeProvider.System.GetUtcNow(), Verb = CommandVerb.Publish, By = "tester" }, Cancellation);

        await EventuallyAsync(() => followed.Live.Ticket(key)?.Status?.Phase == TicketPhase.Succeeded);
    }

    static EmbeddedCluster Embedded(double speed = 1)
    {
        var embedded = new EmbeddedCluster(["GZ00A", "GZ00B"], nodes: 4, speed, TimeProvider.System);
        embedded.Apply(SandboxComponents.Yaml(SandboxComponents.Parse([])));
        embedded.Apply(Deployment.Sample("shop.yaml"));
        return embedded;
    }

    /// <summary>Opens pages as a browser does.</summary>
    static async Task LookAsync(Uri entrance)
    {
        using var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler);
        Assert.Contains("O&amp;M Tickets", await http.GetStringAsync(entrance, Cancellation), StringComparison.Ordinal);
        Assert.Contains("catalog", await http.GetStringAsync(new Uri(entrance, "/services"), Cancellation), StringComparison.Ordinal);
    }

    /// <summary>The number of watches once it has not changed for a while.</summary>
    static async Task<int> SettledAsync(EmbeddedCluster embedded)
    {
        var (watches, same) = (embedded.Cluster.OpenWatches, 0);
        while (same < 10)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
            same = embedded.Cluster.OpenWatches == watches && watches > 0 ? same + 1 : 0;
            watches = embedded.Cluster.OpenWatches;
        }

        return watches;
    }

    static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var waits = 0; !holds(); waits++)
        {
            Assert.True(waits < 600, "it did not come to that in a minute");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }
    }
}
