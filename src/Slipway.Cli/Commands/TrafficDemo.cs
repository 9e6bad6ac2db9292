using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Cli.Commands.Tickets;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox.Edge;
using Slipway.Tickets;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway demo --traffic</c>: weights and removal, with real requests through a real proxy; the shares are counted answers.</summary>
sealed class TrafficDemo(Surroundings surroundings, EmbeddedCluster embedded, SandboxEdge edge) : IDisposable
{
    const string Namespace = "shop";
    const double Speed = 10;
    const int Clients = 4;
    const int Width = 30;

    readonly HttpClient _client = new();
    readonly ConcurrentDictionary<string, int> _answers = new();
    Dictionary<string, string> _units = [];
    int _failed;
    int _sent;

    public static async Task<int> RunAsync(Surroundings surroundings, CancellationToken cancellation)
    {
        if (OperatingSystem.IsMacOS())
        {
            await surroundings.Out.WriteLineAsync("Each pod of this act answers on an address 127.x.x.x of its own, which macOS does not have; it is left out.");
            return ExitCode.Done;
        }

        await using var embedded = new EmbeddedCluster(["GZ00B", "GZ00A"], nodes: 3, Speed, surroundings.Time, loopbackPods: true);
        embedded.Apply(Shop);
        await using var edge = await SandboxEdge.StartAsync(embedded.Cluster, 0, cancellation);
        embedded.StartOperator(NullLoggerFactory.Instance);
        await embedded.SettledAsync(Namespace, cancellation);
        using var demo = new TrafficDemo(surroundings, embedded, edge);
        return await demo.PlayAsync(cancellation);
    }

    public void Dispose() => _client.Dispose();

