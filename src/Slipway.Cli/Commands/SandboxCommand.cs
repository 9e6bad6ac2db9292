using System.CommandLine;
using Microsoft.Extensions.Logging;
using Slipway.Cli.Copies;
using Slipway.Cli.Output;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Faults;
using Slipway.Sandbox.Imports;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway sandbox</c>: an embedded cluster on a port, for kubectl and for trying things.</summary>
static class SandboxCommand
{
    public static Command Verb(Surroundings surroundings)
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 picks a free one", DefaultValueFactory = _ => 7080 };
        var kubeconfig = new Option<string>("--kubeconfig-out") { Description = "Where to write the kubeconfig", DefaultValueFactory = _ => "sandbox.kubeconfig" };
        var tls = new Option<bool>("--tls") { Description = "Serve HTTPS with a certificate made at start" };
        var rbac = new Option<bool>("--rbac") { Description = "Let roles decide every request, with the users admin, ops and viewer in the kubeconfig; serves HTTPS" };
        var speed = new Option<string>("--speed") { Description = "Run the clock this many times faster, 1 to 1000", DefaultValueFactory = _ => "1" };
        var nodes = new Option<int>("--nodes") { Description = "Number of make-believe nodes", DefaultValueFactory = _ => 4 };
        var units = new Option<string>("--units") { Description = "Deployment units the nodes belong to, in turn", DefaultValueFactory = _ => "GZ00A,GZ00B" };
        var components = new Option<string[]>("--component") { Description = "Version of a component, NAME=VERSION, such as cafeextcontroller=0.7.1; NAME=none leaves it out", AllowMultipleArgumentsPerToken = false };
        var live = new Option<bool>("--from-cluster") { Description = "With a copy of a namespace of a live cluster (--namespace, --kubeconfig, --context) in place of the sample shop" };
        var source = new ClusterOptions();
        var empty = new Option<bool>("--empty") { Description = "Without the sample shop" };
        var faults = new Option<string[]>("--fault") { Description = "Something that goes wrong, such as \"verb=patch kind=pods answer=409 times=3\"; may be given more than once, see docs/guides/sandbox-faults.md", DefaultValueFactory = _ => [] };
        var alone = new Option<bool>("--no-controller") { Description = "Without the operator" };
        var edgePort = new Option<int?>("--edge-port") { Description = "Serve the load balancers on this port of 127.0.0.1, 0 picks a free one; pods then answer real HTTP with their name (Linux and Windows)" };
        var consolePort = new Option<int?>("--console-port") { Description = "Port of the console on 127.0.0.1; 0 picks a free one; default: 7090, or a free one where that is taken" };
        var cloudPort = new Option<int?>("--cloud-port") { Description = "Serve the API of the make-believe cloud, with its load balancers, on this port of 127.0.0.1; 0 picks a free one" };
        var noConsole = new Option<bool>("--no-console") { Description = "Without the console" };
        var command = new Command("sandbox", "Run an embedded cluster that speaks the Kubernetes API, with a sample shop and the operator") { port, kubeconfig, tls, rbac, speed, nodes, units, components, live, empty, alone, faults, edgePort, consolePort, noConsole, cloudPort };
        source.AddTo(command);
        var (oidc, issuer) = (new OidcFlags(), new IssuerFlags());
        foreach (var option in oidc.All.Concat(issuer.All)) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var named = parsed.GetValue(units)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (named.Length == 0) throw CommandException.Usage("--units is empty; name at least one, such as GZ00A");
            if (parsed.GetValue(nodes) is < 1 or > 1000) throw CommandException.Usage($"--nodes is {parsed.GetValue(nodes)}; 1 to 1000 is allowed");
            foreach (var (flag, number) in new (string, int?)[] { (port.Name, parsed.GetValue(port)), (edgePort.Name, parsed.GetValue(edgePort)), (cloudPort.Name, parsed.GetValue(cloudPort)) })
            {
                if (number is < 0 or > 65535) throw CommandException.Usage($"{flag} is {number}; 0 to 65535 is allowed, 0 picks a free one");
            }

