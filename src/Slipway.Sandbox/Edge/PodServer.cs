using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Slipway.Sandbox.Edge;

/// <summary>What a make-believe pod serves: HTTP on its own loopback address, answering with its own name. It ends with its containers.</summary>
sealed class PodServer : IDisposable
{
    static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly HashSet<Socket> _connections = [];
    readonly Lock _lock = new();
    readonly byte[] _ready;
    readonly byte[] _notReady;
    bool _ended;

    public PodServer(string pod, IPEndPoint address)
    {
        _ready = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {pod.Length}\r\n\r\n{pod}");
        _notReady = Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        _listener.Bind(address);
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    /// <summary>Its containers are ready; until then it answers 503.</summary>
    public bool IsReady { get; set; }

    public void Dispose()
    {
        List<Socket> open;
        lock (_lock)
        {
            _ended = true;
            open = [.. _connections];
        }

        _listener.Dispose();
        foreach (var connection in open) connection.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync().ConfigureAwait(false);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The pod has stopped.
        }
    }

    async Task ServeAsync(Socket connection)
    {
        lock (_lock)
        {
            if (_ended)
            {
                connection.Dispose();
                return;
            }

            _connections.Add(connection);
        }

        try
        {
            connection.NoDelay = true;
            var buffer = new byte[8192];
            var filled = 0;
            while (true)
            {
                var read = await connection.ReceiveAsync(buffer.AsMemory(filled)).ConfigureAwait(false);
                if (read == 0) return;
                filled += read;
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) >= 0)
                {
                    var rest = end + EndOfHead.Length;
                    buffer.AsSpan(rest, filled - rest).CopyTo(buffer);
                    filled -= rest;
                    await connection.SendAsync(IsReady ? _ready : _notReady).ConfigureAwait(false);
                }

                if (filled == buffer.Length) return;
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The client, or the pod, has gone.
        }
        finally
        {
            lock (_lock) _connections.Remove(connection);
            connection.Dispose();
        }
    }
}
