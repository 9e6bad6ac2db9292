using System.Diagnostics;
using System.Text.Json.Nodes;
using Slipway.Tests.Worlds;

namespace Slipway.Tests.Rules;

/// <summary>Whether a rule holds; an error is why it does not.</summary>
sealed record CelAnswer(bool Holds, string? Error);

/// <summary>An implementation of CEL that is none of ours, in a process of its own.</summary>
static class CelEvaluation
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests/Slipway.Tests/Rules/cel");

    /// <summary>What is missing to evaluate CEL; null when nothing is.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).All(folder => !File.Exists(Path.Combine(folder, "node"))) ? "CEL is evaluated by node, which is not installed"
        : !Directory.Exists(Path.Combine(Folder, "node_modules")) ? "CEL is evaluated by a package of npm's, which ./check installs; npm ci in tests/Slipway.Tests/Rules/cel does so too"
        : null;

    public static async Task<IReadOnlyList<CelAnswer>> AskAsync(IEnumerable<CelQuestion> questions, CancellationToken cancellation)
    {
        using var node = Process.Start(new ProcessStartInfo("node", "evaluate.mjs") { UseShellExecute = false, WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = node.StandardError.ReadToEndAsync(cancellation);
        var answers = node.StandardOutput.ReadToEndAsync(cancellation);
        await node.StandardInput.WriteAsync(new JsonArray([.. questions.Select(question => question.ToJson())]).ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync(cancellation);
        if (node.ExitCode != 0) throw new InvalidOperationException(await complaints);
        return [.. JsonNode.Parse(await answers)!.AsArray().Select(answer => new CelAnswer((bool)answer!["holds"]!, (string?)answer["error"]))];
    }
}
