using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Slipway.Sandbox.ApiServer.Exec;

namespace Slipway.Sandbox.ApiServer.Http.Spdy;

/// <summary>
/// A command over SPDY/3.1, which kubectl speaks up to version 1.29: the client opens a stream each for input, output, errors and the
/// ending, and names them by the header <c>streamType</c> (Kubernetes' <c>v4.channel.k8s.io</c>).
/// </summary>
sealed class ExecSpdy : IExecWire, IDisposable
{
    const string Protocol = "v4.channel.k8s.io", Upgrade = "SPDY/3.1", Negotiation = "X-Stream-Protocol-Version";

    readonly Stream _connection;
    readonly ExecSession _session;
    readonly SpdyHeaders.Reader _headers = new();
    readonly SemaphoreSlim _sending = new(1);
    readonly ConcurrentDictionary<string, int> _streams = [];
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _hasReplied;

    ExecSpdy(Stream connection, ExecSession session) => (_connection, _session) = (connection, session);

    /// <summary>The client asks for SPDY, and for a protocol that is spoken here.</summary>
    public static bool IsAsked(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && http.Request.Headers.Upgrade.Contains(Upgrade, StringComparer.OrdinalIgnoreCase)
        && http.Request.Headers[Negotiation].SelectMany(asked => (asked ?? "").Split(',', StringSplitOptions.TrimEntries)).Contains(Protocol);

    public static async Task ServeAsync(HttpContext http, ExecSession session)
    {
        http.Response.Headers.Upgrade = Upgrade;
        http.Response.Headers[Negotiation] = Protocol;
        await using var connection = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var exec = new ExecSpdy(connection, session);
        await ExecRelay.ServeAsync(session, exec, http.RequestAborted);
    }

    public void Dispose()
    {
        _headers.Dispose();
        _sending.Dispose();
    }

    public Task OpenAsync(CancellationToken cancellation) => _ready.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellation);

    public async Task ReadAsync(ChannelWriter<ReadOnlyMemory<byte>> input, CancellationToken cancellation)
    {
        while (await SpdyFrame.ReadAsync(_connection, cancellation) is { Type: not SpdyType.GoAway } frame) await TakeAsync(frame, input, cancellation);
    }

    public ValueTask OutputAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => WriteAsync("stdout", piece, cancellation);

    public ValueTask ErrorAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation) => WriteAsync("stderr", piece, cancellation);

    public async Task EndAsync(ReadOnlyMemory<byte> status, CancellationToken cancellation)
    {
        await WriteAsync("error", status, cancellation);
        foreach (var stream in _streams.Values) await SendAsync(SpdyFrame.Data(stream, default, isLast: true), cancellation);
    }

    async ValueTask TakeAsync(SpdyFrame frame, ChannelWriter<ReadOnlyMemory<byte>> input, CancellationToken cancellation)
    {
        switch (frame.Type)
        {
            case SpdyType.SynStream:
                // Behind the stream's number: the one it belongs to, and its priority.
                var headers = _headers.Read(frame.Body.Span[10..]);
                await SendAsync(SpdyFrame.Reply(frame.Subject, SpdyHeaders.Empty(isFirst: !_hasReplied)), cancellation);
                _hasReplied = true;
                _streams[headers.GetValueOrDefault("streamType", "")] = frame.Subject;
                if (IsComplete) _ready.TrySetResult();
                break;
            case SpdyType.Ping:
                await SendAsync(frame, cancellation);
                break;
            case SpdyType.Data when frame.Stream == _streams.GetValueOrDefault("stdin"):
                if (frame.Body.Length > 0) input.TryWrite(frame.Body);
                if (frame.IsLast) input.TryComplete();
                break;
            case SpdyType.RstStream when frame.Subject == _streams.GetValueOrDefault("stdin"):
                input.TryComplete();
                break;
        }
    }

    bool IsComplete => Has("error") && (!_session.HasInput || Has("stdin")) && (!_session.HasOutput || Has("stdout")) && (!_session.HasError || _session.IsTerminal || Has("stderr"));

    bool Has(string stream) => _streams.ContainsKey(stream);

    ValueTask WriteAsync(string stream, ReadOnlyMemory<byte> piece, CancellationToken cancellation) => _streams.TryGetValue(stream, out var number) ? SendAsync(SpdyFrame.Data(number, piece), cancellation) : default;

    async ValueTask SendAsync(SpdyFrame frame, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _connection.WriteAsync(frame.Write(), cancellation);
            await _connection.FlushAsync(cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }
}
