using System.Diagnostics;
using Xunit;

namespace Slipway.Journeys.Kubectl;

/// <summary>What a run of kubectl gave.</summary>
sealed record KubectlRun(string Line, int Code, string Out, string Error)
{
    public override string ToString() => $"kubectl {Line} ended with {Code}\n{Out}\n{Error}";
}

/// <summary>A kubectl of one version, as found on this machine: <c>kubectl.1.NN</c> beside the real file of <c>kubectl</c>, or in PATH.</summary>
sealed class KubectlBinary(string version, string kubeconfig, string cache)
{
    readonly string _file = Find(version) ?? throw new InvalidOperationException($"no kubectl {version}");

    public static void SkipWithout(string version) => Assert.SkipWhen(Find(version) is null, $"kubectl.{version} is not on this machine");

    /// <summary>Runs to the end, which must be a success.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null)
    {
        var run = await TryAsync(arguments, input);
        Assert.True(run.Code == 0, run.ToString());
        return run.Out;
    }

    public async Task<KubectlRun> TryAsync(string arguments, string? input = null)
    {
        using var process = Start(arguments);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new(arguments, process.ExitCode, await output, await error);
    }

    /// <summary>Starts and hands over the process, which the caller ends.</summary>
    public Process Start(string arguments)
    {
        var start = new ProcessStartInfo(_file) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in Split($"--cache-dir={cache} {arguments}")) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = cache;
        return Process.Start(start)!;
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static string? Find(string version)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var beside = path.Select(folder => Path.Combine(folder, "kubectl")).Where(File.Exists)
            .Select(file => Path.GetDirectoryName(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file)!);
        return path.Concat(beside).Select(folder => Path.Combine(folder, $"kubectl.{version}")).FirstOrDefault(File.Exists);
    }

    /// <summary>Splits at spaces outside single quotes.</summary>
    static IEnumerable<string> Split(string arguments) =>
        arguments.Split('\'').SelectMany((part, index) => index % 2 == 1 ? [$"\u0001{part}\u0001"] : new[] { part })
            .Aggregate("", (all, part) => all + (part.StartsWith('\u0001') ? part.Trim('\u0001').Replace(' ', '\u0002') : part))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(argument => argument.Replace('\u0002', ' '));
}
