using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Journeys.Running;
using Slipway.Operator.Schemas;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Edge.CloudApi;
using Slipway.Sandbox.Storage;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Journeys;

/// <summary>The controller as a program of its own, with an access key of the make-believe cloud in its environment or in files.</summary>
public sealed class AlibabaJourneys : IAsyncLifetime
{
    const string Id = "LTAI-journey";
    const string Secret = "s3cr3t-of-the-journey";

    readonly string _folder = Directory.CreateTempSubdirectory("slipway-alibaba-").FullName;
    readonly SandboxCluster _cluster = new(new() { Nodes = [new("node-a", new Dictionary<string, string> { [Names.UnitLabel] = "GZ00A" }), new("node-b", new Dictionary<string, string> { [Names.UnitLabel] = "GZ00B" })] }, TimeProvider.System);
    readonly SandboxCloud _cloud;
    readonly SandboxCloudApi _api;
    Background? _controller;

    public AlibabaJourneys()
    {
        _cloud = new(_cluster);
        _api = new(_cloud, [new(Id, Secret)], TimeProvider.System);
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    string Kubeconfig => Path.Combine(_folder, "kc");

    public async ValueTask InitializeAsync()
    {
        _cluster.Start();
        await File.WriteAllTextAsync(Kubeconfig, (await _cluster.ServeAsync(0, tls: false, CancellationToken.None)).Kubeconfig, CancellationToken.None);
        await _api.ServeAsync(0, CancellationToken.None);
        foreach (var kind in ShippedKinds.All) _cluster.Objects.Create(Kinds.CustomResourceDefinitions, kind.Definition());
        Apply(Kinds.Namespaces, """{"metadata":{"name":"shop"} }""");
        Apply(Kinds.OpsPolicies, """{"metadata":{"name":"components"},"spec":{"components":[{"name":"cloud-controller-manager","version":"2.11.1"},{"name":"terway-eni","version":"1.5.0"}]} }""");
        Apply(Kinds.ApplicationServices, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"cart"},"traffic":{"provider":"alibaba-cloud","backends":[
              {"unit":"GZ00A","service":"cart-gz00a"},{"unit":"GZ00B","service":"cart-gz00b"}]} } }
            """);
        Apply(Kinds.Deployments, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"replicas":4,"selector":{"matchLabels":{"app":"cart"}},
             "template":{"metadata":{"labels":{"app":"cart"},"annotations":{"sandbox.slipway.dev/start-seconds":"0","sandbox.slipway.dev/ready-seconds":"0"}},
              "spec":{"containers":[{"name":"app","image":"registry.example/cart:1"}]} } } }
            """);
        foreach (var unit in new[] { "GZ00A", "GZ00B" })
        {
            Apply(Kinds.Services, $$$"""
                {"metadata":{"name":"cart-{{{unit.ToLowerInvariant()}}}","namespace":"shop","annotations":{
                  "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id":"lb-shop","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-ignore-weight-update":"on"} },
                 "spec":{"type":"LoadBalancer","selector":{"app":"cart","unit":"{{{unit}}}"},"ports":[{"name":"http","port":80,"targetPort":8080}]} }
                """);
        }

        await Eventually.HoldsAsync(() => _cluster.Objects.List(Kinds.Pods, "shop") is { Count: 4 } pods && pods.All(IsReady), TimeSpan.FromSeconds(30), () => "the pods do not become ready", CancellationToken.None);
        foreach (var pod in _cluster.Objects.List(Kinds.Pods, "shop")) Label(pod);
        await Eventually.HoldsAsync(() => _cloud.Groups.Sum(group => group.Servers.Count) == 4, TimeSpan.FromSeconds(30), () => "the cloud does not have the backends", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _controller?.Dispose();
        await _api.DisposeAsync();
        _cloud.Dispose();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task With_a_key_in_the_environment_the_controller_sets_weights_and_sees_them_in_force()
    {
        Start([], new() { ["ALIBABA_CLOUD_ACCESS_KEY_ID"] = Id, ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = Secret });

        var ticket = await ShiftAsync();

        Assert.True(ticket.Status?.Phase == TicketPhase.Succeeded, $"{ticket.Status?.FailureReason}\n{string.Join('\n', _controller!.Lines)}");
        Assert.Equal("in force", ticket.Status!.Traffic![0].Message);
        Assert.Equal([20, 20, 80, 80], _cloud.Groups.SelectMany(group => group.Servers).Select(server => server.Weight).Order());
        Assert.Contains(_controller!.Lines, line => line.EndsWith($"with access key {Id}", StringComparison.Ordinal));
        Assert.DoesNotContain(_controller.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_in_files_may_be_mended_while_the_controller_runs_and_the_older_signature_does_as_well()
    {
        await WriteKeyAsync("wr0ng-s3cr3t");
        Start(["--alibaba-credentials", _folder, "--alibaba-signature", "v1"], []);

        var refused = await ShiftAsync();
        await WriteKeyAsync(Secret);
        Command(CommandVerb.Reinitialize);
        Command(CommandVerb.Publish);
        await Eventually.HoldsAsync(() => Ticket.Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed, TimeSpan.FromSeconds(40), () => $"{Ticket.Status?.Phase}: {Ticket.Status?.Message}", Stop);

        Assert.Equal("Alibaba Cloud in cn-test cannot be asked: the secret does not belong to access key LTAI-journey (SignatureDoesNotMatch)", refused.Status!.FailureReason);
        Assert.True(Ticket.Status?.Phase == TicketPhase.Succeeded, Ticket.Status?.FailureReason);
        Assert.Equal([20, 20, 80, 80], _cloud.Groups.SelectMany(group => group.Servers).Select(server => server.Weight).Order());
        Assert.DoesNotContain(_controller!.Lines, line => line.Contains("s3cr3t", StringComparison.Ordinal));
    }

    void Start(IReadOnlyList<string> arguments, Dictionary<string, string> environment) => _controller = new(
        Running.Command.Slipway,
        ["controller", "--kubeconfig", Kubeconfig, "--no-leader-election", "--verbose", "--alibaba-region", "cn-test", "--alibaba-endpoint", $"{_api.Url}", .. arguments],
        environment);

    async Task WriteKeyAsync(string secret)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "access-key-id"), $"{Id}\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "access-key-secret"), $"{secret}\n", Stop);
    }

    async Task<OpsTicket> ShiftAsync()
    {
        var ticket = new OpsTicket
        {
            Metadata = new() { Name = "shift", Namespace = "shop" },
            Spec = new()
            {
                Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 20 }, new() { Unit = "GZ00B", Weight = 80 }],
                Commands = [new() { Id = "publish-1", Verb = CommandVerb.Publish, By = "ops", At = TimeProvider.System.GetUtcNow() }],
            },
        };
        _cluster.Objects.Create(Kinds.OpsTickets, JsonSerializer.SerializeToNode(ticket, TicketJson.Default.OpsTicket)!.AsObject());
        await Eventually.HoldsAsync(() => Ticket.Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed, TimeSpan.FromSeconds(40), () => $"{Ticket.Status?.Phase}: {Ticket.Status?.Message}\n{string.Join('\n', _controller!.Lines)}", Stop);
        return Ticket;
    }

    OpsTicket Ticket => _cluster.Objects.Get(Kinds.OpsTickets, new("shop", "shift"))!.Json.Deserialize(TicketJson.Default.OpsTicket)!;

    void Command(CommandVerb verb)
    {
        var ticket = _cluster.Objects.Get(Kinds.OpsTickets, new("shop", "shift"))!.Edit();
        ticket["metadata"]!.AsObject().Remove("resourceVersion");
        ticket["spec"]!["commands"]!.AsArray().Add(JsonSerializer.SerializeToNode(new TicketCommand { Id = $"{verb}-2", Verb = verb, By = "ops", At = TimeProvider.System.GetUtcNow() }, TicketJson.Default.TicketCommand));
        _cluster.Objects.Update(Kinds.OpsTickets, ticket);
    }

    void Label(StoredObject pod)
    {
        var labelled = pod.Edit();
        labelled["metadata"]!.AsObject().Remove("resourceVersion");
        labelled["metadata"]!["labels"]!["unit"] = _cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster((string)labelled["spec"]!["nodeName"]!))!.Labels[Names.UnitLabel];
        _cluster.Objects.Update(Kinds.Pods, labelled);
    }

    void Apply(ResourceType type, string json) => _cluster.Objects.Create(type, JsonNode.Parse(json)!.AsObject());

    static bool IsReady(StoredObject pod) =>
        pod.Json.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
