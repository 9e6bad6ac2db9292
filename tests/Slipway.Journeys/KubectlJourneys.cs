using System.Globalization;
using Slipway.Journeys.Running;
using Xunit;

namespace Slipway.Journeys;

/// <summary>What a person does with <c>kubectl</c>, a client that nobody here wrote.</summary>
public sealed class KubectlJourneys(Shop shop) : IClassFixture<Shop>
{
    const string Samples = "samples";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    async Task<Ended> DoneAsync(params string[] arguments)
    {
        var ended = await shop.KubectlAsync(arguments);
        Assert.True(ended.Code == 0, $"kubectl {string.Join(' ', arguments)}: {ended}");
        return ended;
    }

    [Fact]
    public async Task The_samples_are_applied_and_a_ticket_is_published_by_a_patch_and_succeeds()
    {
        var applied = await DoneAsync("apply", "-f", Path.Combine(Shop.Root, Samples));
        await shop.SlipwayAsync("ticket", "wait", "restart-cart", "-n", "shop", "--for", "Initialized", "--timeout", "30s");
        using var watch = shop.Follow("kubectl", "get", "ot", "-n", "shop", "-w");

        await DoneAsync("patch", "ot", "restart-cart", "-n", "shop", "--type", "json", "-p", """[{"op":"add","path":"/spec/commands/-","value":{"id":"publish-1","verb":"Publish","by":"me","at":"2026-01-05T12:00:00Z"}}]""");
        var waited = await DoneAsync("wait", "--for=condition=Ready", "ot/restart-cart", "-n", "shop", "--timeout=50s");
        var table = await DoneAsync("get", "ot", "restart-cart", "-n", "shop");
        var wide = await DoneAsync("get", "ot,otg", "-n", "shop", "-o", "wide");
        var described = await DoneAsync("describe", "ot", "restart-cart", "-n", "shop");
        var pods = await DoneAsync("get", "pods", "-n", "shop", "-l", "app=cart", "-o", "jsonpath={.items[*].status.containerStatuses[0].restartCount}");

        Assert.DoesNotContain("Warning", applied.Talk);
        Assert.Contains("namespace/shop unchanged", applied.Out);
        Assert.Equal("opsticket.slipway.dev/restart-cart condition met\n", waited.Out);
        Assert.Matches("NAME +TITLE +OPERATION +PHASE +PROGRESS +AGE", table.Lines[0]);
        Assert.Matches("restart-cart +Restart leaking cart pods +Restart +Succeeded +8/8 ", table.Lines[1]);
        Assert.Contains("8 pods successful", wide.Out);
        Assert.Contains("GroupFinished", described.Out);
        Assert.Equal("1 1 1 1 1 1 1 1", pods.Out);
        Assert.Contains("Executing", await watch.LineAsync("Executing", TimeSpan.FromSeconds(5), Stop));
        await watch.LineAsync("Succeeded", TimeSpan.FromSeconds(5), Stop);
    }

    [Fact]
    public async Task Server_side_apply_takes_a_ticket_and_once_more_without_a_change()
    {
        const string Ticket = """
            apiVersion: slipway.dev/v1alpha1
            kind: OpsTicket
            metadata: {name: applied, namespace: shop}
            spec: {title: Applied, operation: Restart, targets: [{service: catalog, pods: [catalog-0]}]}
            """;

        var first = await shop.KubectlWithAsync(Ticket, "apply", "--server-side", "-f", "-");
        var before = await DoneAsync("get", "ot", "applied", "-n", "shop", "-o", "jsonpath={.metadata.generation}");
        var again = await shop.KubectlWithAsync(Ticket, "apply", "--server-side", "-f", "-");
        var after = await DoneAsync("get", "ot", "applied", "-n", "shop", "-o", "jsonpath={.metadata.generation}");
        var changed = await shop.KubectlWithAsync(Ticket.Replace("title: Applied", "title: Rewritten"), "apply", "--server-side", "-f", "-");

        Assert.True(first.Code == 0, first.ToString());
        Assert.True(again.Code == 0, again.ToString());
        Assert.Equal(before.Out, after.Out);
        Assert.NotEqual(0, changed.Code);
        Assert.Contains("title cannot change; cancel the ticket and create another", changed.Talk);
    }

