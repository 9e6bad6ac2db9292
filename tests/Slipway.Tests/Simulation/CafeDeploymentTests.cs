using System.Text.Json;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class CafeDeploymentTests(ITestOutputHelper output)
{
    static readonly TimeSpan Enough = TimeSpan.FromMinutes(20);

    [Fact]
    public void A_CafeDeployment_gives_each_unit_its_pods_under_stable_names_on_its_own_nodes()
    {
        using var world = new SimulatedWorld();
        world.StartOperator();

        world.Cafe("cart", 5);

        world.RunUntil(() => world.IsComplete("cart"), Enough);
        foreach (var call in world.Calls.Where(call => call.IsWrite)) output.WriteLine($"{call.At:HH:mm:ss.fff} {call.Code} {call.Method} {call.Path} {call.Body[..Math.Min(400, call.Body.Length)]}");
        output.WriteLine(JsonSerializer.Serialize(world.CafeOf("cart").Status));
        Assert.True(world.IsComplete("cart"));
        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-gz00a-2", "cart-gz00b-0", "cart-gz00b-1"], world.NamesOf("cart"));
        Assert.All(world.PodsOf("cart"), pod => Assert.Equal(pod.Labels["deployUnit"], UnitOfNode(world, pod.Json.GetProperty("spec").GetProperty("nodeName").GetString()!)));
    }

    static string UnitOfNode(SimulatedWorld world, string node) => world.Cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster(node))!.Labels[Names.UnitLabel];
}
