using System.Globalization;

namespace Slipway.Sandbox.Nodes.Shells;

/// <summary>
/// A make-believe shell in a make-believe container: <c>sh</c>, <c>echo</c>, <c>env</c>, <c>cat</c>, <c>sleep</c>, <c>exit</c> and a few more; no
/// files, no pipes, no processes.
/// </summary>
sealed class ContainerShell(IReadOnlyDictionary<string, string> environment, ShellStreams streams, TimeProvider time)
{
    const int NotFound = 127;
    const int Misused = 2;

    readonly Dictionary<string, string> _variables = new(environment);
    int _status;
    bool _exited;

    /// <summary>Runs a command to its end and returns its exit code; null when there is no such program.</summary>
    public Task<int?> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation) => CallAsync(command, cancellation);

    async Task<int> RunScriptAsync(string script, CancellationToken cancellation)
    {
        try
        {
            foreach (var step in ShellScript.Split(script))
            {
                if (step.When == ShellJoin.AfterSuccess && _status != 0 || step.When == ShellJoin.AfterFailure && _status == 0) continue;
                _status = await StepAsync(ShellScript.Words(step.Text, Value), cancellation);
                if (_exited) break;
            }
        }
        catch (ShellSyntaxException mistake)
        {
            await streams.WriteErrorAsync($"sh: {mistake.Message}");
            _status = Misused;
        }

        return _status;
    }

    async Task<int> StepAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        if (words.Count == 0) return 0;
        if (words.All(IsAssignment)) return Assign(words);
        switch (words[0])
        {
            case "exit":
                _exited = true;
                return words.Count < 2 ? _status : int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code & 255 : Misused;
            case "export":
                return Assign(words.Skip(1));
            case ":" or "cd":
                return 0;
        }

        if (await CallAsync(words, cancellation) is { } ended) return ended;
        await streams.WriteErrorAsync($"sh: {words[0]}: not found");
        return NotFound;
    }

    async Task<int?> CallAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        switch (words[0].Split('/')[^1])
        {
            case "sh" or "bash" or "ash" when words.Count >= 3 && words[1] is "-c" or "-lc" or "-ec":
                return await NestedAsync(shell => shell.RunScriptAsync(words[2], cancellation));
            case "sh" or "bash" or "ash":
                return await NestedAsync(shell => shell.ConverseAsync(cancellation));
            case "echo" when words.Count > 1 && words[1] == "-n":
                await streams.WriteAsync(string.Join(' ', words.Skip(2)));
                return 0;
            case "echo":
                await streams.WriteLineAsync(string.Join(' ', words.Skip(1)));
                return 0;
            case "env" or "printenv" when words.Count == 1:
                foreach (var (name, value) in _variables) await streams.WriteLineAsync($"{name}={value}");
                return 0;
            case "printenv":
                if (!_variables.TryGetValue(words[1], out var found)) return 1;
                await streams.WriteLineAsync(found);
                return 0;
            case "cat" when words.Count == 1 || words[1] == "-":
                await foreach (var piece in streams.Input.ReadAllAsync(cancellation)) await streams.Output(piece);
                return 0;
            case "cat":
                await streams.WriteErrorAsync($"cat: {words[1]}: No such file or directory");
                return 1;
            case "sleep" when words.Count == 2 && double.TryParse(words[1].TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= int.MaxValue / 1000:
                await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation);
                return 0;
            case "hostname":
                await streams.WriteLineAsync(Value("HOSTNAME"));
                return 0;
            case "date":
                await streams.WriteLineAsync(time.GetUtcNow().ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture));
                return 0;
            case "pwd":
                await streams.WriteLineAsync("/");
                return 0;
            case "whoami":
                await streams.WriteLineAsync("root");
                return 0;
            case "true":
                return 0;
            case "false":
                return 1;
            default:
                return null;
        }
    }

    /// <summary>A shell of its own: its variables and its exit are not ours.</summary>
    Task<int> NestedAsync(Func<ContainerShell, Task<int>> run) => run(new(_variables, streams, time));

    async Task<int> ConverseAsync(CancellationToken cancellation)
    {
        if (streams.IsTerminal) await streams.WriteAsync("/ # ");
        await foreach (var line in streams.LinesAsync(cancellation))
        {
            await RunScriptAsync(line, cancellation);
            if (_exited) break;
            if (streams.IsTerminal) await streams.WriteAsync("/ # ");
        }

        return _status;
    }

    int Assign(IEnumerable<string> words)
    {
        foreach (var word in words.Where(IsAssignment)) _variables[word[..word.IndexOf('=')]] = word[(word.IndexOf('=') + 1)..];
        return 0;
    }

    static bool IsAssignment(string word) => word.IndexOf('=') is var equals and > 0 && word[..equals].All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    string Value(string name) => name == "?" ? _status.ToString(CultureInfo.InvariantCulture) : _variables.GetValueOrDefault(name, "");
}
