using System.Text;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Tests.Conformance.Clusters;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Conformance;

/// <summary><c>docs/sandbox.md</c> says what the sandbox is; its tables are the suite and the kinds served.</summary>
public sealed class SandboxDocument
{
    const string Begin = "<!-- written by a test from here on -->";

    static readonly string File = Path.Combine(Repository.Root, "docs/sandbox.md");

    [Fact]
    public void The_document_lists_every_check_and_every_kind()
    {
        var text = System.IO.File.ReadAllText(File);
        var wanted = $"{text[..text.IndexOf(Begin, StringComparison.Ordinal)]}{Begin}\n{Tables()}";

        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") System.IO.File.WriteAllText(File, wanted);
        Assert.Equal(wanted, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void The_suite_has_at_least_160_checks() => Assert.True(ConformanceRun.Areas().Sum(area => area.Checks.Count) >= 160);

    static string Tables()
    {
        var areas = ConformanceRun.Areas();
        var text = new StringBuilder("\n## Kinds served\n\n| group | kinds |\n| --- | --- |\n");
        foreach (var group in BuiltInKinds.All.GroupBy(kind => kind.Type.Group).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"| {(group.Key.Length == 0 ? "core" : group.Key)} | {string.Join(", ", group.Select(kind => kind.Type.Kind).Order(StringComparer.Ordinal))} |\n");
        }

        text.Append("\n## What is checked\n\n| area | checks |\n| --- | ---: |\n");
        foreach (var (area, checks) in areas) text.Append($"| {area} | {checks.Count} |\n");
        text.Append($"| all | {areas.Sum(area => area.Checks.Count)} |\n");
        foreach (var (area, checks) in areas)
        {
            text.Append($"\n### {area}\n\n");
            foreach (var check in checks) text.Append($"* {check}\n");
        }

        return text.ToString();
    }
}
