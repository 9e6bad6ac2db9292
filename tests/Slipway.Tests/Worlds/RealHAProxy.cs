using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Slipway.Tests.Worlds;

/// <summary>A real HAProxy process on loopback ports, where the machine has one.</summary>
sealed class RealHAProxy : IAsyncDisposable
{
    static readonly string[] Places = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"];

    readonly string _folder = Directory.CreateTempSubdirectory("slipway-haproxy").FullName;
    Process? _process;

    public static string? Executable => Array.Find(Places, File.Exists);

    /// <summary>The runtime API's socket.</summary>
    public string Socket => Path.Combine(_folder, "haproxy.sock");

    public Uri Url { get; private set; } = null!;

    /// <summary>Starts it with servers <c>name → address:port</c> in backend <c>cart</c>, each of weight 50.</summary>
    public async Task StartAsync(IEnumerable<(string Name, string Address)> servers)
    {
        var port = FreePort();
        var config = new StringBuilder($"""
            global
              stats socket {Socket} level admin mode 600
            defaults
              mode http
              timeout connect 2s
              timeout client 30s
              timeout server 30s
            frontend shop
              bind 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}
              default_backend cart
            backend cart
              balance roundrobin

            """);
        foreach (var (name, address) in servers) config.AppendLine(CultureInfo.InvariantCulture, $"  server {name} {address} weight 50");
        var file = Path.Combine(_folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, config.ToString());
        _process = Process.Start(new ProcessStartInfo(Executable!, ["-f", file, "-db", "-q"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        Url = new($"http://127.0.0.1:{port}/");
        for (var tries = 0; !await AnswersAsync(port); tries++)
        {
            if (_process.HasExited || tries > 100) throw new InvalidOperationException($"haproxy does not start: {await _process.StandardError.ReadToEndAsync()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>What somebody says to it by hand.</summary>
    public async Task<string> SayAsync(string command)
    {
        using var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
