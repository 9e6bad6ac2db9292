using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Operator;
using Slipway.Operator.Schemas;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Edge;
using Slipway.Tickets;

namespace Slipway.Tests.Worlds;

/// <summary>A sandbox on a fast clock with its edge and the operator, where traffic is real requests and shares are counted answers.</summary>
sealed class MeasuredShop : IAsyncDisposable
{
    /// <summary>Tests of one collection run one after another: the pods of two shops would listen on the same loopback addresses.</summary>
    public const string PodAddresses = "pods that listen";

    const double Speed = 20;

    readonly CancellationTokenSource _end = new();
    readonly TimeProvider _time = new ScaledTime(TimeProvider.System, Speed);
    readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
    Task _operator = Task.CompletedTask;

    const string BehindCloud = """{"provider":"alibaba-cloud","backends":[{"unit":"GZ00A","service":"cart-gz00a"},{"unit":"GZ00B","service":"cart-gz00b"}]}""";

    const string BehindHAProxy = """
        {"provider":"haproxy","endpoint":"edge","backends":[{"unit":"GZ00A","haproxy":{"backend":"cart","server":"gz00a-"}},{"unit":"GZ00B","haproxy":{"backend":"cart","server":"gz00b-"}}]}
        """;

    MeasuredShop(int podsOfA, int podsOfB, bool haproxy, bool ignores)
    {
        var nodes = Enumerable.Repeat("GZ00A", podsOfA).Concat(Enumerable.Repeat("GZ00B", podsOfB));
        Cluster = new(
            new() { LoopbackPods = true, Nodes = [.. nodes.Select((unit, i) => new SandboxNode($"node-{i}", new Dictionary<string, string> { [Names.UnitLabel] = unit }))] },
            _time);
        Cluster.Start();
        foreach (var kind in ShippedKinds.All) Cluster.Objects.Create(Kinds.CustomResourceDefinitions, kind.Definition());
        Cluster.Objects.Create(Kinds.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        Apply(Kinds.OpsPolicies, """{"metadata":{"name":"components"},"spec":{"components":[{"name":"cloud-controller-manager","version":"1.2.1"},{"name":"terway-eni","version":"1.0.0"}]} }""");
        Apply(Kinds.Deployments, $$$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"replicas":{{{podsOfA + podsOfB}}},"selector":{"matchLabels":{"app":"cart"}},
             "template":{"metadata":{"labels":{"app":"cart"} },"spec":{"readinessGates":[{"conditionType":"slipway.dev/in-traffic"}],"containers":[{"name":"app","image":"registry.example/cart:1"}]} } } }
            """);
        foreach (var unit in new[] { "GZ00A", "GZ00B" })
        {
            Apply(Kinds.Services, $$$"""
                {"metadata":{"name":"cart-{{{unit.ToLowerInvariant()}}}","namespace":"shop","annotations":{ {{{(ignores ? "\"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-ignore-weight-update\":\"on\"," : "")}}}
                  "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id":"shop","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight":"50"} },
                 "spec":{"type":"LoadBalancer","selector":{"app":"cart","unit":"{{{unit}}}"},"ports":[{"name":"http","port":80,"targetPort":8080}]} }
                """);
        }

        Apply(Kinds.ApplicationServices, $$$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"cart"},"traffic":{{{(haproxy ? BehindHAProxy : BehindCloud)}}}} }
            """);
    }

    public SandboxCluster Cluster { get; }

    public TimeProvider Time => _time;

    public SandboxEdge Edge { get; private set; } = null!;

    /// <summary>Where the load goes.</summary>
    public Uri Entrance { get; set; } = null!;

    /// <summary>Behind HAProxy instead of the make-believe cloud where <paramref name="haproxy"/> gives its runtime API's address; the caller sets <see cref="Entrance"/>.
    /// With <paramref name="cloud"/> the operator has an access key, and the cloud controller is told to leave weights alone.</summary>
    public static async Task<MeasuredShop> OpenAsync(int podsOfA, int podsOfB, string? haproxy = null, Func<MeasuredShop, Task<AlibabaAccess>>? cloud = null)
    {
        var shop = new MeasuredShop(podsOfA, podsOfB, haproxy is not null, ignores: cloud is not null);
        shop.Edge = await SandboxEdge.StartAsync(shop.Cluster, 0, CancellationToken.None);
        var options = new OperatorOptions { Alibaba = cloud is null ? null : await cloud(shop), HAProxies = haproxy is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["edge"] = haproxy } };
        shop._operator = new OperatorHost(new(new HttpMessageInvoker(shop.Cluster.CreateHandler()), new("http://sandbox")), options, shop._time, NullLoggerFactory.Instance).RunAsync(shop._end.Token);
        await shop.UntilAsync(() => shop.Cluster.Objects.List(Kinds.Pods).Count(SimulatedWorld.IsReady) == podsOfA + podsOfB);
        foreach (var pod in shop.Cluster.Objects.List(Kinds.Pods)) await shop.LabelAsync(pod.Key);
        await shop.UntilAsync(() => shop.Edge.Balancers.FirstOrDefault(balancer => balancer.Name == "shop")?.Backends.Count == podsOfA + podsOfB);
        shop.Entrance = shop.Edge.Of("shop");
        return shop;
    }

    /// <summary>Runs a ticket to its end.</summary>
    public async Task<OpsTicket> CarryOutAsync(string name, OpsTicketSpec spec)
    {
        var command = new TicketCommand { Id = "publish-1", Verb = CommandVerb.Publish, By = "ops", At = _time.GetUtcNow() };
        var ticket = new OpsTicket { Metadata = new() { Name = name, Namespace = "shop" }, Spec = spec with { Commands = [command] } };
        Cluster.Objects.Create(Kinds.OpsTickets, JsonSerializer.SerializeToNode(ticket, TicketJson.Default.OpsTicket)!.AsObject());
        await UntilAsync(() => Ticket(name).Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed);
        return Ticket(name);
    }

    public OpsTicket Ticket(string name) => Cluster.Objects.Get(Kinds.OpsTickets, new("shop", name))!.Json.Deserialize(TicketJson.Default.OpsTicket)!;

    public IReadOnlyList<string> PodsOf(string unit) =>
        [.. Cluster.Objects.List(Kinds.Pods, "shop").Where(pod => pod.Labels.GetValueOrDefault("unit") == unit).Select(pod => pod.Key.Name).Order()];

    /// <summary>Undoes a ticket and waits until it is.</summary>
    public async Task UndoAsync(string name)
    {
        for (var tries = 0; ; tries++)
        {
            var ticket = Cluster.Objects.Get(Kinds.OpsTickets, new("shop", name))!.Edit();
            ticket["spec"]!["commands"]!.AsArray().Add(JsonSerializer.SerializeToNode(new TicketCommand { Id = "undo-1", Verb = CommandVerb.Undo, By = "ops", At = _time.GetUtcNow() }, TicketJson.Default.TicketCommand));
            try
            {
                Cluster.Objects.Update(Kinds.OpsTickets, ticket);
                break;
            }
            catch (StatusException conflict) when (conflict.Code == 409 && tries < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        await UntilAsync(() => Ticket(name).Status?.Phase == TicketPhase.Undone);
    }

    /// <summary>A unit's pods with the loopback address and port each listens on.</summary>
    public IReadOnlyList<EdgeBackend> BackendsOf(string unit)
    {
        var pods = PodsOf(unit);
        return [.. Edge.Balancers.First(balancer => balancer.Name == "shop").Backends.Where(backend => pods.Contains(backend.Pod))];
    }

    /// <summary>Sends requests from several clients at once until told to stop, or so many.</summary>
    public async Task<Answers> LoadAsync(int most, Func<bool>? until = null)
    {
        var answers = new Answers();
        var left = most;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0 && until?.Invoke() != true)
            {
                try
                {
                    using var answer = await _client.GetAsync(Entrance);
                    answers.Count(answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"failed: {(int)answer.StatusCode}");
                }
                catch (HttpRequestException failure)
                {
                    answers.Count($"failed: {failure.Message}");
                }
            }
        }));
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _operator;
        await Edge.DisposeAsync();
        await Cluster.DisposeAsync();
        _client.Dispose();
        _end.Dispose();
    }

    void Apply(ResourceType type, string json) => Cluster.Objects.Create(type, JsonNode.Parse(json)!.AsObject());

    /// <summary>Pods of a Deployment do not carry their unit; the Services of the units select by it.</summary>
    async Task LabelAsync(ObjectKey key)
    {
        for (var tries = 0; ; tries++)
        {
            var pod = Cluster.Objects.Get(Kinds.Pods, key)!.Edit();
            var node = Cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster((string)pod["spec"]!["nodeName"]!))!;
            pod["metadata"]!["labels"]!["unit"] = node.Labels.GetValueOrDefault(Names.UnitLabel);
            try
            {
                Cluster.Objects.Update(Kinds.Pods, pod);
                return;
            }
            catch (StatusException conflict) when (conflict.Code == 409 && tries < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    async Task UntilAsync(Func<bool> holds)
    {
        for (var waited = 0; !holds(); waited++)
        {
            if (waited > 3000) throw new TimeoutException("what was waited for did not happen within 60 s");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}

/// <summary>Answers by the pod that gave them.</summary>
sealed class Answers
{
    readonly ConcurrentDictionary<string, int> _counts = new();

    public void Count(string answer) => _counts.AddOrUpdate(answer, 1, (_, count) => count + 1);

    public int Total => _counts.Values.Sum();

    public IReadOnlyList<string> Failures => [.. _counts.Where(count => count.Key.StartsWith("failed", StringComparison.Ordinal)).Select(count => $"{count.Value} × {count.Key}")];

    public int Of(params IEnumerable<string> pods) => pods.Sum(pod => _counts.GetValueOrDefault(pod));

    /// <summary>The share lies within the interval in which a fair draw stays in 999 of 1000 cases (normal approximation, z = 3.29).</summary>
    public bool IsShare(double share, params IEnumerable<string> pods) => Math.Abs(Of(pods) - (share * Total)) <= 3.29 * Math.Sqrt(Total * share * (1 - share));
}
