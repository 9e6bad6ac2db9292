using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

/// <summary>Somebody or something else gets in the way of a scale-in.</summary>
public sealed class ScaleInRivalTests
{
    static IReadOnlyList<StoredObject> Pods(SimulatedWorld world) => [.. world.Cluster.Objects.List(Kinds.Pods, "shop").OrderBy(pod => pod.Key.Name, StringComparer.Ordinal)];

    static JsonObject Annotations(SimulatedWorld world, StoredObject pod) => world.Cluster.Objects.Get(Kinds.Pods, pod.Key)!.Edit()["metadata"]!["annotations"] as JsonObject ?? [];

    static void Annotate(SimulatedWorld world, StoredObject pod, string name, string value)
    {
        var edited = world.Cluster.Objects.Get(Kinds.Pods, pod.Key)!.Edit();
        if (edited["metadata"]!["annotations"] is not JsonObject annotations) edited["metadata"]!["annotations"] = annotations = [];
        annotations[name] = value;
        world.Cluster.Objects.Update(Kinds.Pods, edited);
    }

    static void MakeUnready(SimulatedWorld world, StoredObject pod)
    {
        Annotate(world, pod, "sandbox.slipway.dev/fail", "NeverReady");
        var edited = world.Cluster.Objects.Get(Kinds.Pods, pod.Key)!.Edit();
        foreach (var condition in edited["status"]!["conditions"]!.AsArray().Where(condition => (string?)condition!["type"] == "Ready")) condition!["status"] = "False";
        world.Cluster.Objects.Update(Kinds.Pods, edited, "status");
    }

    static int Replicas(SimulatedWorld world) => world.Cluster.Objects.Get(Kinds.Deployments, new("shop", "cart"))!.Json.GetProperty("spec").GetProperty("replicas").GetInt32();

    static bool IsFinal(SimulatedWorld world) => world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.InitializeFailed;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(23)]
    public void A_pod_that_becomes_unready_as_replicas_are_lowered_goes_instead_and_the_ticket_says_so(int seed)
    {
        using var world = ScaleInSimulation.World("deployment none", seed);
        var (chosen, victim) = (Pods(world)[2], Pods(world)[4]);
        Annotate(world, chosen, Names.DeletionCostAnnotation, "5");
        world.Interrupt = (_, call) =>
        {
            if (call.Path.EndsWith("/scale", StringComparison.Ordinal)) MakeUnready(world, victim);
            return Interruption.None;
        };
        world.StartOperator();

        world.Submit("ot-1", Specs.OnPods(Operation.ScaleIn, "cart", chosen.Key.Name));
        Assert.True(world.RunUntil(() => IsFinal(world), TimeSpan.FromMinutes(30)));
        world.Run(TimeSpan.FromHours(1));

        var status = world.Ticket("ot-1").Status!;
        Assert.Equal((TicketPhase.Failed, $"Deployment cart gave up {victim.Key.Name} instead of {chosen.Key.Name}; it has 5 replicas now"), (status.Phase, status.FailureReason));
        Assert.Equal((5, 5), (Replicas(world), Pods(world).Count));
        Assert.Equal("5", (string?)Annotations(world, chosen)[Names.DeletionCostAnnotation]);
        Assert.False(Annotations(world, chosen).ContainsKey(Names.ScaleInAnnotation));
    }

    [Fact]
    public void A_crash_at_any_write_of_a_cancelled_scale_in_leaves_no_mark_and_the_replicas_as_they_were()
    {
        var writes = Cancelled(seed: 0, null).Writes;

        foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
        {
            for (var at = 0; at < writes; at++)
            {
                var place = at;

                var (phase, replicas, costs, _) = Cancelled(seed: 0, (write, _) => write == place ? crash : Interruption.None);

                Assert.True(phase == TicketPhase.Cancelled && replicas == 6 && costs == "5,none", $"{crash} at write {place}: {phase}, {replicas} replicas, costs {costs}");
            }
        }
    }

    /// <summary>Another pod is unready once two pods are marked, so that replicas are not lowered; then the ticket is cancelled.</summary>
    static (TicketPhase? Phase, int Replicas, string Costs, int Writes) Cancelled(int seed, Func<int, OperatorCall, Interruption>? interrupt)
    {
        using var world = ScaleInSimulation.World("deployment none", seed);
        var pods = Pods(world);
        StoredObject[] chosen = [pods[1], pods[3]];
        Annotate(world, chosen[0], Names.DeletionCostAnnotation, "5");
        world.Interrupt = (write, call) =>
        {
            if (call is { Method: "PATCH" } && call.Path.Contains("/pods/")) MakeUnready(world, pods[5]);
            return interrupt?.Invoke(write, call) ?? Interruption.None;
        };
        world.StartOperator();
        world.Submit("ot-1", Specs.OnPods(Operation.ScaleIn, "cart", [.. chosen.Select(pod => pod.Key.Name)]));
        world.RunUntil(
            () =>
            {
                world.RestartAfterCrash();
                return chosen.All(pod => Annotations(world, pod).ContainsKey(Names.ScaleInAnnotation));
            },
            TimeSpan.FromMinutes(5));

        world.Command("ot-1", CommandVerb.Cancel, "on second thought");
        world.RunUntil(
            () =>
            {
                world.RestartAfterCrash();
                return IsFinal(world);
            },
            TimeSpan.FromMinutes(30));

        var costs = chosen.Select(pod => Annotations(world, pod)).Select(annotations => annotations.ContainsKey(Names.ScaleInAnnotation) ? "marked" : (string?)annotations[Names.DeletionCostAnnotation] ?? "none");
        return (world.Ticket("ot-1").Status?.Phase, Replicas(world), string.Join(',', costs), world.Calls.Count(call => call.IsWrite));
    }
}
