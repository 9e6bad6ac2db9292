using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Slipway.Tests.Conformance.Clusters;
using Slipway.Tests.Worlds;
using Xunit;

[assembly: AssemblyFixture(typeof(ConformanceRun))]

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>One run of the suite: what it runs against, what came of each check, and the table at the end.</summary>
public sealed class ConformanceRun : IAsyncDisposable
{
    static readonly ConcurrentDictionary<(string Area, string Check, string Target), string> Results = new();

    /// <summary>The sandbox always, and the cluster of SLIPWAY_TEST_KUBECONFIG.</summary>
    internal static IReadOnlyList<Target> Targets { get; } = Environment.GetEnvironmentVariable("SLIPWAY_TEST_KUBECONFIG") is { Length: > 0 } kubeconfig
        ? [Target.Sandbox(), Target.Given(kubeconfig)]
        : [Target.Sandbox()];

    internal static void Note(string area, string check, string target, string result) => Results[(area, check, target)] = result;

    public async ValueTask DisposeAsync()
    {
        if (!Results.IsEmpty)
        {
            var table = Targets.Count > 1 ? EveryCheck() : EveryArea();
            Console.WriteLine(table);
            // "dotnet test" shows nothing of what tests print.
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, "artifacts", "conformance.md"), table);
        }

        foreach (var target in Targets) await target.CleanUpAsync();
    }

    /// <summary>Every area of the suite with its checks, by the names of classes and methods.</summary>
    internal static IReadOnlyList<(string Area, IReadOnlyList<string> Checks)> Areas() =>
    [
        .. typeof(ConformanceRun).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Checks))).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (Sentence(type.Name), (IReadOnlyList<string>)[.. type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.GetCustomAttribute<CheckAttribute>() is not null).Select(method => Sentence(method.Name))])),
    ];

    internal static string Sentence(string name) => name.Replace("Checks", "").Replace('_', ' ');

    static string EveryArea()
    {
        var text = new StringBuilder("| conformance, by area | checks | held by the sandbox |\n| --- | ---: | ---: |\n");
        foreach (var area in Results.GroupBy(result => result.Key.Area).OrderBy(area => area.Key, StringComparer.Ordinal))
        {
            text.AppendLine($"| {area.Key} | {area.Count()} | {area.Count(result => result.Value == "Passed")} |");
        }

        return text.Append($"| all | {Results.Count} | {Results.Values.Count(result => result == "Passed")} |").ToString();
    }

    static string EveryCheck()
    {
        var text = new StringBuilder($"| check | {string.Join(" | ", Targets.Select(target => target.Name))} |\n| --- | {string.Join(" | ", Targets.Select(_ => "---"))} |\n");
        foreach (var check in Results.GroupBy(result => (result.Key.Area, result.Key.Check)).OrderBy(check => check.Key))
        {
            text.AppendLine($"| {check.Key.Area}: {check.Key.Check} | {string.Join(" | ", Targets.Select(target => Results.GetValueOrDefault((check.Key.Area, check.Key.Check, target.Name), "not run")))} |");
        }

        return text.ToString();
    }
}

/// <summary>The checks of one area; each is told the cluster it is held against.</summary>
public abstract class Checks : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.Test is not Xunit.v3.IXunitTest { TestMethodArguments: [Cluster cluster, ..] } test) return;
        ConformanceRun.Note(ConformanceRun.Sentence(GetType().Name), ConformanceRun.Sentence(test.TestMethod.MethodName), cluster.Target.Name, TestContext.Current.TestState?.Result.ToString() ?? "");
        await cluster.TidyAsync();
    }
}
