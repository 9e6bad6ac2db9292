using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>One server of an HAProxy backend (HAProxy management guide, "show servers state").</summary>
sealed record HAProxyServerState(string Backend, string Name, string Address, bool IsRunning, int AdminState, int Weight)
{
    /// <summary>It gets new requests: up, in no maintenance, not draining, and it weighs something.</summary>
    public bool TakesTraffic => IsRunning && AdminState == 0 && Weight > 0;
}

/// <summary>Opens a connection to a runtime API: a socket's path, or host:port.</summary>
public delegate Task<Stream> HAProxyDial(string address, CancellationToken cancellation);

/// <summary>Talks to HAProxy's runtime API, a connection a command line, as it wants it.</summary>
sealed class HAProxyConversation(string address, HAProxyDial dial, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">It cannot be reached, or refuses.</exception>
    public async Task<IReadOnlyList<HAProxyServerState>> ServersAsync(IEnumerable<string> backends, CancellationToken cancellation)
    {
        var servers = new List<HAProxyServerState>();
        foreach (var backend in backends) servers.AddRange(Parse(await SayAsync($"show servers state {backend}", cancellation)));
        return servers;
    }

    /// <summary>Commands that answer nothing when they succeed.</summary>
    public async Task CommandAsync(IEnumerable<string> commands, CancellationToken cancellation)
    {
        if (await SayAsync(string.Join(';', commands), cancellation) is var answer && answer.Trim() is { Length: > 0 } refusal) throw new IOException(refusal.ReplaceLineEndings(" "));
    }

    async Task<string> SayAsync(string line, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await using var stream = await dial(address, both.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\n"), both.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadToEndAsync(both.Token);
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"no answer within {Patience.TotalSeconds} s", late);
        }
    }

    /// <summary>Over a unix socket or TCP.</summary>
    public static async Task<Stream> ConnectAsync(string address, CancellationToken cancellation)
    {
        var isLocal = address.StartsWith('/');
        var socket = isLocal ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var colon = address.LastIndexOf(':');
            if (isLocal) await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancellation);
            else await socket.ConnectAsync(address[..colon], int.Parse(address[(colon + 1)..], CultureInfo.InvariantCulture), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static IEnumerable<HAProxyServerState> Parse(string answer)
    {
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal)) is not { } header) throw new IOException(answer.Trim() is { Length: > 0 } refusal ? refusal.ReplaceLineEndings(" ") : "the answer has no servers");
        var columns = header[2..].Split(' ');
        int At(string name) => Array.IndexOf(columns, name);
        var (backend, server, host, up, admin, weight) = (At("be_name"), At("srv_name"), At("srv_addr"), At("srv_op_state"), At("srv_admin_state"), At("srv_uweight"));
        return lines.Where(line => !line.StartsWith('#') && line.Contains(' ')).Select(line => line.Split(' '))
            .Select(cells => new HAProxyServerState(
                cells[backend], cells[server], cells[host], cells[up] == "2", int.Parse(cells[admin], CultureInfo.InvariantCulture), int.Parse(cells[weight], CultureInfo.InvariantCulture)));
    }
}
