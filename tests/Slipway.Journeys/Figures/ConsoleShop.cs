using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Cli.Commands;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer;
using Slipway.Tickets;
using Slipway.Web;

namespace Slipway.Journeys.Figures;

/// <summary>
/// An API server with 20 services of 250 pods each, the record of a ticket about all of them, and the console, in this process. No controllers
/// run: what changes is what the figures change.
/// </summary>
sealed class ConsoleShop : IAsyncDisposable
{
    public const int Services = 20;
    public const int PodsEach = 250;

    readonly int _podsEach;
    public const string Ticket = "replace-everything";

    readonly CancellationTokenSource _end = new();
    readonly SandboxCluster _cluster = new(new(), TimeProvider.System);
    Task _informers = Task.CompletedTask;
    ConsoleHost? _console;
    Uri? _next;

    ConsoleShop(int podsEach)
    {
        _podsEach = podsEach;
        Api = new(new HttpMessageInvoker(_cluster.CreateHandler()), new("http://sandbox"));
        Person = new(new HttpMessageInvoker(_cluster.CreateHandler()), new("http://sandbox"));
        Live = new(Api, null, 1, TimeProvider.System);
    }

    /// <summary>What the console's informers ask by.</summary>
    public KubernetesApi Api { get; }

    /// <summary>What people's acts and questions go by.</summary>
    public KubernetesApi Person { get; }

    public LiveCluster Live { get; }

    public Uri Root { get; private set; } = null!;

    public CookieContainer Cookies { get; } = new();

    /// <param name="podsEach">Pods of a service; the ticket is there for the usual number only.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<ConsoleShop> OpenAsync(CancellationToken cancellation, int podsEach = PodsEach)
    {
        var shop = new ConsoleShop(podsEach);
        shop.Fill();
        if (podsEach == PodsEach) await shop.StartTicketAsync(cancellation);
        shop._informers = shop.Live.RunAsync(shop._end.Token);
        await shop.Live.SyncedAsync(cancellation);
        shop._console = await ConsoleHost.StartAsync(new() { Cluster = shop.Live, ClusterName = "figures", Entrance = new Entrance.Kubeconfig("bench", shop.Person, next => shop._next = next) }, NullLoggerFactory.Instance, cancellation);
        shop._next = shop._console.Entrance;
        shop.Root = new(shop._next.GetLeftPart(UriPartial.Authority) + "/");
        using var handler = new SocketsHttpHandler { CookieContainer = shop.Cookies };
        using var http = new HttpClient(handler);
        (await http.GetAsync(shop._next, cancellation)).EnsureSuccessStatusCode();
        return shop;
    }

    /// <summary>An address to enter by, for a browser.</summary>
    public Uri Entrance => _next!;

    public static string Pod(int service, int n) => string.Create(CultureInfo.InvariantCulture, $"svc-{service}-7d9c6b5f4-{n:D3}");

    /// <summary>A pod becomes ready or not, as a kubelet would say it.</summary>
    public void Flip(int service, int n, bool ready)
    {
        var pod = _cluster.Objects.Get(Kinds.Pods, new("shop", Pod(service, n)))!.Json.ToNode();
        var word = ready ? "True" : "False";
        foreach (var condition in pod["status"]!["conditions"]!.AsArray()) if (condition!["type"]!.ToString() is "Ready" or "ContainersReady") condition["status"] = word;
        pod["status"]!["containerStatuses"]![0]!["ready"] = ready;
        _cluster.Objects.Update(Kinds.Pods, pod, "status");
    }

    /// <summary>Some pods of a group of the ticket come a step further, in one write as the operator does it.</summary>
    public void Progress(int group, int from, int count, string state)
    {
        var name = _cluster.Objects.List(Kinds.OpsTicketGroups, "shop").Select(found => found.Key).OrderBy(key => key.Name, StringComparer.Ordinal).ElementAt(group);
        var record = _cluster.Objects.Get(Kinds.OpsTicketGroups, name)!.Json.ToNode();
        var pods = record["status"]!["pods"]!.AsArray();
        for (var n = from; n < from + count; n++) pods[n % pods.Count]!["state"] = state;
        _cluster.Objects.Update(Kinds.OpsTicketGroups, record, "status");
    }

