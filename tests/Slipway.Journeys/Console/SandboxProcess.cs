using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>The real executable, running a sandbox with its console until disposed.</summary>
sealed partial class SandboxProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Channel<Uri> _entrances = Channel.CreateUnbounded<Uri>();
    readonly string _directory = Directory.CreateTempSubdirectory("slipway-console").FullName;
    readonly List<string> _said = [];

    SandboxProcess(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "slipway.dll"))) start.ArgumentList.Add(argument);
        _process = new() { StartInfo = start };
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _entrances.Writer.TryComplete();
        _process.OutputDataReceived += (_, said) => Hear(said.Data);
        _process.ErrorDataReceived += (_, said) => Hear(said.Data);
    }

    public string Kubeconfig => Path.Combine(_directory, "sandbox.kubeconfig");

    /// <summary>Where its API is; after <see cref="ServedAsync"/>.</summary>
    public Uri Server => new(ServerLine().Match(File.ReadAllText(Kubeconfig)).Groups["url"].Value);

    /// <summary>Everything the process printed so far.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    /// <summary>Starts <c>slipway</c> with these arguments; a sandbox is on fast time, so that thirty seconds are one and a half.</summary>
    public static SandboxProcess Start(params IEnumerable<string> arguments)
    {
        var started = new SandboxProcess(arguments);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    public static SandboxProcess Sandbox(params IEnumerable<string> more) => Start(["sandbox", "--port", "0", "--console-port", "0", "--speed", "20", "--kubeconfig-out", "sandbox.kubeconfig", .. more]);

    /// <summary>The next address to enter the console by.</summary>
    public async Task<Uri> EntranceAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            return await _entrances.Reader.ReadAsync(patience.Token);
        }
        catch (Exception late) when (late is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"no console was announced; slipway said: {string.Join(" | ", Said)}", late);
        }
    }

    /// <summary>The first line that begins so.</summary>
    public async Task<string> LineAsync(string begin, CancellationToken cancellation)
    {
        for (var waits = 0; ; waits++)
        {
            if (Said.FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal)) is { } found) return found;
            if (waits == 300) throw new TimeoutException($"no line begins with {begin}; slipway said: {string.Join(" | ", Said)}");
            await Task.Delay(200, cancellation);
        }
    }

    /// <summary>Waits until the sandbox serves its API.</summary>
    public async Task ServedAsync(CancellationToken cancellation)
    {
        for (var waits = 0; !Said.Any(line => line.StartsWith("Ctrl-C", StringComparison.Ordinal)); waits++)
        {
            if (waits == 300) throw new TimeoutException($"the sandbox is not served; slipway said: {string.Join(" | ", Said)}");
            await Task.Delay(200, cancellation);
        }
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public async Task EndAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Runs <c>slipway</c> against this sandbox and returns what it printed.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        await using var other = new SandboxProcess(arguments.Concat(["--kubeconfig", Kubeconfig]));
        other._process.Start();
        other._process.BeginOutputReadLine();
        other._process.BeginErrorReadLine();
        await other._process.WaitForExitAsync(cancellation);
        return string.Join('\n', other.Said);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    void Hear(string? line)
    {
        if (line is null) return;
        lock (_said) _said.Add(line);
        if (Address().Match(line) is { Success: true } found) _entrances.Writer.TryWrite(new(found.Value));
    }

    [GeneratedRegex(@"server: (?<url>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServerLine();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/enter\?key=\S+|(?<=Console: )http://\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
