using System.Diagnostics;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What the upgrade of a large CafeDeployment costs the API server. Run by <c>./bench</c>.</summary>
public sealed class CafeUpgradeFigures(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Calls_of_an_upgrade_in_place()
    {
        const int Pods = 1000;
        using var world = new SimulatedWorld();
        world.StartOperator();
        world.Cafe("cart", Pods, """{"upgradeType":"Beta","batchSize":100,"minReadySeconds":10}""");
        Assert.True(world.RunUntil(() => world.IsComplete("cart"), TimeSpan.FromMinutes(30)), world.CafeOf("cart").Status?.Progress);
        world.Run(TimeSpan.FromSeconds(20));
        var before = world.Calls.Count;
        var began = world.Time.GetUtcNow();
        var watch = Process.GetCurrentProcess().TotalProcessorTime;

        world.SetImage("cart", "registry.example/cart:2");
        Assert.True(world.RunUntil(() => world.IsComplete("cart"), TimeSpan.FromHours(2)), world.CafeOf("cart").Status?.Progress);

        var seconds = (world.Time.GetUtcNow() - began).TotalSeconds;
        var calls = world.Calls.Skip(before).ToList();
        var statuses = calls.Where(call => call.IsWrite && call.Path.EndsWith("/status", StringComparison.Ordinal)).ToList();
        output.WriteLine(Figure.Row("upgrade of 1,000 pods in 11 groups: writes per pod", calls.Count(call => call.IsWrite && call.Path.Contains("/pods/", StringComparison.Ordinal)) / (double)Pods, "calls", "≤ 1"));
        output.WriteLine(Figure.Row("… status writes in any one second, at most", statuses.GroupBy(call => call.At.ToUnixTimeSeconds()).Max(second => second.Count()), "calls", "≤ 1"));
        output.WriteLine(Figure.Row("… status writes over the upgrade", statuses.Count / seconds, "per second", "≤ 1"));
        output.WriteLine(Figure.Row("… other writes: sets, records, history", calls.Count(call => call.IsWrite) - statuses.Count - Pods, "calls", "≤ 3 per group + 3"));
        output.WriteLine(Figure.Row("… reads that are not watches, but for the server's version every ten minutes", calls.Count(IsRead), "calls", "0"));
        output.WriteLine(Figure.Row("… CPU, with the sandbox, its kubelets and its API server", (Process.GetCurrentProcess().TotalProcessorTime - watch).TotalSeconds, "s", ""));
    }

    static bool IsRead(OperatorCall call) =>
        !call.IsWrite && !call.Path.Contains("watch=true", StringComparison.Ordinal) && call.Path != "/version";
}
