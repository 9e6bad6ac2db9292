using System.Diagnostics;

namespace Slipway.Journeys.Running;

/// <summary>What a program ended with.</summary>
sealed record Ended(int Code, string Out, string Talk)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"code {Code}\n{Out}\n{Talk}";
}

/// <summary>Runs programs as a person would, each bounded in time and ended by its id.</summary>
static class Command
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The executable as it is built, not the copy beside the tests.</summary>
    public static string Slipway { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Slipway.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, OperatingSystem.IsWindows() ? "slipway.exe" : "slipway"));

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? input, CancellationToken cancellation, TimeSpan? longest = null)
    {
        using var process = Start(program, arguments, environment);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest ?? Longest);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var talk = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        return new(process.ExitCode, await output, await talk);
    }
}

/// <summary>A program that goes on until it is ended; its output line by line.</summary>
sealed class Background : IDisposable
{
    readonly Process _process;
    readonly Lock _lock = new();
    readonly List<string> _lines = [];

    public Background(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        _process = Command.Start(program, arguments, environment);
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The first line that contains a text.</summary>
    public async Task<string> LineAsync(string text, TimeSpan within, CancellationToken cancellation)
    {
        string? found = null;
        await Eventually.HoldsAsync(() => (found = Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null, within, () => $"no line with \"{text}\" among:\n{string.Join('\n', Lines)}", cancellation);
        return found!;
    }

    /// <summary>As a crash: nothing is tidied up.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    void Add(string? line)
    {
        if (line is null) return;
        lock (_lock) _lines.Add(line);
    }
}

static class Eventually
{
    public static async Task HoldsAsync(Func<bool> holds, TimeSpan within, Func<string> otherwise, CancellationToken cancellation)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(limit) > within) throw new TimeoutException(otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }
}
