using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

/// <summary>Places behind an HAProxy that follows no endpoints, with crashes, lost answers and refusals on the way: whoever closes a place opens it again, and nobody else's.</summary>
public sealed class HAProxyDrainTests
{
    sealed record Outcome(TicketPhase? Phase, string? Message, IReadOnlyList<string> Open, int Shut, int ApiWrites, int Commands, int ActsOnOpenPlaces, int InTraffic);

    public static TheoryData<string> Operations => ["restart", "remove", "evict", "scalein"];

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_pod_is_acted_on_only_while_its_place_is_closed_and_its_place_is_open_in_the_end(string operation)
    {
        var outcome = Run(operation);

        Assert.Equal((End(operation), 0, InTraffic(operation)), (outcome.Phase, outcome.ActsOnOpenPlaces, outcome.InTraffic));
        Assert.Equal((0, Places(operation)), (outcome.Shut, outcome.Open.Count));
        Assert.Equal(Places(operation), outcome.Commands);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_crash_at_any_write_of_either_leaves_no_place_closed(string operation)
    {
        var undisturbed = Run(operation);

        foreach (var crash in new[] { Interruption.CrashBefore, Interruption.CrashAfter })
        {
            for (var place = 0; place < undisturbed.ApiWrites; place++)
            {
                var (at, write) = (place, 0);
                Check(operation, $"{crash} at write {at}", Run(operation, write: () => write++ == at ? crash : Interruption.None));
            }

            for (var place = 0; place < undisturbed.Commands; place++)
            {
                var (at, command) = (place, 0);
                Check(operation, $"{crash} at command {at}", Run(operation, command: () => command++ == at ? crash : Interruption.None));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Commands_that_are_refused_or_unanswered_and_crashes_in_between_leave_no_place_closed(string operation)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var chance = new Random(seed);
            Interruption Draw() => chance.Next(6) switch { 0 => Interruption.Fail, 1 => Interruption.LoseAnswer, 2 => Interruption.CrashAfter, _ => Interruption.None };

            Check(operation, $"seed {seed}", Run(operation, write: () => chance.Next(10) == 0 ? Interruption.CrashAfter : Interruption.None, command: Draw));
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Cancelled_at_any_moment_and_crashed_besides_no_place_stays_closed(string operation)
    {
        for (var after = 0; after < 60; after += 4)
        {
            var chance = new Random(after);

            var outcome = Run(operation, cancelAfter: TimeSpan.FromSeconds(after), command: () => chance.Next(3) == 0 ? Interruption.CrashAfter : Interruption.None);

            Assert.True(outcome.Phase is TicketPhase.Cancelled || outcome.Phase == End(operation), $"cancelled after {after} s: {outcome.Phase} {outcome.Message}");
            Assert.True(outcome is { Shut: 0, ActsOnOpenPlaces: 0 } && (outcome.InTraffic == 4 || operation == "scalein"), $"cancelled after {after} s: {outcome}");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Cancelled_while_its_pods_drain_a_ticket_ends_only_when_the_places_are_open_again(string operation)
    {
        using var world = new SimulatedWorld();
        var (proxy, pods) = Open(world);
        proxy.Interrupt = line => line.EndsWith("ready", StringComparison.Ordinal) ? Interruption.Fail : Interruption.None;
        world.Submit("ot-1", Spec(operation, [.. pods.Keys.Take(2)]));
        world.RunUntil(() => proxy.Open.Count() == 2, TimeSpan.FromMinutes(1));
        world.Command("ot-1", CommandVerb.Cancel, "changed our minds");

        world.Run(TimeSpan.FromMinutes(30));
        Assert.Equal((TicketPhase.Cancelling, 2), (world.Ticket("ot-1").Status?.Phase, proxy.Open.Count()));

        proxy.Interrupt = null;
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Equal((TicketPhase.Cancelled, 4, 4), (world.Ticket("ot-1").Status?.Phase, proxy.Open.Count(), world.Endpoints("cart").Count));
    }

    [Fact]
    public void A_pod_that_fails_leaves_no_place_closed_and_one_closed_later_by_hand_stays_so()
    {
        using var world = new SimulatedWorld();
        var (proxy, pods) = Open(world);
        var chosen = pods.Keys.First();
        world.Submit("ot-1", Spec("restart", [.. pods.Keys.Take(2)]));
        world.RunUntil(() => proxy.Open.Count() == 2, TimeSpan.FromMinutes(1));
        var broken = world.Cluster.Objects.Get(Kinds.Pods, new("shop", chosen))!.Edit();
        var annotations = broken["metadata"]!["annotations"] as JsonObject ?? [];
        annotations["sandbox.slipway.dev/fail"] = "NeverReady";
        broken["metadata"]!["annotations"] = annotations.DeepClone();
        world.Cluster.Objects.Update(Kinds.Pods, broken);
        world.RunUntil(() => world.Ticket("ot-1").Status?.Phase == TicketPhase.Failed, TimeSpan.FromMinutes(30));
        Assert.Equal((TicketPhase.Failed, 4), (world.Ticket("ot-1").Status?.Phase, proxy.Open.Count()));

        proxy.Close(pods[chosen]);
        world.Command("ot-1", CommandVerb.Cancel, "enough");
        world.Run(TimeSpan.FromMinutes(2));

        Assert.Equal((TicketPhase.Cancelled, 3), (world.Ticket("ot-1").Status?.Phase, proxy.Open.Count()));
    }

    [Theory]
    [InlineData(false, TicketPhase.Failed)]
    [InlineData(true, TicketPhase.Cancelled)]
    public void While_a_place_cannot_be_opened_again_its_ticket_says_so_and_does_not_end(bool isCancelled, TicketPhase end)
    {
        using var world = new SimulatedWorld();
        var (proxy, pods) = Open(world);
        proxy.Interrupt = line => line.EndsWith("ready", StringComparison.Ordinal) ? Interruption.Fail : Interruption.None;
        world.Submit("ot-1", Spec("restart", [.. pods.Keys.Take(2)]));
        world.Run(TimeSpan.FromMinutes(2));
        if (isCancelled) world.Command("ot-1", CommandVerb.Cancel, "changed our minds");

        world.Run(TimeSpan.FromMinutes(18));
        var waiting = world.Ticket("ot-1").Status;
        var writes = world.Calls.Count(call => call.IsWrite);
        world.Run(TimeSpan.FromMinutes(20));
        Assert.Equal(2, proxy.Open.Count());
        Assert.Equal(isCancelled ? TicketPhase.Cancelling : TicketPhase.Executing, waiting?.Phase);
        Assert.EndsWith("; haproxy edge refuses: injected", waiting?.Message);
        Assert.InRange(world.Calls.Count(call => call.IsWrite) - writes, 0, 20 * 60 / 4);

        proxy.Interrupt = null;
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Equal((4, end), (proxy.Open.Count(), world.Ticket("ot-1").Status?.Phase));
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("remove")]
    public void A_place_that_somebody_closed_before_stays_closed(string operation)
    {
        var outcome = Run(operation, before: (proxy, addresses) => proxy.Close(addresses[0]));

        Assert.True(outcome.Phase == End(operation), $"{outcome.Phase} {outcome.Message}");
        Assert.Equal((3, 2), (outcome.Open.Count, outcome.Commands));
    }

    static TicketPhase End(string operation) => operation == "remove" ? TicketPhase.Undone : TicketPhase.Succeeded;

    /// <summary>Places that are open in the end: those of pods that are gone are not.</summary>
    static int Places(string operation) => operation is "evict" or "scalein" ? 2 : 4;

    static int InTraffic(string operation) => operation == "scalein" ? 2 : 4;

    static void Check(string operation, string when, Outcome outcome)
    {
        Assert.True(outcome.Phase == End(operation), $"{when}: {outcome.Phase} {outcome.Message}");
        Assert.True(outcome is { Shut: 0, ActsOnOpenPlaces: 0 } && outcome.Open.Count == Places(operation) && outcome.InTraffic == InTraffic(operation), $"{when}: {outcome}; open are {string.Join(' ', outcome.Open)}");
    }

    /// <summary>Four pods behind an HAProxy that knows their addresses.</summary>
    static (SimulatedHAProxy Proxy, Dictionary<string, string> Pods) Open(SimulatedWorld world)
    {
        world.GatedDeployment("cart", 4);
        world.Service("cart", "\"app\":\"cart\",\"serving\":\"yes\"");
        world.Apply(Kinds.ApplicationServices, """
            {"metadata":{"name":"cart","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"cart"},"traffic":{"provider":"haproxy","endpoint":"edge","backends":[
              {"unit":"GZ00A","haproxy":{"backend":"cart","server":"cart-"}}]} } }
            """);
        var proxy = world.HAProxy = new(world);
        world.StartOperator();
        world.Settle();
        var pods = world.Cluster.Objects.List(Kinds.Pods, "shop").OrderBy(pod => pod.Name, StringComparer.Ordinal).ToDictionary(pod => pod.Name, pod => pod.Json.GetProperty("status").GetProperty("podIP").GetString()!);
        foreach (var (index, address) in pods.Values.Index()) proxy.Add($"cart-{index + 1}", address);
        return (proxy, pods);
    }

    static OpsTicketSpec Spec(string operation, params string[] pods) => Specs.OnPods(operation switch { "remove" => Operation.RemoveTraffic, "evict" => Operation.Replace, "scalein" => Operation.ScaleIn, _ => Operation.Restart }, "cart", pods) with
    {
        Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) },
        Drain = new() { Enabled = operation != "remove", Seconds = 10 },
    };

    static Outcome Run(string operation, Func<Interruption>? write = null, Func<Interruption>? command = null, TimeSpan? cancelAfter = null, Action<SimulatedHAProxy, IReadOnlyList<string>>? before = null)
    {
        using var world = new SimulatedWorld();
        var (proxy, pods) = Open(world);
        before?.Invoke(proxy, [.. pods.Values]);
        var chosen = pods.Keys.Take(2).ToArray();
        var (acts, writes) = (0, 0);
        world.Interrupt = (_, call) =>
        {
            writes++;
            var isAct = call.Body.Contains("/image", StringComparison.Ordinal) || call.Path.EndsWith("/eviction", StringComparison.Ordinal);
            if (isAct && proxy.Open.Contains(pods[call.Path.Split("/pods/")[1].Split('/')[0]])) acts++;
            if (operation == "scalein" && call.Body.Contains("\"replicas\":", StringComparison.Ordinal) && !call.Path.Contains("opsticket", StringComparison.Ordinal)) acts += chosen.Count(pod => proxy.Open.Contains(pods[pod]));
            return write?.Invoke() ?? Interruption.None;
        };
        proxy.Interrupt = _ => command?.Invoke() ?? Interruption.None;

        world.Submit("ot-1", Spec(operation, chosen));
        if (cancelAfter is { } wait)
        {
            world.RunUntil(() => Restarted(world) && false, wait);
            world.Command("ot-1", CommandVerb.Cancel, "changed our minds");
        }

        Await(world, TicketPhase.Succeeded);
        if (operation == "remove" && world.Ticket("ot-1").Status?.Phase == TicketPhase.Succeeded)
        {
            world.Command("ot-1", CommandVerb.Undo);
            Await(world, TicketPhase.Undone);
        }

        (world.Interrupt, proxy.Interrupt) = (null, null);
        world.RestartAfterCrash();
        world.Run(TimeSpan.FromSeconds(60));
        var status = world.Ticket("ot-1").Status;
        var shut = pods.Count(pod => world.Cluster.Objects.Get(Kinds.Pods, new("shop", pod.Key)) is not null && !proxy.Open.Contains(pod.Value));
        return new(status?.Phase, status?.Message, [.. proxy.Open], shut, writes, proxy.Commands.Count, acts, world.Endpoints("cart").Count);
    }

    static void Await(SimulatedWorld world, TicketPhase end) => world.RunUntil(
        () => Restarted(world) && world.Ticket("ot-1").Status?.Phase is { } phase && (phase == end || phase is TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.InitializeFailed),
        TimeSpan.FromHours(1));

    static bool Restarted(SimulatedWorld world)
    {
        world.RestartAfterCrash();
        return true;
    }
}
