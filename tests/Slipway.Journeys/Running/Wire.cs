using System.Net;
using System.Net.Sockets;

namespace Slipway.Journeys.Running;

/// <summary>A line to a server of this machine that can be cut and mended; its end here keeps its port.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly IPEndPoint _server;
    readonly Lock _lock = new();
    readonly List<TcpClient> _ends = [];
    TcpListener _listener;

    public Wire(Uri server)
    {
        _server = new(IPAddress.Loopback, server.Port);
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Nothing goes through any more, and nobody is let in.</summary>
    public void Cut()
    {
        _listener.Stop();
        lock (_lock)
        {
            foreach (var end in _ends) end.Dispose();
            _ends.Clear();
        }
    }

    public void Mend()
    {
        _listener = Listen(Port);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = CarryAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    async Task CarryAsync(TcpClient here)
    {
        var there = new TcpClient();
        lock (_lock) _ends.AddRange([here, there]);
        try
        {
            await there.ConnectAsync(_server);
            var (one, other) = (here.GetStream(), there.GetStream());
            await Task.WhenAny(one.CopyToAsync(other), other.CopyToAsync(one));
        }
        catch (Exception over) when (over is SocketException or IOException or ObjectDisposedException)
        {
            // Either end has gone.
        }
        finally
        {
            here.Dispose();
            there.Dispose();
        }
    }
}
