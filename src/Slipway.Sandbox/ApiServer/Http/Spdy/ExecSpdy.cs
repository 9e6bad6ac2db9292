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
sealed class ExecSpdy : IDisposable
{
    const string Protocol = "v4.channel.k8s.io", Upgrade = "SPDY/3.1", Negotiation = "X-Stream-Protocol-Version";

    readonly Stream _connection;
    readonly ExecSession _session;
    readonly SpdyHeaders.Reader _headers = new();
    readonly SemaphoreSlim _sending = new(1);
    readonly ConcurrentDictionary<string, int> _streams = [];
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Channel<ReadOnlyMemory<byte>> _input = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
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
        await exec.ServeAsync(http.RequestAborted);
    }

    public void Dispose()
    {
        _headers.Dispose();
        _sending.Dispose();
    }

    async Task ServeAsync(CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(gone);
        try
        {
            await _ready.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, gone.Token);
            var status = await _session.RunAsync(_input.Reader, piece => WriteAsync("stdout", piece, gone.Token), piece => WriteAsync("stderr", piece, gone.Token), gone.Token);
            await WriteAsync("error", status.Bytes(), gone.Token);
            foreach (var stream in _streams.Values) await SendAsync(SpdyFrame.Data(stream, default, isLast: true), gone.Token);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, aborted));
        }
        catch (Exception ended) when (ended is OperationCanceledException or TimeoutException or IOException)
        {
            // The client went away, or never said what it wants.
        }

        await gone.CancelAsync();
        await receiving;
    }

    async Task ReceiveAsync(CancellationTokenSource gone)
    {
        try
        {
            while (await SpdyFrame.ReadAsync(_connection, gone.Token) is { Type: not SpdyType.GoAway } frame) await TakeAsync(frame, gone.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or InvalidDataException)
        {
            // The client went away, or speaks something else.
        }

        _input.Writer.TryComplete();
        await gone.CancelAsync();
    }

    async ValueTask TakeAsync(SpdyFrame frame, CancellationToken cancellation)
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
                if (frame.Body.Length > 0) _input.Writer.TryWrite(frame.Body);
                if (frame.IsLast) _input.Writer.TryComplete();
                break;
            case SpdyType.RstStream when frame.Subject == _streams.GetValueOrDefault("stdin"):
                _input.Writer.TryComplete();
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
