using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Edge.CloudApi;
using Slipway.Tickets;

namespace Slipway.Tests.Worlds;

/// <summary>Service cart behind the make-believe cloud, one Service a unit, in the simulated world; the operator has an access key.</summary>
sealed class CloudShop : IDisposable
{
    public const string Ignores = "ignore-weight-update";

    static readonly CloudKey Key = new("LTAI-shop", "s3cr3t");

    readonly string _annotations;
    readonly string _unitLabel;
    readonly bool _isCafe;
    int _nonces;

    /// <summary>Pods of GZ00A are a multiple of those of GZ00B. The Services may reuse a server group, tell the cloud controller to leave weights alone, or be before a Network Load Balancer.</summary>
    public CloudShop(int podsOfA = 2, int podsOfB = 2, bool ignores = false, bool network = false, string? group = null, string? weight = "50", TimeSpan jobTime = default, bool cafe = false)
    {
        (_isCafe, _unitLabel) = (cafe, cafe ? Names.DeployUnitLabel : "unit");
        var nodes = Enumerable.Repeat("GZ00A", podsOfA / podsOfB).Append("GZ00B");
        World = new(nodes: [.. nodes.Select((unit, i) => new SandboxNode($"node-{i}", new Dictionary<string, string> { [Names.UnitLabel] = unit }))]);
        _annotations = $"{(ignores ? Annotation(Ignores, "on") : "")}{(group is null ? "" : Annotation("vgroup-port", $"{group}:80"))}{(weight is null ? "" : Annotation("default-weight", weight))}";
        World.Apply(Kinds.OpsPolicies, """{"metadata":{"name":"components"},"spec":{"components":[{"name":"cloud-controller-manager","version":"2.11.1"},{"name":"terway-eni","version":"1.5.0"}]} }""");
        if (!cafe) World.Deployment("cart", podsOfA + podsOfB);
        foreach (var unit in new[] { "GZ00A", "GZ00B" }) Service(unit, network);
        World.Apply(Kinds.ApplicationServices, $$"""
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"{{(cafe ? "CafeDeployment" : "Deployment")}}","name":"cart"},"traffic":{"provider":"alibaba-cloud","backends":[
              {"unit":"GZ00A","service":"cart-gz00a"},{"unit":"GZ00B","service":"cart-gz00b"}]} } }
            """);
        World.Settle();
        LabelByUnit();
        World.Settle();
        Cloud = new(World.Cluster);
        Api = new(Cloud, [Key], World.Time, jobTime);
        World.Alibaba = new() { Region = "cn-hangzhou", Key = () => new(KeyId, Secret), Nonce = () => $"nonce-{++_nonces}", Http = new(new Wire(this, Api.CreateHandler())), Endpoint = new("http://cloud.test") };
    }

    public SimulatedWorld World { get; }

    public SandboxCloud Cloud { get; }

    public SandboxCloudApi Api { get; }

    /// <summary>Called before each call of the cloud: what becomes of it.</summary>
    public Func<string, Interruption>? Interrupt { get; set; }

    public string KeyId { get; set; } = Key.Id;

    public string Secret { get; set; } = Key.Secret;

    public void Open()
    {
        World.StartOperator();
        if (_isCafe) World.Cafe("cart", 4);
        World.Run(TimeSpan.FromMinutes(_isCafe ? 5 : 0));
        World.Settle();
    }

    void Service(string unit, bool network) => World.Apply(Kinds.Services, $$$"""
        {"metadata":{"name":"cart-{{{unit.ToLowerInvariant()}}}","namespace":"shop","annotations":{ {{{_annotations}}}
           "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id":"lb-shop"} },
         "spec":{"type":"LoadBalancer",{{{(network ? "\"loadBalancerClass\":\"alibabacloud.com/nlb\"," : "")}}} "selector":{"app":"cart","{{{_unitLabel}}}":"{{{unit}}}"},"ports":[{"name":"http","port":80,"targetPort":8080}]} }
        """);

    static string Annotation(string name, string value) => $"\"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-{name}\":\"{value}\",";

    /// <summary>Pods of a Deployment do not carry their unit; the units' Services select by it.</summary>
    public void LabelByUnit()
    {
        foreach (var key in World.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Key))
        {
            var pod = World.Cluster.Objects.Get(Kinds.Pods, key)!.Edit();
            pod["metadata"]!["labels"]!["unit"] = World.Cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster((string)pod["spec"]!["nodeName"]!))!.Labels[Names.UnitLabel];
            World.Cluster.Objects.Update(Kinds.Pods, pod);
        }
    }

    public static OpsTicketSpec Shift(int a, int b) => new()
    {
        Title = "Shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = a }, new() { Unit = "GZ00B", Weight = b }],
    };

    /// <summary>Runs until the ticket ends in one of these phases.</summary>
    public TicketPhase? Run(string ticket, params TicketPhase[] ends)
    {
        World.RunUntil(
            () =>
            {
                World.RestartAfterCrash();
                return World.Ticket(ticket).Status?.Phase is { } phase && ends.Contains(phase);
            },
            TimeSpan.FromMinutes(40));
        return World.Ticket(ticket).Status?.Phase;
    }

    /// <summary>The backends of a unit's Service, in the order of their addresses.</summary>
    public IReadOnlyList<CloudServer> Servers(string unit) =>
        [.. Cloud.Groups.SelectMany(group => group.Servers).Where(server => server.Description.Contains($"cart-{unit.ToLowerInvariant()}", StringComparison.Ordinal)).OrderBy(server => server.Pod, StringComparer.Ordinal)];

    /// <summary>The weights that a unit's backends have in the cloud, such as <c>50 50</c>.</summary>
    public string Weights(string unit) => string.Join(' ', Servers(unit).Select(server => server.Weight));

    public string? Annotated(string unit) =>
        World.Cluster.Objects.Get(Kinds.Services, new("shop", $"cart-{unit.ToLowerInvariant()}"))!.Edit()["metadata"]!["annotations"]!.AsObject()["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-default-weight"]?.ToString();

    /// <summary>Successful writes of weights, each with the number of backends it named.</summary>
    public IReadOnlyList<int> Writes => [.. Api.Calls.Where(call => call is { Status: 200, Action: "SetVServerGroupAttribute" or "UpdateServerGroupServersAttribute" }).Select(call => call.Backends)];

    /// <summary>Units of a shift with set and actual weights.</summary>
    public string Units(string ticket) =>
        string.Join("; ", World.Ticket(ticket).Status!.Traffic![0].Units.Select(unit => $"{unit.Unit} set {unit.SetWeight} actual {unit.ActualWeight} {unit.ActualShare}"));

    /// <summary>The operator's wire to the cloud, which breaks where it is told to.</summary>
    sealed class Wire(CloudShop shop, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var interruption = shop.Interrupt?.Invoke(request.Headers.GetValues("x-acs-action").First()) ?? Interruption.None;
            if (interruption == Interruption.Fail) return Task.FromException<HttpResponseMessage>(new HttpRequestException("injected"));
            var answer = interruption == Interruption.CrashBefore ? null : base.SendAsync(request, cancellationToken);
            if (interruption == Interruption.LoseAnswer) return Task.FromException<HttpResponseMessage>(new HttpRequestException("injected"));
            if (interruption == Interruption.None) return answer!;
            shop.World.CrashOperator();
            return new TaskCompletionSource<HttpResponseMessage>().Task;
        }
    }

    public void Dispose()
    {
        Cloud.Dispose();
        World.Dispose();
    }
}
