using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Resources;
using Slipway.Sandbox.Storage;
using Slipway.Tests.Worlds;

namespace Slipway.Tests.Simulation;

/// <summary>One change of a CafeDeployment, carried out from beginning to end in a simulated world, with whatever goes wrong on the way.</summary>
static class CafeSimulation
{
    public const int BatchSize = 3;

    static readonly TimeSpan Enough = TimeSpan.FromHours(2);

    public static IReadOnlyList<string> Cases { get; } =
    [
        "upgrade in place, beta",
        "upgrade in place, batch, confirmed",
        "upgrade by recreation, beta",
        "labels only",
        "scale out",
        "specified scale-in",
        "another distribution",
        "ReplicaSet upgrade, batch",
        "StatefulSet upgrade, batch",
    ];

    public static bool IsInPlace(string name) => name.StartsWith("upgrade in place", StringComparison.Ordinal) || name == "labels only";

    public static bool HasStableNames(string name) => !name.StartsWith("ReplicaSet", StringComparison.Ordinal);

    public static SimulatedWorld World(string name, int seed)
    {
        var world = new SimulatedWorld(seed);
        world.StartOperator();
        var confirm = name.Contains("confirmed") ? ",\"needWaitingForConfirm\":true" : "";
        var kind = name.StartsWith("ReplicaSet", StringComparison.Ordinal) ? "ReplicaSet" : name.StartsWith("StatefulSet", StringComparison.Ordinal) ? "StatefulSet" : "InPlaceSet";
        world.Cafe(
            "cart",
            7,
            $$"""{"upgradeType":"{{(name.Contains("batch") ? "Batch" : "Beta")}}","batchSize":{{BatchSize}},"minReadySeconds":5{{confirm}} }""",
            extra: $"\"podSetType\":\"{kind}\",");
        world.Budget("cart", "cart", "\"maxUnavailable\":3");
        if (!world.RunUntil(() => world.IsComplete("cart"), Enough)) throw new InvalidOperationException($"{name}: the CafeDeployment does not come up: {world.CafeOf("cart").Status?.Progress}");
        world.Run(TimeSpan.FromSeconds(20));
        return world;
    }