    async Task<int> PlayAsync(CancellationToken cancellation)
    {
        await LabelByUnitAsync(cancellation);
        await SayAsync($"Traffic. Service cart: 1 pod in GZ00A, 2 in GZ00B, behind one balancer at {edge.Of("shop")}; each pod has weight 50.");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => LoadAsync(end.Token)));

        await SayAsync("\nWeights are per pod, so 50 × 1 and 50 × 2 is 1 : 2:\n");
        await WatchAsync(null, TimeSpan.FromSeconds(3), cancellation);

        await SayAsync("\n1. Shift to 80 : 20. GZ00A is raised first; once that has taken effect, GZ00B is lowered.\n");
        var shift = await CarryOutAsync("shift-cart", new()
        {
            Title = "Move cart's traffic to GZ00A", Operation = Operation.ShiftTraffic, RequestedBy = "you",
            Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 80 }, new() { Unit = "GZ00B", Weight = 20 }],
        }, cancellation);

        var removed = _units.Where(pod => pod.Value == "GZ00B").Select(pod => pod.Key).Order(StringComparer.Ordinal).First();
        await SayAsync($"\n2. Take {removed} out of traffic; it keeps running and answers nothing.\n");
        var remove = await CarryOutAsync("remove-one", new()
        {
            Title = "Take one pod out of traffic", Operation = Operation.RemoveTraffic, RequestedBy = "you", Targets = [new() { Service = "cart", Pods = [removed] }],
        }, cancellation);

        await SayAsync("\n3. Undo both: the pod and the weights that were found come back.\n");
        await UndoAsync("remove-one", cancellation);
        await UndoAsync("shift-cart", cancellation);
        await WatchAsync(null, TimeSpan.FromSeconds(3), cancellation);

        await end.CancelAsync();
        await load;
        await SayAsync($"\nshift-cart  {shift}, undone\nremove-one  {remove}, undone\n{_sent.ToString("N0", CultureInfo.InvariantCulture)} requests, {_failed} failed");
        return (shift, remove, _failed) is (TicketPhase.Succeeded, TicketPhase.Succeeded, 0) ? ExitCode.Done : ExitCode.TicketFailed;
    }

    async Task<TicketPhase> CarryOutAsync(string name, OpsTicketSpec spec, CancellationToken cancellation)
    {
        var ticket = new OpsTicket { Metadata = new() { Name = name, Namespace = Namespace }, Spec = spec with { Commands = [Command(CommandVerb.Publish)] } };
        await embedded.Api.CreateAsync(Kinds.OpsTickets, Namespace, ticket, TicketJson.Default.OpsTicket, cancellation);
        var phase = await WatchAsync(name, TimeSpan.FromMinutes(1), cancellation);
        await WatchAsync(null, TimeSpan.FromSeconds(2), cancellation);
        return phase;
    }

    async Task UndoAsync(string name, CancellationToken cancellation)
    {
        var patch = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = "/spec/commands/-", ["value"] = JsonSerializer.SerializeToNode(Command(CommandVerb.Undo), TicketJson.Default.TicketCommand) });
        await embedded.Api.PatchAsync(Kinds.OpsTickets, new(Namespace, name), Patch.Json(patch.ToJsonString()), null, cancellation);
        await WatchAsync(name, TimeSpan.FromMinutes(1), cancellation, TicketPhase.Undone);
    }

    TicketCommand Command(CommandVerb verb) => new() { Id = verb.ToString().ToLowerInvariant(), Verb = verb, By = "you", At = embedded.Time.GetUtcNow() };

    /// <summary>Shows a second's answers at a time until the ticket has ended, or for a while.</summary>
    async Task<TicketPhase> WatchAsync(string? name, TimeSpan most, CancellationToken cancellation, TicketPhase? wanted = null)
    {
        var started = surroundings.Time.GetTimestamp();
        var phase = TicketPhase.Initializing;
        while (surroundings.Time.GetElapsedTime(started) < most)
        {
            _answers.Clear();
            await Task.Delay(TimeSpan.FromSeconds(1), surroundings.Time, cancellation);
            var ticket = name is null ? null : await embedded.Api.GetAsync(Kinds.OpsTickets, new(Namespace, name), TicketJson.Default.OpsTicket, cancellation);
            foreach (var line in Bars()) await SayAsync(line);
            if (ticket is not null) await SayAsync($"  {ticket.Metadata.Name} is {ticket.Status?.Phase}: {ticket.Status?.Message}\n");
            phase = ticket?.Status?.Phase ?? phase;
            if (ticket is not null && (wanted is { } end ? phase == end : WatchTicket.IsEnd(phase))) break;
        }

        return phase;
    }

    /// <summary>A line a unit: the weight that is set, the weight the proxy has, the share that was measured.</summary>
    IEnumerable<string> Bars()
    {
        var answers = _answers.ToArray();
        var total = Math.Max(1, answers.Sum(answer => answer.Value));
        var backends = edge.Balancers.FirstOrDefault(balancer => balancer.Name == "shop")?.Backends ?? [];
        foreach (var unit in _units.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var share = answers.Where(answer => _units.GetValueOrDefault(answer.Key) == unit).Sum(answer => answer.Value) / (double)total;
            var actual = backends.Where(backend => _units.GetValueOrDefault(backend.Pod) == unit).ToList();
            var bar = new string('█', (int)Math.Round(share * Width)).PadRight(Width, '·');
            yield return string.Create(CultureInfo.InvariantCulture, $"  {unit}  set {SetWeight(unit),3}  actual {(actual.Count == 0 ? 0 : actual[0].Weight),3:0} × {actual.Count}  {bar} {100 * share,5:0.0} % measured");
        }
    }

    string SetWeight(string unit) =>
        embedded.Cluster.Objects.Get(Kinds.Services, new(Namespace, $"cart-{unit.ToLowerInvariant()}"))!.Json.GetProperty("metadata").GetProperty("annotations")
            .GetProperty("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight").GetString()!;

    async Task LoadAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var answer = await _client.GetAsync(edge.Of("shop"), CancellationToken.None);
                Interlocked.Increment(ref _sent);
                if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref _failed);
                else _answers.AddOrUpdate(await answer.Content.ReadAsStringAsync(CancellationToken.None), 1, (_, count) => count + 1);
                await Task.Delay(TimeSpan.FromMilliseconds(2), surroundings.Time, CancellationToken.None);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    /// <summary>Pods of a Deployment do not carry their unit; the units' Services select by it.</summary>
    async Task LabelByUnitAsync(CancellationToken cancellation)
    {
        foreach (var pod in embedded.Cluster.Objects.List(Kinds.Pods, Namespace))
        {
            var node = embedded.Cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster(pod.Json.GetProperty("spec").GetProperty("nodeName").GetString()!))!;
            var unit = _units[pod.Key.Name] = node.Labels.GetValueOrDefault(Names.UnitLabel) ?? Names.NoUnit;
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["unit"] = unit } } };
            await embedded.Api.PatchAsync(Kinds.Pods, pod.Key, Patch.Merge(patch.ToJsonString()), null, cancellation);
        }

        while (edge.Balancers.FirstOrDefault(balancer => balancer.Name == "shop")?.Backends.Count != _units.Count) await Task.Delay(TimeSpan.FromMilliseconds(50), surroundings.Time, cancellation);
    }

    Task SayAsync(string line) => surroundings.Out.WriteLineAsync(line);

    const string Shop = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: slipway.dev/v1alpha1
        kind: OpsPolicy
        metadata: {name: components}
        spec: {components: [{name: cloud-controller-manager, version: "1.2.1"}, {name: terway-eni, version: "1.5.0"}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, namespace: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: cart}}
          template:
            metadata: {labels: {app: cart}}
            spec:
              readinessGates: [{conditionType: slipway.dev/in-traffic}]
              containers: [{name: app, image: "registry.example/shop/cart:2.4"}]
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: cart-gz00a
          namespace: shop
          annotations:
            service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id: shop
            service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight: "50"
        spec: {type: LoadBalancer, selector: {app: cart, unit: GZ00A}, ports: [{name: http, port: 80, targetPort: 8080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: cart-gz00b
          namespace: shop
          annotations:
            service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id: shop
            service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight: "50"
        spec: {type: LoadBalancer, selector: {app: cart, unit: GZ00B}, ports: [{name: http, port: 80, targetPort: 8080}]}
        ---
        apiVersion: slipway.dev/v1alpha1
        kind: ApplicationService
        metadata: {name: cart, namespace: shop}
        spec:
          workload: {kind: Deployment, name: cart}
          traffic:
            provider: alibaba-cloud
            backends: [{unit: GZ00A, service: cart-gz00a}, {unit: GZ00B, service: cart-gz00b}]
        """;
}
