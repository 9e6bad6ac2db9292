using System.Text.Json.Nodes;
using Slipway.Cli.Commands.Tickets;
using Slipway.Cli.Rehearsals;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Imports;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Cli.Rehearsals;

public sealed class RehearsalTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    static readonly ObjectKey Ticket = new("shop", "t1");

    [Fact]
    public void A_rehearsal_tells_the_end_the_time_and_how_low_the_service_got()
    {
        var report = Rehearsal.Run(Shop("""{ "guard": { "maxUnavailable": 2, "readySeconds": 5 } }"""), Ticket, Now);

        Assert.Equal((TicketPhase.Succeeded, null, 0), (report.Phase, report.Why, report.Confirmations));
        var low = Assert.Single(report.Services);
        Assert.Equal(("cart", 6, 4), (low.Service, low.Desired, low.Lowest));
        Assert.InRange(report.Took, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Confirmations_are_given_at_once_and_counted()
    {
        var report = Rehearsal.Run(Shop("""{ "releasePolicy": { "groupBy": "PodCount", "groupSize": 2, "confirm": "EveryGroup" }, "guard": { "maxUnavailable": 2, "readySeconds": 5 } }"""), Ticket, Now);

        Assert.Equal(TicketPhase.Succeeded, report.Phase);
        Assert.Equal(2, report.Confirmations);
    }

    [Fact]
    public void A_ticket_that_cannot_be_resolved_is_told_with_its_reason()
    {
        var report = Rehearsal.Run(Shop("{}", service: "nothing"), Ticket, Now);

        Assert.Equal(TicketPhase.InitializeFailed, report.Phase);
        Assert.Contains("nothing", report.Why);
    }

    [Fact]
    public void The_same_copy_gives_the_same_rehearsal()
    {
        var copy = Shop("""{ "guard": { "maxUnavailable": 2, "readySeconds": 5 } }""");

        Assert.Equal(RehearseTicket.Render(Rehearsal.Run(copy, Ticket, Now)), RehearseTicket.Render(Rehearsal.Run(copy, Ticket, Now)));
    }

    [Fact]
    public void The_report_is_a_table()
    {
        var report = new RehearsalReport(TicketPhase.Succeeded, null, TimeSpan.FromSeconds(134), 1, [new("cart", 8, 6, TimeSpan.FromSeconds(12))]);

        Assert.Equal(["Succeeded after 2m14s; one confirmation was given at once", "SERVICE  PODS  LOWEST  AFTER", "cart     8     6       12s"], RehearseTicket.Render(report));
    }

    /// <summary>A Deployment of six pods that Replace works on, and a ticket with the given parts.</summary>
    static ClusterCopy Shop(string parts, string service = "cart")
    {
        var spec = Body(parts);
        spec["title"] = "Replace";
        spec["operation"] = "Replace";
        spec["requestedBy"] = "ops";
        spec["targets"] = new JsonArray(new JsonObject { ["service"] = service, ["all"] = true });
        var nodes = Enumerable.Range(1, 2).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string> { [Names.UnitLabel] = "GZ00A" }));
        return new(
            [.. nodes],
            [
                new(Kinds.Namespaces, Body("""{ "metadata": { "name": "shop", "uid": "00000000-0000-0000-0000-000000000001" }, "status": { "phase": "Active" } }""")),
                new(Kinds.Deployments, Body("""
                    {
                      "metadata": { "name": "cart", "namespace": "shop", "uid": "00000000-0000-0000-0000-000000000002", "generation": 1, "creationTimestamp": "2026-01-05T11:00:00Z" },
                      "spec": {
                        "replicas": 6, "selector": { "matchLabels": { "app": "cart" } }, "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } },
                        "template": { "metadata": { "labels": { "app": "cart" } }, "spec": { "containers": [{ "name": "app", "image": "cart:1" }] } }
                      }
                    }
                    """)),
                new(Kinds.OpsTickets, new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = "t1", ["namespace"] = "shop", ["uid"] = "00000000-0000-0000-0000-000000000003", ["generation"] = 1, ["creationTimestamp"] = "2026-01-05T11:00:00Z" },
                    ["spec"] = spec,
                }),
            ]);
    }

    static JsonObject Body(string json) => JsonNode.Parse(json)!.AsObject();
}
