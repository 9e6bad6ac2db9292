using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Tests.Worlds;
using Slipway.Tickets;

namespace Slipway.Tests.Simulation;

/// <summary>Two pods of a service of six are scaled in, by every kind of workload and policy, with whatever goes wrong on the way.</summary>
static class ScaleInSimulation
{
    static readonly TimeSpan Enough = TimeSpan.FromHours(2);

    public static IReadOnlyList<string> Cases { get; } =
    [
        .. from kind in new[] { "deployment", "replicaset", "stateful", "cloneset", "advanced", "cafe" }
           from policy in new[] { "none", "unit", "percentage", "count" }
           select $"{kind} {policy}",
    ];

    public static SimulatedWorld World(string name, int seed = 0)
    {
        var world = new SimulatedWorld(seed);
        switch (name.Split(' ')[0])
        {
            case "deployment": world.Deployment("cart", 6); break;
            case "replicaset": world.ReplicaSet("cart", 6); break;
            case "stateful": world.StatefulSet("cart", 6); break;
            case "cloneset":
                world.Kruise();
                world.CloneSet("cart", 6);
                break;
            case "advanced":
                world.Kruise();
                world.AdvancedStatefulSet("cart", 6, """ "reserveOrdinals": [1, "3-4"], """);
                break;
            case "cafe":
                world.Apply(Kinds.OpsPolicies, """{"metadata":{"name":"components"},"spec":{"components":[{"name":"cafeextcontroller","version":"0.7.2"}]} }""");
                world.StartOperator();
                world.Cafe("cart", 6, topology: """{"unitType":"Cell","values":["GZ00A","GZ00B"]}""");
                world.RunUntil(() => world.Cluster.Objects.List(Kinds.Pods, "shop").Count == 6, TimeSpan.FromMinutes(5));
                break;
        }

        world.Budget("cart", "cart", "\"minAvailable\":4");
        world.Settle();
        world.StopOperator();
        return world;
    }

    public static ResourceType TypeOf(string name) => name.Split(' ')[0] switch
    {
        "deployment" => Kinds.Deployments,
        "replicaset" => Kinds.ReplicaSets,
        "cloneset" => Kinds.CloneSets,
        "cafe" => Kinds.CafeDeployments,
        "advanced" => Kinds.AdvancedStatefulSets,
        _ => Kinds.StatefulSets,
    };

    /// <summary>The pods to go: both ends of a StatefulSet, two from the middle of the others.</summary>
    public static IReadOnlyList<StoredObject> Chosen(SimulatedWorld world, string name)
    {
        var pods = world.Cluster.Objects.List(Kinds.Pods, "shop").OrderBy(pod => pod.Key.Name, StringComparer.Ordinal).ToList();
        return name.StartsWith("stateful", StringComparison.Ordinal) ? [pods[0], pods[^1]] : [pods[1], pods[3]];
    }

    public static OpsTicketSpec Spec(string name, IReadOnlyList<StoredObject> chosen) => Specs.OnPods(Operation.ScaleIn, "cart", [.. chosen.Select(pod => pod.Key.Name)]) with
    {
        ReleasePolicy = name.Split(' ')[1] switch
        {
            "unit" => new() { GroupBy = GroupBy.DeploymentUnit },
            "percentage" => new() { GroupBy = GroupBy.UnitPercentage, Percentage = 50, Beta = true },
            "count" => new() { GroupBy = GroupBy.PodCount, GroupSize = 1, SoakSeconds = 10 },
            _ => null,
        },
    };

    /// <summary>Runs a ticket to its end, starting another operator whenever one has crashed.</summary>
    public static ScaleInOutcome Run(string name, int seed, Func<int, OperatorCall, Interruption>? interrupt = null)
    {
        using var world = World(name, seed);
        var chosen = Chosen(world, name);
        world.Calls.Clear();
        world.Interrupt = interrupt;
        world.StartOperator();
        world.Submit("ot-1", Spec(name, chosen));
        var ended = world.RunUntil(() => IsFinal(world), Enough);
        var writes = world.Calls.Count(call => call.IsWrite);
        var effects = world.Calls.Where(IsEffect).ToList();
        world.Interrupt = null;
        world.Run(TimeSpan.FromSeconds(30));
        var quiet = world.Calls.Count(call => call.IsWrite);
        world.Run(TimeSpan.FromHours(1));
        var pods = world.Cluster.Objects.List(Kinds.Pods, "shop");
        var uids = pods.Select(pod => pod.Uid).ToHashSet();
        return new()
        {
            Ended = ended,
            Phase = world.Ticket("ot-1").Status?.Phase,
            FailureReason = world.Ticket("ot-1").Status?.FailureReason,
            Gone = [.. chosen.Select(pod => !uids.Contains(pod.Uid))],
            Pods = pods.Count,
            Replicas = world.Cluster.Objects.Get(TypeOf(name), new("shop", "cart"))!.Json.GetProperty("spec").GetProperty("replicas").GetInt32(),
            Marked = pods.Count(pod => pod.Json.GetProperty("metadata").TryGetProperty("annotations", out var annotations) && annotations.TryGetProperty(Names.ScaleInAnnotation, out _)),
            Effects = [.. effects.Select(call => call.Effect).Order()],
            Lowerings = effects.Count(call => !call.Path.Contains("/pods/")),
            Writes = writes,
            WritesInTheHourAfter = world.Calls.Count(call => call.IsWrite) - quiet,
        };
    }

    /// <summary>What the ticket itself does to pods and workloads; what the operator's workload controllers do besides is theirs.</summary>
    public static bool IsEffect(OperatorCall call) => call is { Method: "PATCH", Code: >= 200 and < 300 } && !call.Path.Contains("slipway.dev") && !call.Path.Contains("/inplacesets/") && !call.Path.EndsWith("/status", StringComparison.Ordinal)
        && (!call.Path.Contains("/cafedeployments/") || call.Body.Contains("\"spec\":{\"replicas\":"));

    static bool IsFinal(SimulatedWorld world)
    {
        world.RestartAfterCrash();
        return world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.Cancelled or TicketPhase.InitializeFailed;
    }
}

/// <summary>What a scale-in ended in, and what it did on the way.</summary>
sealed record ScaleInOutcome
{
    public required bool Ended { get; init; }
    public required TicketPhase? Phase { get; init; }
    public required string? FailureReason { get; init; }

    /// <summary>Of each chosen pod: its UID is gone.</summary>
    public required IReadOnlyList<bool> Gone { get; init; }

    public required int Pods { get; init; }
    public required int Replicas { get; init; }
    public required int Marked { get; init; }
    public required IReadOnlyList<string> Effects { get; init; }
    public required int Lowerings { get; init; }
    public required int Writes { get; init; }
    public required int WritesInTheHourAfter { get; init; }
}
