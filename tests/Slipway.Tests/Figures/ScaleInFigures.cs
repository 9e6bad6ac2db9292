using Slipway.Resources;
using Slipway.Tests.Simulation;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What a scale-in of k pods of one workload writes to objects that are not Slipway's own.</summary>
public sealed class ScaleInFigures(ITestOutputHelper output)
{
    static bool IsRead(OperatorCall call) => !call.IsWrite && !call.Path.Contains("watch=true");

    [Theory]
    [InlineData("deployment", 5, 6)]
    [InlineData("replicaset", 5, 6)]
    [InlineData("stateful", 5, 1)]
    [InlineData("cloneset", 5, 1)]
    [InlineData("advanced", 5, 1)]
    [InlineData("cafe", 5, 1)]
    public void Writes_per_scale_in(string kind, int pods, int expected)
    {
        using var world = ScaleInSimulation.World($"{kind} none");
        world.Cluster.Objects.Delete(Kinds.PodDisruptionBudgets, new("shop", "cart"));
        world.StartOperator();
        world.Run(TimeSpan.FromSeconds(1));
        var reads = world.Calls.Count(IsRead);

        world.Submit("ot-1", Specs.OnPods(Operation.ScaleIn, "cart", [.. world.Cluster.Objects.List(Kinds.Pods, "shop").Select(pod => pod.Key.Name).Order(StringComparer.Ordinal).Take(pods)]));
        var ended = world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(10));

        var writes = world.Calls.Count(ScaleInSimulation.IsEffect);
        output.WriteLine(Figure.Row($"writes to scale in {pods} pods, {kind}", writes, "writes", $"{expected}"));
        Assert.True(ended);
        Assert.Equal(expected, writes);
        Assert.Equal(reads, world.Calls.Count(IsRead));
    }
}
