using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Slipway.Operator;
using Slipway.Web;

namespace Slipway.Cli.Commands;

/// <summary>Where a console listens, as flags say it.</summary>
sealed class ConsoleFlags
{
    public Option<int> Port { get; init; } = new("--port") { Description = "Port of the console; 0 picks a free one", DefaultValueFactory = _ => ConsoleCommand.UsualPort };
    public Option<string> Address { get; } = new("--address") { Description = "Address to listen on; --auth kubeconfig takes loopback addresses only", DefaultValueFactory = _ => "127.0.0.1" };
    public Option<string> Auth { get; } = new("--auth") { Description = "kubeconfig: whoever opens the printed one-time address acts as you. token: people paste a bearer token and act as themselves. oidc: people sign in at --oidc-issuer, and act with its ID token", DefaultValueFactory = _ => "kubeconfig" };
    public Option<string?> PublicUrl { get; } = new("--public-url") { Description = "Where people reach the console when something stands in front of it" };

    public OidcFlags Oidc { get; } = new();

    public IEnumerable<Option> All => [Port, Address, Auth, PublicUrl, .. Oidc.All];

    public ConsoleOptions Read(ParseResult parsed, LiveCluster cluster, string clusterName, Entrance entrance) => new()
    {
        Cluster = cluster,
        ClusterName = clusterName,
        Entrance = entrance,
        Address = IPAddress.TryParse(parsed.GetValue(Address), out _) ? parsed.GetValue(Address)! : throw CommandException.Usage($"{Address.Name} is \"{parsed.GetValue(Address)}\"; an IP address is allowed, such as 0.0.0.0"),
        Port = Allowed(Port.Name, parsed.GetValue(Port)),
        PublicUrl = parsed.GetValue(PublicUrl) is { } url ? Public(url) : null,
    };

    Uri Public(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) && address.PathAndQuery == "/"
        ? address
        : throw CommandException.Usage($"{PublicUrl.Name} is \"{url}\"; an http or https address without a path is allowed, such as https://ops.example.com");

    public static int Allowed(string flag, int port) => port is >= 0 and <= 65_535 ? port : throw CommandException.Usage($"{flag} is {port}; 0 to 65535 is allowed");

    public async Task<Entrance> EntranceAsync(ParseResult parsed, OpenCluster open, TextWriter say, CancellationToken cancellation)
    {
        var auth = parsed.GetValue(Auth)!;
        if (auth != "oidc" && Oidc.Given(parsed) is { } flag) throw CommandException.Usage($"{flag} is given, but --auth is {auth}; it goes with --auth oidc");
        return auth switch
        {
            "kubeconfig" => new Entrance.Kubeconfig(await Identity.OfAsync(open.Connection, cancellation), open.Api, next => say.WriteLine($"Somebody entered the console. The next address is {next}")),
            "token" => new Entrance.Token(open.Connection.As),
            "oidc" => new Entrance.Oidc(Oidc.Read(parsed), open.Connection.As),
            _ => throw CommandException.Usage($"--auth is \"{auth}\"; kubeconfig, token and oidc are allowed"),
        };
    }
}

/// <summary>A cluster that this process follows until disposed: one set of informers, for the console and the operator alike.</summary>
sealed class FollowedCluster : IAsyncDisposable
{
    readonly CancellationTokenSource _end = new();
    readonly Task _informers;

    public FollowedCluster(LiveCluster live)
    {
        Live = live;
        _informers = live.RunAsync(_end.Token);
    }

    public LiveCluster Live { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _informers;
        _end.Dispose();
    }
}

/// <summary>A console that is served.</summary>
static class ServedConsole
{
    /// <exception cref="CommandException">It cannot be served as asked.</exception>
    public static async Task<ConsoleHost> StartAsync(ConsoleOptions options, ILoggerFactory logs, CancellationToken cancellation)
    {
        try
        {
            return await ConsoleHost.StartAsync(options, logs, cancellation);
        }
        catch (ConsoleException impossible)
        {
            throw new CommandException(ExitCode.Error, impossible.Message);
        }
    }
}
