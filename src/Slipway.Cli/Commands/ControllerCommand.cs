using System.CommandLine;
using Microsoft.Extensions.Logging;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Runtime.Leadership;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway controller</c>: the operator, for any cluster.</summary>
static class ControllerCommand
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var everywhere = new Option<bool>("--all-namespaces", "-A") { Description = "Look after all namespaces (default unless --namespace is given)" };
        var alone = new Option<bool>("--no-leader-election") { Description = "Act at once; only one operator may then run" };
        var leaseNamespace = new Option<string>("--lease-namespace") { Description = "Namespace of the leader election's Lease", DefaultValueFactory = _ => "slipway-system" };
        var identity = new Option<string?>("--identity") { Description = "Name in the leader election; default: host and process" };
        var workloads = new Option<bool>("--workloads") { Description = "Run the controllers of CafeDeployments and InPlaceSets; false where others run", DefaultValueFactory = _ => true };
        var verbose = new Option<bool>("--verbose") { Description = "Log retries as well" };
        var haproxies = new Option<string[]>("--haproxy") { Description = "NAME=ADDRESS of an HAProxy's runtime API, a socket's path or host:port; may be repeated", AllowMultipleArgumentsPerToken = true };
        var console = new Option<bool>("--console") { Description = "Serve the console too" };
        var flags = new ConsoleFlags { Port = new("--console-port") { Description = "Port of the console; 0 picks a free one", DefaultValueFactory = _ => ConsoleCommand.UsualPort } };
        var command = cluster.AddTo(new Command("controller", "Run the operator against a cluster") { everywhere, alone, leaseNamespace, identity, workloads, verbose, haproxies, console });
        var alibaba = new AlibabaFlags();
        foreach (var option in flags.All.Concat(alibaba.All)) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var cloud = alibaba.Read(parsed, surroundings);
            using var http = cloud?.Http;
            using var open = cluster.Open(parsed, surroundings);
            using var logs = Logs.To(surroundings.Talk, parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Information);
            var ns = parsed.GetValue(everywhere) ? null : parsed.GetValue(cluster.Namespace);
            await using var followed = parsed.GetValue(console) ? new FollowedCluster(new(open.Api, ns, Environment.ProcessId, surroundings.Time, logs)) : null;
            var host = new OperatorHost(open.Api, new() { Namespace = ns, Seed = Environment.ProcessId, Workloads = parsed.GetValue(workloads), HAProxies = Endpoints(parsed.GetValue(haproxies) ?? []), Alibaba = cloud }, surroundings.Time, logs, followed?.Live);
            await surroundings.Talk.WriteLineAsync($"slipway {VersionCommand.Version} looks after {(ns is null ? "all namespaces" : $"namespace {ns}")} of {open.Api.Server}");
            if (cloud is not null) await surroundings.Talk.WriteLineAsync($"weights on Alibaba Cloud are confirmed by its API in {cloud.Region}{(cloud.Endpoint is null ? "" : $" at {cloud.Endpoint}")} with {cloud.Key()}");
            await using var served = followed is null ? null : await ConsoleCommand.ServeAsync(surroundings, open, followed.Live, parsed, flags, logs, cancellation);
            if (parsed.GetValue(alone)) await host.RunAsync(cancellation);
            else
            {
                var who = parsed.GetValue(identity) ?? $"{Environment.MachineName}-{Environment.ProcessId}";
                var lease = new ObjectKey(parsed.GetValue(leaseNamespace)!, "slipway-controller");
                await new LeaderElector(open.Api, lease, who, new(), surroundings.Time, logs.CreateLogger("slipway.leader")).RunAsync(host.RunAsync, cancellation);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    static IReadOnlyDictionary<string, string> Endpoints(IReadOnlyList<string> given)
    {
        var endpoints = new Dictionary<string, string>();
        foreach (var text in given)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } address] || !(address.StartsWith('/') || IsHostAndPort(address))) throw CommandException.Usage($"--haproxy is \"{text}\"; NAME=ADDRESS is needed, such as edge=/run/haproxy.sock or edge=10.0.0.5:9999");
            endpoints[name] = address;
        }

        return endpoints;
    }

    static bool IsHostAndPort(string address) => address.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(address.AsSpan(colon + 1), out _);
}
