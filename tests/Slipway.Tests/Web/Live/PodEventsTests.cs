using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Web.Live;
using Xunit;

namespace Slipway.Tests.Web.Live;

public sealed class PodEventsTests
{
    [Fact]
    public async Task The_latest_is_first_in_whichever_form_it_was_told()
    {
        await using var cluster = new SandboxCluster(new(), new VirtualTime(new(2026, 1, 5, 13, 0, 0, TimeSpan.Zero)));
        void Tell(string reason, string times) => cluster.Objects.Create(Kinds.Events, JsonNode.Parse($$$"""
            {"metadata":{"name":"{{{reason.ToLowerInvariant()}}}","namespace":"default"},"involvedObject":{"kind":"Pod","namespace":"default","name":"cart-1"},"reason":"{{{reason}}}","message":"it is told","type":"Normal",{{{times}}} }
            """)!.AsObject());
        Tell("Started", """ "firstTimestamp":"2026-01-05T12:00:01Z","lastTimestamp":"2026-01-05T12:00:20Z","count":2 """);
        Tell("Scheduled", """ "eventTime":"2026-01-05T12:00:00.000000Z","action":"Binding","reportingComponent":"default-scheduler","reportingInstance":"a" """);
        Tell("FailedScheduling", """ "eventTime":"2026-01-05T11:59:00.000000Z","series":{"count":5,"lastObservedTime":"2026-01-05T12:00:30.000000Z"},"action":"Scheduling","reportingComponent":"default-scheduler","reportingInstance":"a" """);

        var told = await PodEvents.OfAsync(new(new HttpMessageInvoker(cluster.CreateHandler()), new("http://sandbox")), new("default", "cart-1"), CancellationToken.None);

        Assert.Equal(["FailedScheduling", "Started", "Scheduled"], told.Select(seen => seen.Reason));
        Assert.Equal(DateTimeOffset.Parse("2026-01-05T12:00:30Z", CultureInfo.InvariantCulture), told[0].At);
    }
}