    [Fact]
    public async Task A_deployment_is_rolled_scaled_waited_for_and_deleted()
    {
        const string Search = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: search, namespace: default}
            spec:
              replicas: 2
              selector: {matchLabels: {app: search}}
              template:
                metadata: {labels: {app: search}}
                spec: {containers: [{name: app, image: "registry.example/search:1"}]}
            """;

        await shop.KubectlWithAsync(Search, "apply", "-f", "-");
        await DoneAsync("wait", "--for=condition=Available", "deployment/search", "--timeout=30s");
        await DoneAsync("rollout", "restart", "deployment/search");
        var status = await DoneAsync("rollout", "status", "deployment/search", "--timeout=40s");
        await DoneAsync("scale", "deployment/search", "--replicas=3");
        await DoneAsync("wait", "--for=jsonpath={.status.readyReplicas}=3", "deployment/search", "--timeout=30s");
        var all = await DoneAsync("get", "pods", "-A");
        var described = await DoneAsync("describe", "pods", "-l", "app=search");
        await DoneAsync("delete", "deployment", "search", "--timeout=30s");
        await DoneAsync("wait", "--for=delete", "pods", "-l", "app=search", "--timeout=30s");

        Assert.Contains("successfully rolled out", status.Out);
        Assert.Matches("NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE", all.Lines[0]);
        Assert.Contains("Controlled By:  ReplicaSet/search-", described.Out);
    }

    [Fact]
    public async Task The_kinds_explain_themselves()
    {
        var spec = await DoneAsync("explain", "opstickets.spec");
        var policy = await DoneAsync("explain", "opstickets.spec.releasePolicy.groupBy");

        Assert.Contains("What was asked for.", spec.Out);
        Assert.Contains("What this ticket is for, 1 to 50 characters.", spec.Out);
        Assert.DoesNotContain("<no description>", spec.Out);
        Assert.Contains("UnitPercentage", policy.Out);
    }

    [Fact]
    public async Task What_install_prints_is_accepted()
    {
        var printed = await shop.SlipwayAsync("install");

        // A dry run creates no namespace, and what is in it needs one.
        await DoneAsync("create", "namespace", "slipway-system");
        var applied = await shop.KubectlWithAsync(printed.Out, "apply", "--dry-run=server", "-f", "-");

        Assert.True(applied.Code == 0, applied.ToString());
        Assert.Contains("customresourcedefinition.apiextensions.k8s.io/opstickets.slipway.dev", applied.Out);
        Assert.Contains("slipway", applied.Out);
    }

    [Theory]
    [InlineData("title: ''", "spec.title")]
    [InlineData("title: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "spec.title")]
    [InlineData("title: x, colour: red", "unknown field \"spec.colour\"")]
    [InlineData("title: x, releasePolicy: {groupBy: UnitPercentage, percentage: 0}", "spec.releasePolicy.percentage")]
    [InlineData("title: x, releasePolicy: {groupBy: UnitPercentage, percentage: 101}", "spec.releasePolicy.percentage")]
    [InlineData("title: x, restart: {method: Hope}", "spec.restart.method")]
    public async Task A_ticket_that_breaks_the_schema_is_refused_by_the_API_server_with_its_field(string fields, string field)
    {
        var refused = await shop.KubectlWithAsync(
            $$"""
            apiVersion: slipway.dev/v1alpha1
            kind: OpsTicket
            metadata: {generateName: bad-, namespace: shop}
            spec: { {{fields}}, operation: Restart, targets: [{service: cart, all: true}]}
            """, "create", "-f", "-");

        Assert.Equal(1, refused.Code);
        Assert.Contains(field, refused.Talk);
    }

    [Theory]
    [InlineData("targets: []", "spec.targets")]
    [InlineData("targets: [{service: cart, pods: [a, a]}]", "spec.targets[0].pods")]
    public async Task Targets_that_name_nothing_or_a_thing_twice_are_refused(string targets, string field)
    {
        var refused = await shop.KubectlWithAsync($$"""
            apiVersion: slipway.dev/v1alpha1
            kind: OpsTicket
            metadata: {generateName: bad-, namespace: shop}
            spec: {title: x, operation: Restart, {{targets}} }
            """, "create", "-f", "-");

        Assert.Equal(1, refused.Code);
        Assert.Contains(field, refused.Talk);
    }

    [Fact]
    public async Task A_ticket_of_a_megabyte_and_a_half_is_refused()
    {
        var pods = string.Join(',', Enumerable.Range(0, 3000).Select(i => $"{new string('p', 240)}{new string('q', 250)}{i.ToString(CultureInfo.InvariantCulture)}"));

        var refused = await shop.KubectlWithAsync($$"""
            apiVersion: slipway.dev/v1alpha1
            kind: OpsTicket
            metadata: {name: huge, namespace: shop}
            spec: {title: x, operation: Restart, targets: [{service: cart, pods: [{{pods}}]}]}
            """, "create", "-f", "-");

        Assert.NotEqual(0, refused.Code);
        Assert.Equal(1, (await shop.KubectlAsync("get", "ot", "huge", "-n", "shop")).Code);
    }

    [Fact]
    public async Task Pods_that_no_workload_brings_back_are_refused_and_nothing_is_touched()
    {
        await shop.KubectlWithAsync("""
            apiVersion: v1
            kind: Pod
            metadata: {name: alone, namespace: shop}
            spec: {containers: [{name: app, image: "registry.example/alone:1"}]}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent, namespace: shop}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec: {containers: [{name: app, image: "registry.example/agent:1"}]}
            """, "apply", "-f", "-");
        await DoneAsync("rollout", "status", "daemonset/agent", "-n", "shop", "--timeout=30s");
        var agent = (await DoneAsync("get", "pods", "-n", "shop", "-l", "app=agent", "-o", "jsonpath={.items[0].metadata.name}")).Out;
        var before = await DoneAsync("get", "pods", "-n", "shop", "-o", "jsonpath={range .items[*]}{.metadata.uid} {.spec.containers[0].image}{\"\\n\"}{end}", "-l", "app in (agent, catalog)");

        var alone = await shop.SlipwayAsync("ticket", "create", "-n", "shop", "--title", "x", "--operation", "Replace", "--service", "cart", "--pod", "alone", "--publish", "--wait");
        var daemon = await shop.SlipwayAsync("ticket", "create", "-n", "shop", "--title", "x", "--operation", "Replace", "--service", "cart", "--pod", agent, "--publish", "--wait");
        var after = await DoneAsync("get", "pods", "-n", "shop", "-o", "jsonpath={range .items[*]}{.metadata.uid} {.spec.containers[0].image}{\"\\n\"}{end}", "-l", "app in (agent, catalog)");

        Assert.Equal((3, 3), (alone.Code, daemon.Code));
        Assert.Contains("Pod alone belongs to no workload; nothing would bring it back", alone.Out);
        Assert.Contains($"Pod {agent} belongs to DaemonSet agent; only pods of a Deployment, StatefulSet or similar can be chosen", daemon.Out);
        Assert.Equal(before.Out, after.Out);
    }
}
