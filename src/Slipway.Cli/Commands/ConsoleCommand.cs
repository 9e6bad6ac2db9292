using System.CommandLine;
using Microsoft.Extensions.Logging;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Runtime.Api;
using Slipway.Web;
using Slipway.Web.Identity.Oidc;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway console</c>: tickets in the browser, for any cluster.</summary>
static class ConsoleCommand
{
    /// <summary>Where the console is when nothing is said.</summary>
    public const int UsualPort = 7090;

    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var flags = new ConsoleFlags();
        var verbose = new Option<bool>("--verbose") { Description = "Log more" };
        var command = cluster.AddTo(new Command("console", "Serve the web console of a cluster") { verbose });
        foreach (var option in flags.All) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            using var open = cluster.Open(parsed, surroundings);
            using var logs = Logs.To(surroundings.Talk, parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning);
            await using var followed = new FollowedCluster(new(open.Api, parsed.GetValue(cluster.Namespace), Environment.ProcessId, surroundings.Time));
            await using var console = await ServeAsync(surroundings, open, followed.Live, parsed, flags, logs, cancellation);
            await Interruption.WaitAsync(cancellation);
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>The console of a cluster that is connected to.</summary>
    public static async Task<ConsoleHost> ServeAsync(Surroundings surroundings, OpenCluster open, LiveCluster live, ParseResult parsed, ConsoleFlags flags, ILoggerFactory logs, CancellationToken cancellation)
    {
        var entrance = await flags.EntranceAsync(parsed, open, surroundings.Out, cancellation);
        var console = await ServedConsole.StartAsync(flags.Read(parsed, live, open.Api.Server.Authority, entrance), logs, cancellation);
        await surroundings.Out.WriteLineAsync($"Console: {console.Entrance}");
        return console;
    }

    /// <summary>The console of an embedded cluster; where roles decide, people bring their tokens or sign in at the provider.</summary>
    public static async Task<ConsoleHost> ServeAsync(Surroundings surroundings, EmbeddedCluster embedded, LiveCluster live, int? port, OidcClient? provider, ILoggerFactory logs, CancellationToken cancellation)
    {
        var who = await AccessReviews.WhoAmIAsync(embedded.Api, cancellation) ?? Environment.UserName;
        var options = new ConsoleOptions
        {
            Cluster = live,
            ClusterName = "sandbox",
            Port = ConsoleFlags.Allowed("--console-port", port ?? UsualPort),
            Entrance = provider is not null ? new Entrance.Oidc(provider, embedded.As)
                : embedded.Rbac ? new Entrance.Token(embedded.As)
                : new Entrance.Kubeconfig(who, embedded.Api, next => surroundings.Out.WriteLine($"Somebody entered the console. The next address is {next}")),
        };
        try
        {
            return await ServedConsole.StartAsync(options, logs, cancellation);
        }
        catch (CommandException) when (port is null)
        {
            // Another sandbox has the usual port.
            return await ServedConsole.StartAsync(options with { Port = 0 }, logs, cancellation);
        }
    }
}
