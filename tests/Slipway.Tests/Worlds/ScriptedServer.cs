using System.Net;
using System.Text;
using Slipway.Runtime.Api;
using Slipway.Sandbox.Clocks;

namespace Slipway.Tests.Worlds;

/// <summary>A server whose every answer a test gives by hand, on one thread and a virtual clock.</summary>
sealed class ScriptedServer : HttpMessageHandler
{
    readonly SimulationContext _context = new(0);
    readonly Queue<Func<ScriptedRequest, CancellationToken, Task<HttpResponseMessage>>> _answers = new();

    public VirtualTime Time { get; } = new(Fleet.Noon);

    public List<ScriptedRequest> Requests { get; } = [];

    /// <summary>What is answered once the script is over.</summary>
    public Func<ScriptedRequest, CancellationToken, Task<HttpResponseMessage>> Otherwise { get; set; } = (_, cancellation) => Silence(cancellation);

    public KubernetesApi Api => new(new HttpMessageInvoker(this), new("http://scripted"));

    public IEnumerable<string> Asked => Requests.Select(request => request.Query);

    public ScriptedServer Answer(string body, int code = 200, TimeSpan? retryAfter = null)
    {
        _answers.Enqueue((_, _) => Task.FromResult(Response(body, code, retryAfter)));
        return this;
    }

    public ScriptedServer Refuse(int code, string reason = "Injected", TimeSpan? retryAfter = null) =>
        Answer($$"""{"kind":"Status","code":{{code}},"reason":"{{reason}}","message":"{{reason}} by the script"}""", code, retryAfter);

    public ScriptedServer HangUp()
    {
        _answers.Enqueue((_, _) => Task.FromException<HttpResponseMessage>(new HttpRequestException("refused by the script")));
        return this;
    }

    public ScriptedServer StaySilent()
    {
        _answers.Enqueue((_, cancellation) => Silence(cancellation));
        return this;
    }

    /// <summary>The next request is a watch; what it tells is written to the stream.</summary>
    public ScriptedStream Watch()
    {
        var stream = new ScriptedStream();
        _answers.Enqueue((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(stream) }));
        return stream;
    }

    public static HttpResponseMessage Response(string body, int code = 200, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)code) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        if (retryAfter is { } pause) response.Headers.RetryAfter = new(pause);
        return response;
    }

    /// <summary>Starts work on the server's own thread of time.</summary>
    public void Start(Func<Task> work)
    {
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        _ = work();
        SynchronizationContext.SetSynchronizationContext(outside);
    }

    /// <summary>Runs what is ready and then the clock, up to a moment.</summary>
    public void Run(TimeSpan time)
    {
        var limit = Time.GetUtcNow() + time;
        do
        {
            RunReady();
        }
        while (Time.RunNext(limit));
        Time.AdvanceTo(limit);
        RunReady();
    }

    public void RunReady()
    {
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        while (_context.RunOne())
        {
            // One at a time.
        }

        SynchronizationContext.SetSynchronizationContext(outside);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = new ScriptedRequest(request.Method.Method, request.RequestUri!.PathAndQuery, Time.GetUtcNow() - Fleet.Noon);
        Requests.Add(asked);
        return _answers.TryDequeue(out var answer) ? answer(asked, cancellationToken) : Otherwise(asked, cancellationToken);
    }

    static Task<HttpResponseMessage> Silence(CancellationToken cancellation)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        cancellation.Register(() => never.TrySetCanceled(cancellation));
        return never.Task;
    }
}

/// <summary>One request, and when it came, counted from the beginning.</summary>
sealed record ScriptedRequest(string Method, string Query, TimeSpan At)
{
    public bool IsWatch => Query.Contains("watch=true");
}

/// <summary>A body that a test writes while it is read.</summary>
sealed class ScriptedStream : Stream
{
    readonly Queue<byte> _bytes = new();
    TaskCompletionSource _more = new();
    Exception? _broken;
    bool _ended;

    public ScriptedStream Tell(string line)
    {
        foreach (var one in Encoding.UTF8.GetBytes(line + "\n")) _bytes.Enqueue(one);
        return Wake();
    }

    public ScriptedStream End()
    {
        _ended = true;
        return Wake();
    }

    public ScriptedStream Break()
    {
        _broken = new IOException("broken by the script");
        return Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_bytes.Count == 0)
        {
            if (_broken is not null) throw _broken;
            if (_ended) return 0;
            var more = _more;
            using var registration = cancellationToken.Register(() => more.TrySetCanceled(cancellationToken));
            await more.Task;
        }

        var read = 0;
        while (read < buffer.Length && _bytes.TryDequeue(out var one)) buffer.Span[read++] = one;
        return read;
    }

    ScriptedStream Wake()
    {
        var before = _more;
        _more = new();
        before.TrySetResult();
        return this;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
