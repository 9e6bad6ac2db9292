using System.Globalization;
using System.Text;

namespace Slipway.Tests.Worlds;

/// <summary>An HAProxy of one backend, <c>cart</c>, as its runtime API shows it; the wire breaks where it is told to.</summary>
sealed class SimulatedHAProxy(SimulatedWorld world)
{
    const int ForcedDrain = 8;

    readonly List<Server> _servers = [];

    sealed record Server(string Name, string Address, int AdminState);

    /// <summary>Called before each command that changes something: what becomes of it.</summary>
    public Func<string, Interruption>? Interrupt { get; set; }

    /// <summary>What was changed, in order.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Addresses that get new requests.</summary>
    public IEnumerable<string> Open => _servers.Where(server => server.AdminState == 0).Select(server => server.Address).Order(StringComparer.Ordinal);

    public void Add(string name, string address) => _servers.Add(new(name, address, 0));

    /// <summary>Somebody closes a place by hand.</summary>
    public void Close(string address) => Set(server => server.Address == address, ForcedDrain);

    public Task<Stream> DialAsync(string address, CancellationToken cancellation) => Task.FromResult<Stream>(new Conversation(this));

    /// <summary>The answer to a line; null: it never comes.</summary>
    string? Answer(string line)
    {
        if (line.StartsWith("show servers state ", StringComparison.Ordinal)) return State();
        var interruption = Interrupt?.Invoke(line) ?? Interruption.None;
        if (interruption == Interruption.Fail) throw new IOException("injected");
        if (interruption != Interruption.CrashBefore) Carry(line);
        if (interruption == Interruption.LoseAnswer) throw new IOException("injected");
        if (interruption == Interruption.None) return "\n";
        world.CrashOperator();
        return null;
    }

    string State() => $"1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight\n{string.Concat(_servers.Select((server, id) => string.Create(CultureInfo.InvariantCulture, $"3 cart {id + 1} {server.Name} {server.Address} 2 {server.AdminState} 50\n")))}\n";

    void Carry(string line)
    {
        foreach (var words in line.Split(';').Select(command => command.Split(' ')))
        {
            Commands.Add(string.Join(' ', words));
            Set(server => $"cart/{server.Name}" == words[2], words[4] == "drain" ? ForcedDrain : 0);
        }
    }

    void Set(Predicate<Server> which, int state)
    {
        for (var at = 0; at < _servers.Count; at++)
        {
            if (which(_servers[at])) _servers[at] = _servers[at] with { AdminState = state };
        }
    }

    /// <summary>A line is written, the answer is read, and that is all.</summary>
    sealed class Conversation(SimulatedHAProxy proxy) : Stream
    {
        readonly MemoryStream _said = new();
        MemoryStream? _answer;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => _said.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _said.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It may have to wait.");

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_answer is null && proxy.Answer(Encoding.ASCII.GetString(_said.ToArray()).TrimEnd('\n')) is { } answer) _answer = new(Encoding.ASCII.GetBytes(answer));
            if (_answer is null) await new TaskCompletionSource().Task;
            return _answer!.Read(buffer.Span);
        }

        public override void Flush()
        {
            // Nothing is kept back.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
