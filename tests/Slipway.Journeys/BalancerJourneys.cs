using System.Text.RegularExpressions;
using Slipway.Journeys.Kubectl;
using Slipway.Journeys.Running;
using Xunit;

namespace Slipway.Journeys;

/// <summary>The sandbox's edge, a real HAProxy behind <c>controller --haproxy</c>, and the demo, all as a person would run them.</summary>
public sealed partial class BalancerJourneys : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("slipway-edge").FullName;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    string Kubeconfig => Path.Combine(_folder, "kc");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_plays_both_acts_and_ends_well()
    {
        var ended = await Command.RunAsync(Command.Slipway, ["demo"], null, "", Stop, longest: TimeSpan.FromMinutes(3));

        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains("restart-cart     Succeeded", ended.Out);
        Assert.Contains("shift-cart  Succeeded, undone", ended.Out);
        Assert.Matches(@"[\d,]+ requests, 0 failed", ended.Out);
    }

    [Fact]
    public async Task A_pod_taken_out_of_traffic_answers_no_more_at_the_sandboxs_edge()
    {
        using var sandbox = await SandboxAsync("--edge-port", "0");
        var edge = EdgeAddress().Match(await sandbox.LineAsync("Edge: ", TimeSpan.FromSeconds(60), Stop)).Value;
        await ApplyAsync(Shop("type: LoadBalancer, "));
        var shop = new Uri($"{edge}shop-cart/");
        await Eventually.HoldsAsync(() => Answers(shop).Count == 2, TimeSpan.FromSeconds(60), () => "two pods do not answer", Stop);
        var removed = Answers(shop).Keys.Order().First();

        var ticket = await SlipwayAsync("ticket", "create", "-n", "shop", "--name", "out", "--title", "Out of traffic", "--operation", "RemoveTraffic", "--service", "cart", "--pod", removed, "--publish", "--wait");
        var listed = await SlipwayAsync("traffic", "list", "-n", "shop");

        Assert.True(ticket.Code == 0, ticket.ToString());
        Assert.DoesNotContain(removed, Answers(shop).Keys);
        Assert.Contains(removed, listed.Out);
    }

    [Fact]
    public async Task A_controller_shifts_the_weights_of_a_real_haproxy_and_plans_name_it()
    {
        var haproxy = Array.Find(["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"], File.Exists);
        Assert.SkipUnless(haproxy is not null, "haproxy is not installed");
        var socket = Path.Combine(_folder, "haproxy.sock");
        await File.WriteAllTextAsync(Path.Combine(_folder, "haproxy.cfg"), $"""
            global
              stats socket {socket} level admin mode 600
            defaults
              mode http
              timeout connect 2s
              timeout client 30s
              timeout server 30s
            backend cart
              server gz00a-1 127.0.0.1:9 weight 50
              server gz00b-1 127.0.0.1:9 weight 50

            """, Stop);
        using var proxy = new Background(haproxy!, ["-f", Path.Combine(_folder, "haproxy.cfg"), "-db"]);
        await Eventually.HoldsAsync(() => File.Exists(socket), TimeSpan.FromSeconds(20), () => string.Join('\n', proxy.Lines), Stop);
        using var sandbox = await SandboxAsync("--no-controller");
        await ApplyAsync(Shop("") + Mall);
        using var controller = new Background(Command.Slipway, ["controller", "--kubeconfig", Kubeconfig, "--no-leader-election", "--haproxy", $"edge={socket}"]);

        var ticket = await SlipwayAsync("ticket", "create", "-n", "shop", "--name", "shift", "--title", "Shift", "--operation", "ShiftTraffic", "--service", "cart", "--weight", "GZ00A=20", "--weight", "GZ00B=80", "--wait");
        var plan = await SlipwayAsync("ticket", "plan", "shift", "-n", "shop");
        var published = await SlipwayAsync("ticket", "publish", "shift", "-n", "shop");
        var ended = await SlipwayAsync("ticket", "wait", "shift", "-n", "shop", "--timeout", "40s");

        Assert.True(ticket.Code == 0 && published.Code == 0 && ended.Code == 0, $"{ticket}\n{published}\n{ended}\n{string.Join('\n', controller.Lines)}");
        Assert.Contains("is asked of haproxy by the controller", plan.Out);
        Assert.Contains("20 (initial 50)", await AskAsync(socket, "get weight cart/gz00a-1"));
        Assert.Contains("80 (initial 50)", await AskAsync(socket, "get weight cart/gz00b-1"));
    }

    async Task<Background> SandboxAsync(params string[] more)
    {
        var sandbox = new Background(Command.Slipway, ["sandbox", "--port", "0", "--no-console", "--empty", "--speed", "20", "--kubeconfig-out", Kubeconfig, .. more]);
        await sandbox.LineAsync("Ctrl-C ends it", TimeSpan.FromSeconds(60), Stop);
        return sandbox;
    }

    Task<Ended> SlipwayAsync(params string[] arguments) => Command.RunAsync(Command.Slipway, [.. arguments, "--kubeconfig", Kubeconfig], null, null, Stop);

    async Task ApplyAsync(string yaml)
    {
        var file = Path.Combine(_folder, "shop.yaml");
        await File.WriteAllTextAsync(file, yaml, Stop);
        KubectlBinary.SkipWithout("1.33");
        await new KubectlBinary("1.33", Kubeconfig, Path.Combine(_folder, "cache")).RunAsync($"apply -f {file}");
    }

    static Dictionary<string, int> Answers(Uri shop)
    {
        using var client = new HttpClient();
        return Enumerable.Range(0, 40).Select(_ => client.GetAsync(shop, Stop).GetAwaiter().GetResult()).Where(answer => answer.IsSuccessStatusCode)
            .Select(answer => answer.Content.ReadAsStringAsync(Stop).GetAwaiter().GetResult()).CountBy(name => name).ToDictionary();
    }

    static async Task<string> AskAsync(string path, string command)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(path), Stop);
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{command}\n"), Stop);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Stop);
    }

    static string Shop(string type) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: cart, namespace: shop}
        spec:
          replicas: 2
          selector:
            matchLabels: {app: cart}
          template:
            metadata:
              labels: {app: cart}
            spec:
              readinessGates: [{conditionType: slipway.dev/in-traffic}]
              containers: [{name: app, image: "registry.example/shop/cart:2.4"}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: cart, namespace: shop}
        spec: { {{type}}selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}] }

        """;

    const string Mall = """
        ---
        apiVersion: slipway.dev/v1alpha1
        kind: ApplicationService
        metadata: {name: cart, namespace: shop}
        spec:
          workload: {kind: Deployment, name: cart}
          traffic:
            provider: haproxy
            endpoint: edge
            backends: [{unit: GZ00A, haproxy: {backend: cart, server: gz00a-}}, {unit: GZ00B, haproxy: {backend: cart, server: gz00b-}}]
        """;

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/", RegexOptions.None, 1000)]
    private static partial Regex EdgeAddress();
}
