using System.Text.RegularExpressions;
using Slipway.Operator.Schemas;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Schemas;

public sealed class DeployedDefinitionsTests
{
    public static TheoryData<string> FileNames => [.. ShippedKinds.All.Select(kind => kind.FileName)];

    /// <summary>With UPDATE_DEPLOY=1 the files are written instead of compared.</summary>
    [Theory]
    [MemberData(nameof(FileNames))]
    public void What_is_deployed_is_what_the_records_say(string fileName)
    {
        var path = Path.Combine(Repository.Root, "deploy", "crds", fileName);
        var written = ShippedKinds.All.Single(kind => kind.FileName == fileName).DefinitionYaml();

        if (Environment.GetEnvironmentVariable("UPDATE_DEPLOY") == "1") File.WriteAllText(path, written);

        Assert.Equal(File.ReadAllText(path), written);
    }

    [Fact]
    public void Nothing_else_is_deployed() =>
        Assert.Equal(ShippedKinds.All.Select(kind => kind.FileName).Order(), Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "crds")).Select(Path.GetFileName).Order());

    /// <summary>An API server refuses a definition whose rules may cost too much, and takes <c>!=</c> for as dear as the longest text there can be.</summary>
    [Theory]
    [MemberData(nameof(FileNames))]
    public void No_rule_compares_by_inequality_within_nested_loops(string fileName)
    {
        var rules = Regex.Matches(ShippedKinds.All.Single(kind => kind.FileName == fileName).DefinitionYaml(), "- rule: (.*)").Select(rule => rule.Groups[1].Value);

        Assert.DoesNotContain(rules, rule => rule.Contains("!=", StringComparison.Ordinal) && Regex.Count(rule, @"\.(all|exists|exists_one|map|filter)\(") > 1);
    }
}
