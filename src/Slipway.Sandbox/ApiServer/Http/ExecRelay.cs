using System.Net.WebSockets;
using System.Threading.Channels;
using Slipway.Sandbox.ApiServer.Exec;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>What a command needs of a connection, whatever protocol is spoken on it.</summary>
interface IExecWire
{
    /// <summary>Ends when both sides are ready for the command.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Reads until the client goes; what it types goes to the command.</summary>
    Task ReadAsync(ChannelWriter<ReadOnlyMemory<byte>> input, CancellationToken cancellation);

    ValueTask OutputAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation);

    ValueTask ErrorAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation);

    /// <summary>Tells how the command ended, and that nothing follows.</summary>
    Task EndAsync(ReadOnlyMemory<byte> status, CancellationToken cancellation);
}

/// <summary>Runs a command for a client on the other end of a wire.</summary>
static class ExecRelay
{
    public static async Task ServeAsync(ExecSession session, IExecWire wire, CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var input = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        var receiving = ReceiveAsync(wire, input.Writer, gone);
        try
        {
            await wire.OpenAsync(gone.Token);
            var status = await session.RunAsync(input.Reader, piece => wire.OutputAsync(piece, gone.Token), piece => wire.ErrorAsync(piece, gone.Token), gone.Token);
            await wire.EndAsync(status.Bytes(), gone.Token);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, aborted));
        }
        catch (Exception ended) when (IsGone(ended))
        {
            // The client went away, or never said what it wants.
        }

        await gone.CancelAsync();
        await receiving;
    }

    static async Task ReceiveAsync(IExecWire wire, ChannelWriter<ReadOnlyMemory<byte>> input, CancellationTokenSource gone)
    {
        try
        {
            await wire.ReadAsync(input, gone.Token);
        }
        catch (Exception ended) when (IsGone(ended))
        {
            // The client went away or speaks something else, or the command has ended.
        }

        input.TryComplete();
        await gone.CancelAsync();
    }

    static bool IsGone(Exception ended) => ended is OperationCanceledException or TimeoutException or IOException or InvalidDataException or WebSocketException;
}
