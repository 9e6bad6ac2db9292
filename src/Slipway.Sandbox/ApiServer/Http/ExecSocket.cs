using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Slipway.Sandbox.ApiServer.Exec;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>
/// A command over a WebSocket: every message begins with the number of its stream (Kubernetes' <c>channel.k8s.io</c> protocols, versions 4 and 5; in
/// version 5 stream 255 closes the one it names).
/// </summary>
sealed class ExecSocket : IDisposable
{
    const byte Input = 0, Output = 1, Error = 2, Ending = 3, Close = 255;
    const int MostBytes = 1 << 20;

    static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    /// <summary>The answer to who asks without changing protocols.</summary>
    public static ApiResponse Refusal => ApiResponse.Json(400, StatusException.BadRequest($"exec needs a WebSocket, or SPDY/3.1, that speaks {string.Join(" or ", Protocols)}").ToStatus());

    readonly WebSocket _socket;
    readonly ExecSession _session;
    readonly SemaphoreSlim _sending = new(1);
    readonly Channel<ReadOnlyMemory<byte>> _input = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    ExecSocket(WebSocket socket, ExecSession session) => (_socket, _session) = (socket, session);

    /// <summary>The protocol both sides speak; null when the client asked for none of ours, or for no WebSocket at all.</summary>
    public static string? Protocol(HttpContext http) => http.WebSockets.IsWebSocketRequest ? Protocols.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains) : null;

    public static async Task ServeAsync(HttpContext http, ExecSession session, string protocol)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var exec = new ExecSocket(socket, session);
        await exec.ServeAsync(http.RequestAborted);
    }

    public void Dispose() => _sending.Dispose();

    async Task ServeAsync(CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(gone);
        try
        {
            // Tells the client that the connection stands.
            await SendAsync(_session.HasOutput ? Output : Ending, ReadOnlyMemory<byte>.Empty, gone.Token);
            var status = await _session.RunAsync(_input.Reader, piece => WriteAsync(_session.HasOutput, Output, piece, gone.Token), piece => WriteAsync(_session.HasError, Error, piece, gone.Token), gone.Token);
            await SendAsync(Ending, status.Bytes(), gone.Token);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, aborted));
        }
        catch (Exception ended) when (ended is OperationCanceledException or WebSocketException)
        {
            // The client went away.
        }

        await gone.CancelAsync();
        await receiving;
    }

    async Task ReceiveAsync(CancellationTokenSource gone)
    {
        var (buffer, message) = (new byte[16 * 1024], new MemoryStream());
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, gone.Token);
                if (received.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, received.Count);
                if (message.Length > MostBytes) break;
                if (!received.EndOfMessage) continue;
                Take(message.ToArray());
                message.SetLength(0);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or WebSocketException)
        {
            // The client went away, or the command has ended.
        }

        _input.Writer.TryComplete();
        await gone.CancelAsync();
    }

    void Take(byte[] message)
    {
        switch (message)
        {
            case [Input, .. var piece] when piece.Length > 0:
                _input.Writer.TryWrite(piece);
                break;
            case [Close, Input]:
                _input.Writer.TryComplete();
                break;
        }
    }

    ValueTask WriteAsync(bool wanted, byte stream, ReadOnlyMemory<byte> piece, CancellationToken cancellation) => wanted ? SendAsync(stream, piece, cancellation) : default;

    async ValueTask SendAsync(byte stream, ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _socket.SendAsync((byte[])[stream, .. piece.Span], WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }
}