            var provider = oidc.Given(parsed) is null ? null : oidc.Read(parsed);
            if (provider is not null && !parsed.GetValue(rbac)) throw CommandException.Usage($"{oidc.Issuer.Name} goes with --rbac; without it everybody may do everything");
            var versions = SandboxComponents.Parse(parsed.GetValue(components) ?? []);
            var rules = parsed.GetValue(faults)!.Select(Rule).ToList();
            var copy = parsed.GetValue(live) ? await CopyAsync(source, parsed, surroundings, cancellation) : null;
            await using var embedded = new EmbeddedCluster(named, parsed.GetValue(nodes), EmbeddedCluster.Speed(parsed.GetValue(speed)!), surroundings.Time, parsed.GetValue(rbac), copy, loopbackPods: parsed.GetValue(edgePort) is not null, issuer: provider is null ? null : issuer.Read(parsed, provider), kubernetes: SandboxComponents.Kubernetes(versions));
            var address = await ServeAsync(embedded, parsed.GetValue(port), parsed.GetValue(tls) || parsed.GetValue(rbac), cancellation);
            var path = parsed.GetValue(kubeconfig)!;
            await WriteAsync(path, address.Kubeconfig, cancellation);
            embedded.Apply(SandboxComponents.Yaml(versions));
            if (!parsed.GetValue(empty) && copy is null) embedded.Apply(Deployment.Sample("shop.yaml"));
            foreach (var rule in rules) embedded.Cluster.Faults.Add(rule);
            await using var edge = parsed.GetValue(edgePort) is { } at ? await EdgeAsync(embedded, at, cancellation) : null;
            await using var cloud = await ServedCloud.StartAsync(embedded, edge?.Cloud, parsed.GetValue(cloudPort), cancellation);
            using var logs = Logs.To(surroundings.Talk, LogLevel.Warning);
            await using var followed = parsed.GetValue(noConsole) ? null : embedded.Follow(logs);
            if (!parsed.GetValue(alone)) embedded.StartOperator(logs, followed?.Live, cloud?.Access);
            await using var console = followed is null ? null : await ConsoleCommand.ServeAsync(surroundings, embedded, followed.Live, parsed.GetValue(consolePort), provider, logs, cancellation);
            await surroundings.Out.WriteLineAsync($"""
                {(copy is null ? $"A cluster with {parsed.GetValue(nodes)} make-believe nodes in {string.Join(" and ", named)}" : $"A copy of {copy.Objects.Count} objects on {copy.Nodes.Count} make-believe nodes")} is at {address.Url}
                  export KUBECONFIG={Path.GetFullPath(path)}
                  kubectl get pods -A
                  slipway ticket create -n shop --title "Restart cart" --operation Restart --service cart --all --publish --wait
                Ctrl-C ends it; nothing of it is kept.{(ReferenceEquals(embedded.Time, surroundings.Time) ? "" : $"\nIts clock runs {parsed.GetValue(speed)} times fast: what kubectl prints as ages is off by that.")}
                """);
            if (edge is not null) await surroundings.Out.WriteLineAsync($"Edge: {edge.Url}BALANCER/ sends to a pod; a balancer is named by its Service's annotation {CloudBalancer}, or NAMESPACE-NAME of a Service of type LoadBalancer or a route");
            if (cloud is not null) await surroundings.Out.WriteLineAsync(cloud.Sentence);
            if (console is not null) await surroundings.Out.WriteLineAsync($"Console: {console.Entrance}");
            await Interruption.WaitAsync(cancellation);
            return ExitCode.Done;
        }));
        return command;
    }

    static async Task<ClusterCopy> CopyAsync(ClusterOptions source, ParseResult parsed, Surroundings surroundings, CancellationToken cancellation)
    {
        using var open = source.Open(parsed, surroundings);
        return await NamespaceReader.ReadAsync(open.Api, open.Namespace, cancellation);
    }

    static FaultRule Rule(string text)
    {
        try
        {
            return FaultRule.Parse(text);
        }
        catch (FormatException mistake)
        {
            throw CommandException.Usage($"--fault: {mistake.Message}");
        }
    }

    static async Task<Sandbox.SandboxAddress> ServeAsync(EmbeddedCluster embedded, int port, bool tls, CancellationToken cancellation)
    {
        try
        {
            return await embedded.Cluster.ServeAsync(port, tls, cancellation);
        }
        catch (IOException taken)
        {
            throw new CommandException(ExitCode.Error, $"--port {port} cannot be served: {taken.GetBaseException().Message.TrimEnd('.')}; --port 0 picks a free one");
        }
    }

    const string CloudBalancer = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id";

    static async Task<SandboxEdge> EdgeAsync(EmbeddedCluster embedded, int port, CancellationToken cancellation)
    {
        if (OperatingSystem.IsMacOS()) throw CommandException.Usage("--edge-port needs an address 127.x.x.x for each pod, which macOS does not have");
        try
        {
            return await SandboxEdge.StartAsync(embedded.Cluster, port, cancellation);
        }
        catch (IOException taken)
        {
            throw new CommandException(ExitCode.Error, $"--edge-port {port} cannot be served: {taken.GetBaseException().Message.TrimEnd('.')}; 0 picks a free one");
        }
    }

    static async Task WriteAsync(string path, string kubeconfig, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllTextAsync(path, kubeconfig, cancellation);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Error, $"--kubeconfig-out {path} cannot be written: {unwritable.Message.TrimEnd('.')}");
        }
    }
}
