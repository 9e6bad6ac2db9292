using Slipway.Components;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Components;

public sealed class GuideTests
{
    [Fact]
    public void The_guide_tells_every_gate_and_no_other()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "guides", "components-and-policy.md"));

        var told = lines.SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(ComponentGates.All.Select(gate => $"| {gate.Subject} | {gate.Component} | {gate.Needed} |"), told);
    }
}
