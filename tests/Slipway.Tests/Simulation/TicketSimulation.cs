using Slipway.Resources;
using Slipway.Sandbox.Storage;
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

    static string Service(string name) => Spec(name).Targets[0].Service;

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
        var budget = new BudgetWatch(world, Service(name));
        var touches = new TouchWatch(world);
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
            Touches = touches.Sentence(Service(name)),
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

    /// <summary>How often pods were disrupted by anybody, seen from the cluster.</summary>
    public required string Touches { get; init; }

    public const string EachPodOnce = "4 chosen pods once, 0 more than once, 0 others";
}

/// <summary>Sees after every write of anybody how many pods of a service are unavailable.</summary>
sealed class BudgetWatch
{
    const int Desired = 4;

    readonly Dictionary<string, bool> _ready = [];

    public BudgetWatch(SimulatedWorld world, string service)
    {
        foreach (var pod in world.Cluster.Objects.List(Kinds.Pods).Where(pod => IsOf(service, pod))) _ready[pod.Uid] = SimulatedWorld.IsReady(pod);
        world.Cluster.Objects.Watch(Kinds.Pods, change =>
        {
            if (!IsOf(service, change.Object)) return;
            if (change.New is null) _ready.Remove(change.Object.Uid);
            else _ready[change.Object.Uid] = SimulatedWorld.IsReady(change.New);
            Most = Math.Max(Most, Desired - _ready.Values.Count(ready => ready));
        });
    }

    public int Most { get; private set; }

    static bool IsOf(string service, StoredObject pod) => pod.Key.Name.StartsWith(service, StringComparison.Ordinal);
}

/// <summary>Counts by UID, from the cluster's side, how often a pod was made to go or to restart.</summary>
sealed class TouchWatch
{
    readonly Dictionary<string, string> _chosen;
    readonly Dictionary<string, int> _touches = [];

    public TouchWatch(SimulatedWorld world)
    {
        _chosen = world.Cluster.Objects.List(Kinds.Pods).ToDictionary(pod => pod.Uid, pod => pod.Key.Name);
        world.Cluster.Objects.Watch(Kinds.Pods, change =>
        {
            var (before, after) = (change.Old, change.New);
            var went = before is { IsTerminating: false } && (after is null || after.IsTerminating);
            var restarts = before is not null && after is not null && Image(before) != Image(after);
            if (went || restarts) _touches[change.Object.Uid] = _touches.GetValueOrDefault(change.Object.Uid) + 1;
        });
    }

    public string Sentence(string service)
    {
        var chosen = _touches.Where(touch => _chosen.TryGetValue(touch.Key, out var pod) && pod.StartsWith(service, StringComparison.Ordinal)).ToList();
        return $"{chosen.Count(touch => touch.Value == 1)} chosen pods once, {chosen.Count(touch => touch.Value > 1)} more than once, {_touches.Count - chosen.Count} others";
    }

    static string? Image(StoredObject pod) => pod.Json.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString();
}