    static void Change(SimulatedWorld world, string name)
    {
        switch (name)
        {
            case "upgrade by recreation, beta":
                world.EditCafe("cart", body => body["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] = new JsonArray(new JsonObject { ["name"] = "A", ["value"] = "b" }));
                break;
            case "labels only":
                world.EditCafe("cart", body => body["spec"]!["template"]!["metadata"]!["labels"]!["tier"] = "web");
                break;
            case "scale out":
                world.EditCafe("cart", body => body["spec"]!["replicas"] = 12);
                break;
            case "specified scale-in":
                var possible = (SpecifiedScaleIn.Possible)SpecifiedScaleIn.Of(world.CafeOf("cart"), ["cart-gz00a-1", "cart-gz00b-0"]);
                world.EditCafe("cart", body => body["spec"] = JsonSerializer.SerializeToNode(possible.ApplyTo(world.CafeOf("cart").Spec), CafeJson.Default.CafeDeploymentSpec));
                break;
            case "another distribution":
                world.EditCafe("cart", body => body["spec"]!["topology"]!["unitReplicas"] = new JsonObject { ["GZ00A"] = 2 });
                break;
            default:
                world.SetImage("cart", "registry.example/cart:2");
                break;
        }
    }

    public static CafeOutcome Run(string name, int seed, Func<int, OperatorCall, Interruption>? interrupt = null)
    {
        using var world = World(name, seed);
        var before = world.PodsOf("cart").ToDictionary(pod => pod.Key.Name, Facts);
        var callsBefore = world.Calls.Count;
        var watch = new UnavailableWatch(world);
        var writes = 0;
        if (interrupt is not null) world.Interrupt = (_, call) => interrupt(writes++, call);
        Change(world, name);
        var ended = world.RunUntil(() => Person(world), Enough);
        var calls = world.Calls.Skip(callsBefore).Where(call => call.IsWrite).ToList();
        world.Interrupt = null;
        world.RestartAfterCrash();
        world.Run(TimeSpan.FromSeconds(30));
        var quiet = world.Calls.Count(call => call.IsWrite);
        world.Run(TimeSpan.FromHours(1));
        var after = world.PodsOf("cart");
        return new()
        {
            Ended = ended && world.IsComplete("cart"),
            Pods = [.. after.Select(pod => pod.Key.Name)],
            Same = [.. after.Where(pod => before.GetValueOrDefault(pod.Key.Name) == Facts(pod)).Select(pod => pod.Key.Name)],
            Sizes = string.Join(' ', after.GroupBy(pod => pod.Labels[Names.DeployUnitLabel]).OrderBy(unit => unit.Key).Select(unit => $"{unit.Key}:{unit.Count()}")),
            Effects = [.. calls.Where(call => call.IsPodEffect).Select(call => call.Effect).Order()],
            PodWrites = calls.Count(call => call.Path.Contains("/pods/", StringComparison.Ordinal)),
            Writes = writes,
            WritesInTheHourAfter = world.Calls.Count(call => call.IsWrite) - quiet,
            MostUnavailable = watch.Most,
            Story = watch.Story,
            Progress = world.CafeOf("cart").Status?.Progress,
        };
    }

    /// <summary>A pod's UID and IP: what an upgrade in place keeps.</summary>
    static (string, string?) Facts(StoredObject pod) => (pod.Uid, pod.Json.GetProperty("status").GetProperty("podIP").GetString());

    /// <summary>Starts another operator after a crash, confirms where that is asked for; true when all is done.</summary>
    static bool Person(SimulatedWorld world)
    {
        world.RestartAfterCrash();
        if (world.ConfirmationOf("cart") == "false") world.Confirm("cart");
        return world.IsComplete("cart") && world.CafeOf("cart").Spec.ScaleIn is null;
    }
}

/// <summary>What a run ended in, and what it did on the way.</summary>
sealed record CafeOutcome
{
    public required bool Ended { get; init; }
    public required IReadOnlyList<string> Pods { get; init; }

    /// <summary>Pods that are still the ones from before: same name, same UID, same IP.</summary>
    public required IReadOnlyList<string> Same { get; init; }

    public required string Sizes { get; init; }
    public required IReadOnlyList<string> Effects { get; init; }
    public required int PodWrites { get; init; }
    public required int Writes { get; init; }
    public required int WritesInTheHourAfter { get; init; }
    public required int MostUnavailable { get; init; }

    /// <summary>Names of pods in the order in which they became unavailable, a comma when all were available in between.</summary>
    public required string Story { get; init; }

    public required string? Progress { get; init; }
}

/// <summary>Sees after every write of anybody which pods that served do not serve any more.</summary>
sealed class UnavailableWatch
{
    readonly Dictionary<string, bool> _serving;
    readonly List<string> _story = [];
    readonly int _desired;

    public UnavailableWatch(SimulatedWorld world)
    {
        _serving = world.PodsOf("cart").ToDictionary(pod => pod.Key.Name, _ => true);
        _desired = _serving.Count;
        world.Cluster.Objects.Watch(Kinds.Pods, change =>
        {
            var name = change.Object.Key.Name;
            if (!name.StartsWith("cart-", StringComparison.Ordinal)) return;
            var ready = change.New is not null && SimulatedWorld.IsReady(change.New);
            if (!ready && _serving.GetValueOrDefault(name)) _story.Add(name["cart-gz00".Length..]);
            _serving[name] = ready;
            var now = _serving.Values.Count(serves => serves);
            Most = Math.Max(Most, _desired - now);
            if (now >= _desired && _story.Count > 0 && _story[^1] != ",") _story.Add(",");
        });
        Most = 0;
    }

    public int Most { get; private set; }

    public string Story => string.Join(' ', _story);
}