    public int Groups => _cluster.Objects.List(Kinds.OpsTicketGroups, "shop").Count;

    public async ValueTask DisposeAsync()
    {
        if (_console is not null) await _console.DisposeAsync();
        await _end.CancelAsync();
        await _informers;
        await _cluster.DisposeAsync();
        _end.Dispose();
    }

    void Fill()
    {
        foreach (var definition in Deployment.Definitions)
        {
            foreach (var document in YamlDocuments.Read("definition", definition)) _cluster.Objects.Create(Kinds.CustomResourceDefinitions, document!.AsObject());
        }

        foreach (var ns in new[] { "shop", "slipway-system" }) _cluster.Objects.Create(Kinds.Namespaces, new() { ["metadata"] = new JsonObject { ["name"] = ns } });
        for (var n = 0; n < 20; n++) _cluster.Objects.Create(Kinds.Nodes, Json($$"""{"metadata":{"name":"node-{{n}}","labels":{"{{Names.UnitLabel}}":"GZ00{{"AB"[n % 2]}}"} } }"""));
        for (var service = 0; service < Services; service++) Fill(service);
    }

    void Fill(int service)
    {
        var name = $"svc-{service}";
        var template = $$"""{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"app","image":"registry.example/{{name}}:1"}]} }""";
        var deployment = _cluster.Objects.Create(Kinds.Deployments, Json($$"""{"metadata":{"name":"{{name}}","namespace":"shop"},"spec":{"replicas":{{_podsEach}},"selector":{"matchLabels":{"app":"{{name}}"} },"template":{{template}} } }"""));
        Status(Kinds.Deployments, deployment, $$"""{"observedGeneration":1,"replicas":{{_podsEach}},"updatedReplicas":{{_podsEach}},"readyReplicas":{{_podsEach}},"availableReplicas":{{_podsEach}} }""");
        var set = _cluster.Objects.Create(Kinds.ReplicaSets, Json($$"""{"metadata":{"name":"{{name}}-7d9c6b5f4","namespace":"shop","labels":{"app":"{{name}}"},"ownerReferences":[{{Owner("Deployment", deployment)}}]},"spec":{"replicas":{{_podsEach}},"selector":{"matchLabels":{"app":"{{name}}"} },"template":{{template}} } }"""));
        for (var n = 0; n < _podsEach; n++)
        {
            _cluster.Objects.TakeUp(Kinds.Pods, Json($$"""
                {
                  "apiVersion":"v1","kind":"Pod","metadata":{"name":"{{Pod(service, n)}}","namespace":"shop","uid":"{{service:x8}}-0000-4000-8000-{{n:x12}}","creationTimestamp":"2026-01-05T12:00:00Z","labels":{"app":"{{name}}"},"ownerReferences":[{{Owner("ReplicaSet", set)}}]},
                  "spec":{"nodeName":"node-{{n % 20}}","containers":[{"name":"app","image":"registry.example/{{name}}:1"}]},
                  "status":{"phase":"Running","podIP":"10.{{service}}.{{n / 250}}.{{n % 250}}","startTime":"2026-01-05T12:00:00Z",
                    "conditions":[{"type":"PodScheduled","status":"True"},{"type":"Initialized","status":"True"},{"type":"ContainersReady","status":"True"},{"type":"Ready","status":"True","lastTransitionTime":"2026-01-05T12:00:05Z"}],
                    "containerStatuses":[{"name":"app","ready":true,"started":true,"restartCount":0,"image":"registry.example/{{name}}:1","imageID":"x","containerID":"containerd://{{service:x8}}{{n:x8}}","state":{"running":{"startedAt":"2026-01-05T12:00:02Z"} } }]}
                }
                """));
        }
    }

