using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Tests.Worlds;
using Xunit;
using YamlDotNet.Serialization;

namespace Slipway.Tests.Simulation;

/// <summary>What samples/ has of CafeDeployments comes up as it is.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("shop/mall.yaml", "mall", "GZ00A,GZ00B", "cart-gz00a-0 cart-gz00a-1 cart-gz00a-2 cart-gz00b-0 cart-gz00b-1 cart-gz00b-2 catalog-0 catalog-1 catalog-2 catalog-3 payment-gz00a-0 payment-gz00a-1 payment-gz00a-2 payment-gz00b-0")]
    [InlineData("cafedeployment.yaml", "default", "CellA,CellB", "greeter-cella-0 greeter-cella-1 greeter-cella-2 greeter-cella-3 greeter-cellb-0 greeter-cellb-1 greeter-cellb-2 greeter-cellb-3 greeter-cellb-4 greeter-cellb-5")]
    public void A_sample_gives_the_pods_it_promises(string file, string ns, string units, string pods)
    {
        using var world = new SimulatedWorld(nodes: [.. units.Split(',').Select(unit => new SandboxNode($"node-{unit.ToLowerInvariant()}", new Dictionary<string, string> { [Names.UnitLabel] = unit }))]);
        world.StartOperator();

        foreach (var document in Documents(file)) world.Apply(Type(world, document), document.ToJsonString());

        var wanted = pods.Split(' ');
        Assert.True(world.RunUntil(() => world.Cluster.Objects.List(Kinds.Pods, ns).Count(SimulatedWorld.IsReady) == wanted.Length, TimeSpan.FromMinutes(5)));
        Assert.Equal(wanted, world.Cluster.Objects.List(Kinds.Pods, ns).Select(pod => pod.Key.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("remove-traffic")]
    [InlineData("restart-drained")]
    [InlineData("scale-in")]
    [InlineData("shift-traffic")]
    public void A_ticket_on_the_mall_can_be_published(string ticket)
    {
        using var world = new SimulatedWorld(nodes: [.. new[] { "GZ00A", "GZ00B" }.Select(unit => new SandboxNode($"node-{unit.ToLowerInvariant()}", new Dictionary<string, string> { [Names.UnitLabel] = unit }))]);
        world.StartOperator();
        world.Apply(Kinds.OpsPolicies, """
            { "metadata": { "name": "components" }, "spec": { "components": [
              { "name": "cafeextcontroller", "version": "0.7.2" }, { "name": "cloud-controller-manager", "version": "1.2.1" }, { "name": "terway-eni", "version": "1.5.0" } ] } }
            """);
        foreach (var document in Documents("shop/mall.yaml").Concat(Documents("mall/balancer.yaml"))) world.Apply(Type(world, document), document.ToJsonString());
        Assert.True(world.RunUntil(() => world.Cluster.Objects.List(Kinds.Pods, "mall").Count(SimulatedWorld.IsReady) == 14, TimeSpan.FromMinutes(5)));

        foreach (var document in Documents($"mall/ticket-{ticket}.yaml")) world.Apply(Type(world, document), document.ToJsonString());
        world.Run(TimeSpan.FromSeconds(30));

        var status = Assert.Single(world.Cluster.Objects.List(Kinds.OpsTickets, "mall")).Json.GetProperty("status");
        Assert.Equal("Initialized", status.GetProperty("phase").GetString());
    }

    static ResourceType Type(SimulatedWorld world, JsonObject document) =>
        world.Cluster.Objects.Kinds.All.First(served => served.Type.ApiVersion == document["apiVersion"]!.ToString() && served.Type.Kind == document["kind"]!.ToString()).Type;

    static IEnumerable<JsonObject> Documents(string file)
    {
        var toJson = new SerializerBuilder().JsonCompatible().Build();
        var read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
        return File.ReadAllText(Path.Combine(Repository.Root, "samples", file)).Split("\n---\n").Select(text => JsonNode.Parse(toJson.Serialize(read.Deserialize(text)))!.AsObject());
    }
}
