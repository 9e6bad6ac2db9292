using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Journeys.Running;
using Slipway.Resources;
using Slipway.Runtime.Schemas;
using Slipway.Sandbox;
using Slipway.Sandbox.Storage;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Journeys;

/// <summary>Two operators, the leading one killed in the middle of a group: the other finishes, and no pod is touched twice.</summary>
public abstract class TwoOperatorsJourneys : IAsyncLifetime
{
    const string Workload = """
        {"metadata":{"name":"cart","namespace":"shop"},
         "spec":{"replicas":6,"selector":{"matchLabels":{"app":"cart"}},
          "template":{"metadata":{"labels":{"app":"cart"},"annotations":{"sandbox.slipway.dev/start-seconds":"1","sandbox.slipway.dev/ready-seconds":"1","sandbox.slipway.dev/stop-seconds":"1"}},
           "spec":{"containers":[{"name":"app","image":"registry.example/cart:1"}]}}}}
        """;

    readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    readonly SandboxCluster _cluster = new(new() { Nodes = [new("node-a", new Dictionary<string, string> { [Names.UnitLabel] = "GZ00A" }), new("node-b", new Dictionary<string, string> { [Names.UnitLabel] = "GZ00B" })] }, TimeProvider.System);
    readonly Dictionary<string, Background> _operators = [];

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster.Start();
        var address = await _cluster.ServeAsync(0, tls: false, CancellationToken.None);
        await File.WriteAllTextAsync(_kubeconfig, address.Kubeconfig, CancellationToken.None);
        _cluster.Objects.Create(Kinds.CustomResourceDefinitions, CustomResourceDefinitions.Write(Kinds.OpsTickets, TicketJson.Default.OpsTicket));
        _cluster.Objects.Create(Kinds.CustomResourceDefinitions, CustomResourceDefinitions.Write(Kinds.OpsTicketGroups, TicketJson.Default.OpsTicketGroup));
        _cluster.Objects.Create(Kinds.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        _cluster.Objects.Create(Kinds.Deployments, JsonNode.Parse(Workload)!.AsObject());
        await Eventually.HoldsAsync(() => Pods().Count(IsReady) == 6, TimeSpan.FromSeconds(30), () => "the pods do not become ready", CancellationToken.None);
        foreach (var name in new[] { "one", "other" }) _operators[name] = new(Command.Slipway, ["controller", "--kubeconfig", _kubeconfig, "--identity", name]);
        await Eventually.HoldsAsync(() => Leader is not null, TimeSpan.FromSeconds(30), () => string.Join('\n', _operators.Values.SelectMany(process => process.Lines)), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in _operators.Values) process.Dispose();
        await _cluster.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    protected async Task KillAndFinishAsync(Operation operation)
    {
        var chosen = Pods().Select(pod => pod.Uid).Order().ToList();
        List<string> gone = [];
        using var watch = _cluster.Objects.Watch(Kinds.Pods, change =>
        {
            lock (gone)
            {
                if (change.New is null) gone.Add(change.Object.Uid);
            }
        });
        Submit(operation);
        await Eventually.HoldsAsync(() => Results().Any(pod => pod.State == PodState.UpdateSuccessful) && Results().Any(pod => pod.State == PodState.Updating), TimeSpan.FromSeconds(40), () => Story, Stop);

        var killed = Leader!;
        _operators[killed].Kill();
        await Eventually.HoldsAsync(() => Ticket.Status?.Phase is not (TicketPhase.Initialized or TicketPhase.Executing), TimeSpan.FromSeconds(80), () => Story, Stop);

        Assert.True(Ticket.Status!.Phase == TicketPhase.Succeeded, Story);
        Assert.NotEqual(killed, Leader);
        Assert.Equal(6, Ticket.Status.Counts!.Successful);
        Assert.Equal(6, Pods().Count(IsReady));
        if (operation == Operation.Replace) Assert.Equal(chosen, gone.Order());
        else
        {
            Assert.Empty(gone);
            Assert.Equal(chosen, Pods().Select(pod => pod.Uid).Order());
            Assert.All(Pods(), pod => Assert.Equal(1, pod.Json.GetProperty("status").GetProperty("containerStatuses")[0].GetProperty("restartCount").GetInt32()));
        }
    }

    void Submit(Operation operation)
    {
        var ticket = new OpsTicket
        {
            Metadata = new() { Name = "ot-1", Namespace = "shop" },
            Spec = new()
            {
                Title = "Survive a crash",
                Operation = operation,
                Targets = [new() { Service = "cart", All = true }],
                Guard = new() { MaxUnavailable = IntOrPercent.Percent(34), ReadySeconds = 2 },
                Commands = [new() { Id = "publish-1", Verb = CommandVerb.Publish, By = "ops", At = TimeProvider.System.GetUtcNow() }],
            },
        };
        _cluster.Objects.Create(Kinds.OpsTickets, JsonSerializer.SerializeToNode(ticket, TicketJson.Default.OpsTicket)!.AsObject());
    }

    string? Leader => _cluster.Objects.Get(Kinds.Leases, new("slipway-system", "slipway-controller"))?.Json.GetProperty("spec").GetProperty("holderIdentity").GetString() is { Length: > 0 } holder ? holder : null;

    OpsTicket Ticket => _cluster.Objects.Get(Kinds.OpsTickets, new("shop", "ot-1"))!.Json.Deserialize(TicketJson.Default.OpsTicket)!;

    string Story => $"{Ticket.Status?.Phase}: {Ticket.Status?.Message}\n{string.Join('\n', _operators.SelectMany(process => process.Value.Lines))}";

    List<PodResult> Results() => [.. _cluster.Objects.List(Kinds.OpsTicketGroups, "shop").SelectMany(group => group.Json.Deserialize(TicketJson.Default.OpsTicketGroup)!.Status?.Pods ?? [])];

    IReadOnlyList<StoredObject> Pods() => [.. _cluster.Objects.List(Kinds.Pods, "shop")];

    static bool IsReady(StoredObject pod) =>
        !pod.IsTerminating && pod.Json.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}

public sealed class KilledWhileReplacingJourneys : TwoOperatorsJourneys
{
    [Fact]
    public Task The_other_operator_finishes_what_the_killed_one_began_and_no_pod_is_touched_twice() => KillAndFinishAsync(Operation.Replace);
}

public sealed class KilledWhileRestartingJourneys : TwoOperatorsJourneys
{
    [Fact]
    public Task The_other_operator_finishes_what_the_killed_one_began_and_no_pod_is_touched_twice() => KillAndFinishAsync(Operation.Restart);
}