    /// <summary>The operator freezes the pods and begins; from then on the figures write what it would.</summary>
    async Task StartTicketAsync(CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource();
        var working = new OperatorHost(new(new HttpMessageInvoker(_cluster.CreateHandler()), new("http://sandbox")), new() { Seed = 1 }, TimeProvider.System, NullLoggerFactory.Instance).RunAsync(end.Token);
        var key = new ObjectKey("shop", Ticket);
        var spec = new OpsTicketSpec
        {
            Title = "Replace everything", Operation = Operation.Replace, ReleasePolicy = new() { GroupBy = GroupBy.PodCount, GroupSize = 500 },
            Targets = [.. Enumerable.Range(1, 12).Select(service => new TicketTarget { Service = $"svc-{service}", All = true })],
        };
        await TicketWrites.CreateAsync(Api, new() { Metadata = new() { Name = Ticket, Namespace = "shop" }, Spec = spec }, "bench", cancellation);
        await PhaseAsync(key, "Initialized", cancellation);
        await TicketWrites.AppendAsync(Api, key, new() { Id = "1", Verb = CommandVerb.Publish, By = "bench", At = TimeProvider.System.GetUtcNow() }, cancellation);
        await PhaseAsync(key, "Executing", cancellation);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellation);
        await end.CancelAsync();
        await working;
        for (var service = 13; service < Services; service += 2) AddGroup(service);
        foreach (var group in _cluster.Objects.List(Kinds.OpsTicketGroups, "shop"))
        {
            var record = group.Json.ToNode();
            record["status"] = new JsonObject
            {
                ["state"] = "Executing",
                ["pods"] = new JsonArray([.. record["spec"]!["pods"]!.AsArray().Select(pod => new JsonObject { ["name"] = pod!["name"]!.ToString(), ["state"] = "NotUpdated" })]),
            };
            _cluster.Objects.Update(Kinds.OpsTicketGroups, record, "status");
        }
    }

    async Task PhaseAsync(ObjectKey ticket, string phase, CancellationToken cancellation)
    {
        for (var waits = 0; Status() is not { } status || status["phase"]?.ToString() != phase; waits++)
        {
            if (waits > 300) throw new TimeoutException($"the ticket is not {phase}: {Status()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        }

        JsonNode? Status() => _cluster.Objects.Get(Kinds.OpsTickets, ticket)!.Json.ToNode()["status"];
    }

    /// <summary>A ticket has 3,000 pods at most; the page is to show 5,000.</summary>
    void AddGroup(int service)
    {
        var record = _cluster.Objects.List(Kinds.OpsTicketGroups, "shop").MaxBy(group => group.Json.GetProperty("spec").GetProperty("number").GetInt32())!.Json.ToNode();
        var number = record["spec"]!["number"]!.GetValue<int>() + 1;
        var pods = _cluster.Objects.List(Kinds.Pods, "shop").Where(pod => pod.Labels["app"] == $"svc-{service}" || pod.Labels["app"] == $"svc-{(service + 1) % Services}").ToList();
        record["metadata"] = new JsonObject { ["name"] = $"{Ticket}-{number}-more", ["namespace"] = "shop", ["ownerReferences"] = record["metadata"]!["ownerReferences"]!.DeepClone() };
        (record["spec"]!["number"], record["spec"]!["name"]) = (number, $"{number}");
        var frozen = record["spec"]!["pods"]!.AsArray();
        for (var n = 0; n < pods.Count; n++) (frozen[n]!["name"], frozen[n]!["uid"], frozen[n]!["service"]) = (pods[n].Key.Name, pods[n].Uid, pods[n].Labels["app"]);
        record.Remove("status");
        _cluster.Objects.Create(Kinds.OpsTicketGroups, record);
    }

    void Status(ResourceType type, Sandbox.Storage.StoredObject stored, string status)
    {
        var body = stored.Json.ToNode();
        body["status"] = JsonNode.Parse(status);
        _cluster.Objects.Update(type, body, "status");
    }

    static string Owner(string kind, Sandbox.Storage.StoredObject owner) => $$"""{"apiVersion":"apps/v1","kind":"{{kind}}","name":"{{owner.Key.Name}}","uid":"{{owner.Uid}}","controller":true,"blockOwnerDeletion":true}""";

    static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
