using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Slipway.Sandbox.ApiServer.Exec;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>
/// A command over a WebSocket: every message begins with the number of its stream (Kubernetes' <c>channel.k8s.io</c> protocols, versions 4 and 5; in
/// version 5 stream 255 closes the one it names).
/// </summary>
sealed class ExecSocket : IExecWire, IDisposable
{
    const byte Input = 0, Output = 1, Error = 2, Ending = 3, Close = 255;
    const int MostBytes = 1 << 20;

    static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    /// <summary>The answer to who asks without changing protocols.</summary>
    public static ApiResponse Refusal => ApiResponse.Json(400, StatusException.BadRequest($"exec needs a WebSocket, or SPDY/3.1, that speaks {string.Join(" or ", Protocols)}").ToStatus());

    readonly WebSocket _socket;
    readonly ExecSession _session;
    readonly SemaphoreSlim _sending = new(1);

    ExecSocket(WebSocket socket, ExecSession session) => (_socket, _session) = (socket, session);

    /// <summary>The protocol both sides speak; null when the client asked for none of ours, or for no WebSocket at all.</summary>
    public static string? Protocol(HttpContext http) => http.WebSockets.IsWebSocketRequest ? Protocols.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains) : null;

    public static async Task ServeAsync(HttpContext http, ExecSession session, string protocol)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var exec = new ExecSocket(socket, session);
        await ExecRelay.ServeAsync(session, exec, http.RequestAborted);
    }

    public void Dispose() => _sending.Dispose();

    /// <summary>Tells the client that the connection stands.</summary>
    public async Task OpenAsync(CancellationToken cancellation) => await SendAsync(_session.HasOutput ? Output : Ending, ReadOnlyMemory<byte>.Empty, cancellation);

    public async Task ReadAsync(ChannelWriter<ReadOnlyMemory<byte>> input, CancellationToken cancellation)
    {
        var (buffer, message) = (new byte[16 * 1024], new MemoryStream());
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, cancellation);
            if (received.MessageType == WebSocketMessageType.Close) break;
            message.Write(buffer, 0, received.Count);
            if (message.Length > MostBytes) break;
            if (!received.EndOfMessage) continue;
            Take(message.ToArray(), input);
            message.SetLength(0);
        }
    }

    public ValueTask OutputAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _session.HasOutput ? SendAsync(Output, piece, cancellation) : default;

    public ValueTask ErrorAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _session.HasError ? SendAsync(Error, piece, cancellation) : default;

    public async Task EndAsync(ReadOnlyMemory<byte> status, CancellationToken cancellation)
    {
        await SendAsync(Ending, status, cancellation);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
    }

    static void Take(byte[] message, ChannelWriter<ReadOnlyMemory<byte>> input)
    {
        switch (message)
        {
            case [Input, .. var piece] when piece.Length > 0:
                input.TryWrite(piece);
                break;
            case [Close, Input]:
                input.TryComplete();
                break;
        }
    }

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
