namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>The body of a watch, read without a socket. A waiting read is completed on the sandbox's context, never on the writer's stack.</summary>
sealed class LineStream : Stream, ILineSink
{
    readonly Lock _lock = new();
    readonly Queue<ReadOnlyMemory<byte>> _lines = [];
    readonly SynchronizationContext? _context;
    readonly IDisposable _subscription;
    ReadOnlyMemory<byte> _current;
    TaskCompletionSource? _arrival;
    bool _ended;

    public LineStream(ApiResponse.Stream stream, SynchronizationContext? context)
    {
        _context = context;
        _subscription = stream.Open(this);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Write(ReadOnlyMemory<byte> line)
    {
        lock (_lock) _lines.Enqueue(line);
        Wake();
    }

    public void End()
    {
        lock (_lock) _ended = true;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            TaskCompletionSource arrival;
            lock (_lock)
            {
                if (_current.IsEmpty && _lines.TryDequeue(out var line)) _current = line;
                if (!_current.IsEmpty)
                {
                    var count = Math.Min(buffer.Length, _current.Length);
                    _current[..count].CopyTo(buffer);
                    _current = _current[count..];
                    return count;
                }

                if (_ended) return 0;
                cancellationToken.ThrowIfCancellationRequested();

                // With a context of our own, continuations run where we complete it; without one, on the thread pool.
                arrival = _arrival = new(_context is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
            }

            using var registration = cancellationToken.Register(() => arrival.TrySetCanceled(cancellationToken));
            await arrival.Task;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a watch is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _subscription.Dispose();
        End();
        base.Dispose(disposing);
    }

    void Wake()
    {
        TaskCompletionSource? arrival;
        lock (_lock) (arrival, _arrival) = (_arrival, null);
        if (arrival is null) return;
        if (_context is null) arrival.TrySetResult();
        else _context.Post(static state => ((TaskCompletionSource)state!).TrySetResult(), arrival);
    }
}
