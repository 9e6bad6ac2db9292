using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;

namespace Slipway.Tests.Simulation;

/// <summary>One ticket, carried out from beginning to end in a simulated world, with whatever goes wrong on the way.</summary>
static class TicketSimulation
{
    static readonly TimeSpan Enough = TimeSpan.FromHours(2);

    public static IReadOnlyList<string> Cases { get; } =
    [
        .. from operation in new[] { "restart", "recreate", "evict", "delete", "evict-stateful" }
           from policy in new[] { "none", "unit", "percentage", "count" }
           select $"{operation} {policy}",
    ];

    public static OpsTicketSpec Spec(string name)
    {
        var (operation, policy) = (name.Split(' ')[0], name.Split(' ')[1]);
        var spec = Specs.Of(operation is "restart" or "recreate" ? Operation.Restart : Operation.Replace, operation == "evict-stateful" ? "catalog" : "cart") with
        {
            Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) },
            ReleasePolicy = policy switch
            {
                "unit" => new() { GroupBy = GroupBy.DeploymentUnit },
                "percentage" => new() { GroupBy = GroupBy.UnitPercentage, Percentage = 50, Beta = true },
                "count" => new() { GroupBy = GroupBy.PodCount, GroupSize = 3, SoakSeconds = 10 },
                _ => null,
            },
        };
        return operation switch
        {
            "recreate" => spec with { Restart = new() { Method = RestartMethod.Recreate } },
            "delete" => spec with { Replace = new() { Via = ReplaceVia.Delete } },
            _ => spec,
        };
    }

    public static SimulatedWorld World(int seed = 0)
    {
        var world = new SimulatedWorld(seed);
        world.Deployment("cart", 4);
        world.StatefulSet("catalog", 4);
        world.Budget("cart", "cart", "\"maxUnavailable\":2");
        world.Settle();
        return world;
    }

    /// <summary>Runs a ticket to its end, starting another operator whenever one has crashed.</summary>
    public static Outcome Run(string name, int seed, Func<int, OperatorCall, Interruption>? interrupt = null)
    {
        using var world = World(seed);
        var budget = new BudgetWatch(world, "cart", most: 2);
        world.Interrupt = interrupt;
        world.StartOperator();
        world.Submit("ot-1", Spec(name));
        var ended = world.RunUntil(() => IsFinal(world), Enough);
        var writes = world.Calls.Count(call => call.IsWrite);
        var ticket = world.Ticket("ot-1");
        var effects = world.Calls.Where(call => call.IsPodEffect).ToList();
        world.Interrupt = null;
        world.Run(TimeSpan.FromSeconds(30));
        var quiet = world.Calls.Count(call => call.IsWrite);
        world.Run(TimeSpan.FromHours(1));
        return new()
        {
            Ended = ended,
            Phase = ticket.Status?.Phase,
            Counts = ticket.Status?.Counts,
            Pods = [.. world.Groups("ot-1").SelectMany(group => group.Spec.Pods.Zip(group.Status?.Pods ?? [])).Select(pod => $"{pod.First.Name} {pod.Second.State}").Order()],
            ReadyPods = world.Cluster.Objects.List(Kinds.Pods).Count(SimulatedWorld.IsReady),
            Effects = [.. effects.Select(call => call.Effect).Order()],
            Targets = [.. effects.Select(call => call.Path.Split("/pods/")[1].Split('/')[0]).Order()],
            Writes = writes,
            WritesInTheHourAfter = world.Calls.Count(call => call.IsWrite) - quiet,
            MostUnavailable = budget.Most,
            LastMessage = ticket.Status?.Message,
        };
    }

    static bool IsFinal(SimulatedWorld world)
    {
        world.RestartAfterCrash();
        return world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.InitializeFailed;
    }
}

/// <summary>What a run ended in, and what it did on the way.</summary>
sealed record Outcome
{
    public required bool Ended { get; init; }
    public required TicketPhase? Phase { get; init; }
    public required PodCounts? Counts { get; init; }
    public required IReadOnlyList<string> Pods { get; init; }
    public required int ReadyPods { get; init; }
    public required IReadOnlyList<string> Effects { get; init; }
    public required IReadOnlyList<string> Targets { get; init; }
    public required int Writes { get; init; }
    public required int WritesInTheHourAfter { get; init; }
    public required int MostUnavailable { get; init; }
    public required string? LastMessage { get; init; }
}

/// <summary>Sees after every write of anybody how many pods of a service are unavailable.</summary>
sealed class BudgetWatch
{
    readonly Dictionary<string, bool> _ready = [];
    readonly int _desired;

    public BudgetWatch(SimulatedWorld world, string service, int most)
    {
        Allowed = most;
        _desired = 4;
        world.Cluster.Objects.Watch(Kinds.Pods, change =>
        {
            if (!change.Object.Key.Name.StartsWith(service, StringComparison.Ordinal)) return;
            if (change.New is null) _ready.Remove(change.Object.Uid);
            else _ready[change.Object.Uid] = SimulatedWorld.IsReady(change.New);
            Most = Math.Max(Most, _desired - _ready.Values.Count(ready => ready));
        });
        Most = 0;
    }

    public int Allowed { get; }

    public int Most { get; private set; }
}
