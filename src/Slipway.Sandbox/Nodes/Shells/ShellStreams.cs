using System.Text;
using System.Threading.Channels;

namespace Slipway.Sandbox.Nodes.Shells;

/// <summary>What a command in a container reads and writes.</summary>
/// <param name="Input">Pieces of standard input; completed at its end.</param>
/// <param name="Output">Takes standard output.</param>
/// <param name="Error">Takes standard error.</param>
/// <param name="IsTerminal">Input is typed and shown as it is typed.</param>
sealed record ShellStreams(ChannelReader<ReadOnlyMemory<byte>> Input, Func<ReadOnlyMemory<byte>, ValueTask> Output, Func<ReadOnlyMemory<byte>, ValueTask> Error, bool IsTerminal)
{
    string NewLine => IsTerminal ? "\r\n" : "\n";

    public ValueTask WriteAsync(string text) => Output(Encoding.UTF8.GetBytes(text));

    public ValueTask WriteLineAsync(string text) => WriteAsync(text + NewLine);

    public ValueTask WriteErrorAsync(string text) => Error(Encoding.UTF8.GetBytes(text + NewLine));

    /// <summary>Lines as they come, the last one even without an end of line.</summary>
    public async IAsyncEnumerable<string> LinesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        const char EndOfText = '\x03', EndOfTransmission = '\x04', Backspace = '\b', Delete = '\x7f';
        var (line, decoder) = (new StringBuilder(), Encoding.UTF8.GetDecoder());
        await foreach (var piece in Input.ReadAllAsync(cancellation))
        {
            var characters = new char[piece.Length + 1];
            var count = decoder.GetChars(piece.Span, characters, flush: false);
            foreach (var character in characters.AsMemory(0, count).ToArray())
            {
                switch (character)
                {
                    case '\n' or '\r':
                        if (IsTerminal) await WriteAsync("\r\n");
                        yield return line.ToString();
                        line.Clear();
                        break;
                    case EndOfTransmission when IsTerminal && line.Length == 0:
                        yield break;
                    case EndOfText when IsTerminal:
                        await WriteAsync("^C\r\n");
                        line.Clear();
                        yield return "";
                        break;
                    case Backspace or Delete when IsTerminal:
                        if (line.Length == 0) break;
                        line.Length--;
                        await WriteAsync("\b \b");
                        break;
                    default:
                        line.Append(character);
                        if (IsTerminal) await WriteAsync(character.ToString());
                        break;
                }
            }
        }

        if (line.Length > 0) yield return line.ToString();
    }
}
