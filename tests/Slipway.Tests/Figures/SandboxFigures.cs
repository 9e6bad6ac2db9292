using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What the sandbox costs. Run by <c>./bench</c>; figures are printed, not asserted.</summary>
public sealed class SandboxFigures(ITestOutputHelper output)
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact(Explicit = true)]
    public async Task Ten_thousand_pods_from_nothing_to_Ready()
    {
        const int Pods = 10_000;
        var (context, time) = (new SimulationContext(0), new VirtualTime(Start));
        await using var cluster = new SandboxCluster(new() { Context = context, Nodes = [.. Enumerable.Range(0, 20).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string>()))] }, time);
        cluster.Start();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = CpuTime();

        for (var n = 0; n < 20; n++) cluster.Objects.Create(Kinds.Deployments, Deployment($"web-{n}", Pods / 20));
        var ready = 0;
        while (ready < Pods)
        {
            Live(context, time, TimeSpan.FromSeconds(1));
            ready = cluster.Objects.List(Kinds.Pods).Count(SimulatedWorld.IsReady);
        }

        var seconds = (CpuTime() - started).TotalSeconds;
        Live(context, time, TimeSpan.FromMinutes(1));
        var bytes = cluster.Objects.List(Kinds.Pods).Sum(pod => (double)Encoding.UTF8.GetByteCount(pod.Json.GetRawText())) / Pods;
        output.WriteLine(Figure.Row("10,000 pods of Deployments from nothing to Ready, virtual time", seconds, "s of CPU", "≤ 30"));
        output.WriteLine(Figure.Row($"heap per stored pod, history and all ({bytes / 1024:0.0} KB of JSON each)", (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Pods / 1024, "KB", "≤ 12"));
        GC.KeepAlive(cluster);
    }

    [Fact(Explicit = true)]
    public async Task Object_writes_with_a_hundred_watchers()
    {
        const int Writes = 20_000;
        await using var cluster = new SandboxCluster(new() { Context = new SimulationContext(0) }, new VirtualTime(Start));
        var sinks = Enumerable.Range(0, 100).Select(_ => new CountingSink()).ToList();
        using var client = new HttpClient(cluster.CreateHandler()) { BaseAddress = new("http://sandbox") };
        foreach (var sink in sinks) await sink.WatchAsync(client, "/api/v1/namespaces/default/configmaps");
        for (var n = 0; n < 200; n++) await client.PostAsync("/api/v1/namespaces/default/configmaps", Json(Map(n, 0)));
        var started = CpuTime();

        for (var n = 0; n < Writes; n++)
        {
            using var answer = await client.PutAsync($"/api/v1/namespaces/default/configmaps/map-{n % 200}", Json(Map(n % 200, n + 1)));
            answer.EnsureSuccessStatusCode();
        }

        var seconds = (CpuTime() - started).TotalSeconds;
        output.WriteLine(Figure.Row("object writes over HTTP handlers with 100 watchers", Writes / seconds, "per CPU second", "≥ 5,000"));
        GC.KeepAlive(sinks);
    }

    [Fact(Explicit = true)]
    public void A_ticket_of_twenty_pods_end_to_end()
    {
        const int Tickets = 60;
        using var world = new SimulatedWorld();
        world.Deployment("cart", 20);
        world.StartOperator();
        world.Settle();
        // Most of the first tickets' time is the compiler's, which goes on beside the next ones.
        Run(world, "warm", 800);
        var started = CpuTime();

        Run(world, "ot", Tickets);

        output.WriteLine(Figure.Row("a ticket that restarts 20 pods, simulated through the client stack", (CpuTime() - started).TotalMilliseconds / Tickets, "ms of CPU", "≤ 10"));
    }

    static void Run(SimulatedWorld world, string prefix, int tickets)
    {
        for (var n = 0; n < tickets; n++)
        {
            var name = $"{prefix}-{n}";
            world.Submit(name, Specs.Of(Operation.Restart, "cart"));
            Assert.True(world.RunUntil(() => IsFinished(world, name), TimeSpan.FromHours(2)));
            // The world's own notes are no part of the figure.
            world.Calls.Clear();
        }
    }

    static bool IsFinished(SimulatedWorld world, string ticket) =>
        world.Cluster.Objects.Get(Kinds.OpsTickets, new("shop", ticket))!.Json.TryGetProperty("status", out var status) && status.TryGetProperty("finishedAt", out _);

    static TimeSpan CpuTime() => Process.GetCurrentProcess().TotalProcessorTime;

    static void Live(SimulationContext context, VirtualTime time, TimeSpan span)
    {
        var limit = time.GetUtcNow() + span;
        do
        {
            while (context.RunOne())
            {
                // One at a time.
            }
        }
        while (time.RunNext(limit));

        time.AdvanceTo(limit);
    }

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static string Map(int n, int value) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"map-{{{n}}}","namespace":"default","labels":{"app":"bench","tier":"web"} },"data":{"value":"{{{value}}}","text":"{{{new string('x', 400)}}}"} }""";

    static JsonObject Deployment(string name, int replicas) => JsonNode.Parse($$$"""
        {"metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"} },"strategy":{"rollingUpdate":{"maxSurge":"25%"} },
         "template":{"metadata":{"labels":{"app":"{{{name}}}"} },"spec":{"containers":[{"name":"app","image":"registry.example/web:1"}]} } } }
        """)!.AsObject();

    /// <summary>A client that holds a watch open and reads it.</summary>
    sealed class CountingSink
    {
        readonly byte[] _buffer = new byte[65_536];

        public long Bytes { get; private set; }

        public async Task WatchAsync(HttpClient client, string path)
        {
            var response = await client.SendAsync(new(HttpMethod.Get, $"{path}?watch=true"), HttpCompletionOption.ResponseHeadersRead);
            _ = ReadAsync(await response.Content.ReadAsStreamAsync());
        }

        async Task ReadAsync(Stream stream)
        {
            while (await stream.ReadAsync(_buffer) is var count && count > 0) Bytes += count;
        }
    }
}
