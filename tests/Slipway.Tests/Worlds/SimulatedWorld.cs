using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Operator.Schemas;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Storage;
using Slipway.Tickets;

namespace Slipway.Tests.Worlds;

/// <summary>A sandbox and an operator on one thread and one virtual clock; the same seed gives the same run.</summary>
sealed class SimulatedWorld : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    readonly SimulationContext _context;
    readonly SynchronizationContext? _outside = SynchronizationContext.Current;
    readonly int _seed;
    CancellationTokenSource? _operator;

    public SimulatedWorld(int seed = 0, IReadOnlyList<SandboxNode>? nodes = null, bool rbac = false, string kubernetes = "v1.33.0")
    {
        _seed = seed;
        _context = new(seed);
        SynchronizationContext.SetSynchronizationContext(_context);
        Cluster = new(
            new SandboxOptions
            {
                Context = _context,
                Seed = seed + 1,
                Rbac = rbac,
                KubernetesVersion = kubernetes,
                Nodes = nodes ?? [.. new[] { "GZ00A", "GZ00A", "GZ00B", "GZ00B" }.Select((unit, i) => new SandboxNode($"node-{i}", new Dictionary<string, string> { [Names.UnitLabel] = unit }))],
            },
            Time);
        Cluster.Start();
        foreach (var kind in ShippedKinds.All) Cluster.Objects.Create(Kinds.CustomResourceDefinitions, kind.Definition());
        Cluster.Objects.Create(Kinds.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
    }

    public VirtualTime Time { get; } = new(Start);

    public SandboxCluster Cluster { get; }

    /// <summary>Calls of the operator now running, and of those before it.</summary>
    public List<OperatorCall> Calls { get; } = [];

    /// <summary>Called before each write of the operator: what becomes of it.</summary>
    public Func<int, OperatorCall, Interruption>? Interrupt { get; set; }

    public KubernetesApi Api => new(new HttpMessageInvoker(Cluster.CreateHandler()), new("http://sandbox"));

    /// <summary>How operators that are started reach Alibaba Cloud.</summary>
    public AlibabaAccess? Alibaba { get; set; }

    /// <summary>The HAProxy that operators that are started know as <c>edge</c>.</summary>
    public SimulatedHAProxy? HAProxy { get; set; }

    int _writes;

    public void StartOperator()
    {
        _operator = new();
        var handler = new OperatorTransport(this, Cluster.CreateHandler(), _operator);
        var host = new OperatorHost(new(new HttpMessageInvoker(handler), new("http://sandbox")), new() { Seed = _seed, Workers = 2, Alibaba = Alibaba, HAProxies = new Dictionary<string, string> { ["edge"] = "edge:9999" }, HAProxyDial = HAProxy is { } proxy ? proxy.DialAsync : null }, Time, NullLoggerFactory.Instance);
        _ = host.RunAsync(_operator.Token);
    }

    /// <summary>Starts another operator where the last one has crashed.</summary>
    public void RestartAfterCrash()
    {
        // One may crash again before its first wait.
        while (_operator is { IsCancellationRequested: true }) StartOperator();
    }

    /// <summary>The operator's process ends here; <see cref="RestartAfterCrash"/> starts another.</summary>
    public void CrashOperator() => _operator?.Cancel();

    public void StopOperator()
    {
        _operator?.Cancel();
        _operator = null;
    }

    /// <summary>Runs what is ready, and the clock, until a condition holds; false when the time is over first.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan within)
    {
        var limit = Time.GetUtcNow() + within;
        while (true)
        {
            while (_context.RunOne())
            {
                // One at a time.
            }

            if (holds()) return true;
            if (!Time.RunNext(limit) && !_context.HasReady) return false;
        }
    }

    public void Run(TimeSpan time) => RunUntil(() => false, time);

    public void Apply(ResourceType type, string json) => Cluster.Objects.Create(type, JsonNode.Parse(json)!.AsObject());

    public void Deployment(string name, int replicas, string? podAnnotations = null) => Apply(Kinds.Deployments, Workload(name, replicas, podAnnotations, ""));

    public void ReplicaSet(string name, int replicas) => Apply(Kinds.ReplicaSets, Workload(name, replicas, null, ""));

    public void StatefulSet(string name, int replicas) => Apply(Kinds.StatefulSets, Workload(name, replicas, null, $""" "serviceName": "{name}", "podManagementPolicy": "Parallel", """));

    /// <summary>Installs the sample definitions of OpenKruise's kinds; the sandbox has make-believe controllers for them.</summary>
    public void Kruise()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "samples", "kruise", "crds"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var definition in YamlDocuments.Read(file, File.ReadAllText(file))) Cluster.Objects.Create(Kinds.CustomResourceDefinitions, definition!.AsObject());
        }
    }

    public void CloneSet(string name, int replicas) => Apply(Kinds.CloneSets, Workload(name, replicas, null, ""));

    public void AdvancedStatefulSet(string name, int replicas, string extra = "") => Apply(Kinds.AdvancedStatefulSets, Workload(name, replicas, null, $""" "podManagementPolicy": "Parallel", {extra}"""));

    public void Budget(string name, string service, string bound) =>
        Apply(Kinds.PodDisruptionBudgets, $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop"},"spec":{"selector":{"matchLabels":{"app":"{{{service}}}"}},{{{bound}}} }}""");

    static string Workload(string name, int replicas, string? annotations, string extra) => $$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"shop"},
         "spec":{"replicas":{{{replicas}}},{{{extra}}}"selector":{"matchLabels":{"app":"{{{name}}}"}},
          "template":{"metadata":{"labels":{"app":"{{{name}}}"},"annotations":{ {{{annotations}}} }},"spec":{"containers":[{"name":"app","image":"registry.example/{{{name}}}:1"}]} } } }
        """;

    const string Gate = "\"readinessGates\":[{\"conditionType\":\"slipway.dev/in-traffic\"}],";

    /// <summary>A Deployment whose pods have the traffic gate, and the label <c>serving</c> by which Services may select them.</summary>
    public void GatedDeployment(string name, int replicas, bool gate = true) => Apply(Kinds.Deployments, $$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"shop"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},
          "template":{"metadata":{"labels":{"app":"{{{name}}}","serving":"yes"}},"spec":{
            {{{(gate ? Gate : "")}}}
            "containers":[{"name":"app","image":"registry.example/{{{name}}}:1"}]} } } }
        """);

    public void GatedStatefulSet(string name, int replicas, string policy) => Apply(Kinds.StatefulSets, $$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"shop"},
         "spec":{"replicas":{{{replicas}}},"podManagementPolicy":"{{{policy}}}","serviceName":"{{{name}}}","selector":{"matchLabels":{"app":"{{{name}}}"}},
          "template":{"metadata":{"labels":{"app":"{{{name}}}","serving":"yes"}},"spec":{
            {{{Gate}}}
            "containers":[{"name":"app","image":"registry.example/{{{name}}}:1"}]} } } }
        """);

    public void Service(string name, string selector, string extra = "") => Apply(Kinds.Services, $$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"shop"},"spec":{"selector":{ {{{selector}}} },{{{extra}}} "ports":[{"name":"http","port":80,"targetPort":8080}]} }
        """);

    /// <summary>Pods that take traffic by a Service's slices.</summary>
    public IReadOnlyList<string> Endpoints(string service) =>
    [
        .. Cluster.Objects.List(Kinds.EndpointSlices, "shop").Where(slice => slice.Labels.GetValueOrDefault("kubernetes.io/service-name") == service)
            .SelectMany(slice => slice.Json.GetProperty("endpoints").EnumerateArray())
            .Where(endpoint => endpoint.GetProperty("conditions").GetProperty("ready").GetBoolean())
            .Select(endpoint => endpoint.GetProperty("targetRef").GetProperty("name").GetString()!).Order(),
    ];

    /// <summary>Pods that carry a mark of any ticket.</summary>
    public IReadOnlyList<string> HeldOut() =>
    [
        .. Cluster.Objects.List(Kinds.Pods, "shop")
            .Where(pod => pod.Json.GetRawText() is var text && (text.Contains("slipway.dev/out-of-traffic", StringComparison.Ordinal) || text.Contains("\"reason\":\"OutOfTraffic\"", StringComparison.Ordinal)))
            .Select(pod => pod.Key.Name).Order(),
    ];

    public void Settle()
    {
        if (!RunUntil(() => Cluster.Objects.List(Kinds.Pods).All(IsReady), TimeSpan.FromMinutes(5))) throw new InvalidOperationException("the pods do not become ready");
        Run(TimeSpan.FromSeconds(5));
    }

    public OpsTicket Ticket(string name) => Cluster.Objects.Get(Kinds.OpsTickets, new("shop", name))!.Json.Deserialize(TicketJson.Default.OpsTicket)!;

    public IReadOnlyList<OpsTicketGroup> Groups(string ticket) =>
        [.. Cluster.Objects.List(Kinds.OpsTicketGroups, "shop").Select(group => group.Json.Deserialize(TicketJson.Default.OpsTicketGroup)!).Where(group => group.Spec.Ticket == ticket).OrderBy(group => group.Spec.Number)];

    /// <summary>Creates a ticket that is published as soon as it is initialized.</summary>
    public void Submit(string name, OpsTicketSpec spec, bool publish = true)
    {
        var commands = publish ? [new TicketCommand { Id = "publish-1", Verb = CommandVerb.Publish, By = "ops", At = Time.GetUtcNow() }] : Array.Empty<TicketCommand>();
        var ticket = new OpsTicket { Metadata = new() { Name = name, Namespace = "shop" }, Spec = spec with { Commands = commands } };
        Cluster.Objects.Create(Kinds.OpsTickets, JsonSerializer.SerializeToNode(ticket, TicketJson.Default.OpsTicket)!.AsObject());
    }

    public void Command(string ticket, CommandVerb verb, string? reason = null)
    {
        var found = Cluster.Objects.Get(Kinds.OpsTickets, new("shop", ticket))!.Edit();
        var commands = found["spec"]!["commands"]!.AsArray();
        commands.Add(JsonSerializer.SerializeToNode(new TicketCommand { Id = $"{verb}-{commands.Count + 1}", Verb = verb, By = "ops", At = Time.GetUtcNow(), Reason = reason }, TicketJson.Default.TicketCommand));
        Cluster.Objects.Update(Kinds.OpsTickets, found);
    }

    public static bool IsReady(StoredObject pod) =>
        pod.Json.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True")
        && !pod.IsTerminating;

    public void Dispose()
    {
        StopOperator();
        Cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        SynchronizationContext.SetSynchronizationContext(_outside);
    }

    /// <summary>The operator's side of the wire: records its writes, and breaks where it is told to.</summary>
    sealed class OperatorTransport(SimulatedWorld world, HttpMessageHandler inner, CancellationTokenSource process) : DelegatingHandler(inner)
    {
        static readonly Task<HttpResponseMessage> Never = new TaskCompletionSource<HttpResponseMessage>().Task;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (process.IsCancellationRequested) return Never;
            if (request.Method == HttpMethod.Get)
            {
                world.Calls.Add(new("GET", request.RequestUri!.PathAndQuery, default, world.Time.GetUtcNow(), 0));
                return base.SendAsync(request, cancellationToken);
            }

            var body = new MemoryStream((int)(request.Content?.Headers.ContentLength ?? 0));
            request.Content?.CopyTo(body, null, CancellationToken.None);
            var call = new OperatorCall(request.Method.Method, request.RequestUri!.AbsolutePath, body.GetBuffer().AsMemory(0, (int)body.Length), world.Time.GetUtcNow(), 0);
            var interruption = world.Interrupt?.Invoke(world._writes++, call) ?? Interruption.None;
            switch (interruption)
            {
                case Interruption.CrashBefore:
                    process.Cancel();
                    return Never;
                case Interruption.Fail:
                    return Task.FromException<HttpResponseMessage>(new HttpRequestException("injected"));
            }

            var answer = base.SendAsync(request, cancellationToken);
            world.Calls.Add(call with { Code = (int)answer.Result.StatusCode });
            switch (interruption)
            {
                case Interruption.CrashAfter:
                    process.Cancel();
                    return Never;
                case Interruption.LoseAnswer:
                    return Task.FromException<HttpResponseMessage>(new HttpRequestException("injected"));
                default:
                    return answer;
            }
        }
    }
}

enum Interruption { None, CrashBefore, CrashAfter, Fail, LoseAnswer }

/// <summary>One call of the operator and the code it was answered with.</summary>
sealed record OperatorCall(string Method, string Path, ReadOnlyMemory<byte> Sent, DateTimeOffset At, int Code)
{
    public string Body => Encoding.UTF8.GetString(Sent.Span);

    public bool IsWrite => Method != "GET";

    public bool IsPodEffect => IsWrite && Path.Contains("/pods/") && Code is >= 200 and < 300;

    /// <summary>What was done to which pod, without the time.</summary>
    public string Effect => $"{Method} {Path}";
}
