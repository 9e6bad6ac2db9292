using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class CafeDeploymentTests : IDisposable
{
    const string Confirmed = """{"upgradeType":"Beta","batchSize":4,"minReadySeconds":5,"needWaitingForConfirm":true}""";

    static readonly TimeSpan Enough = TimeSpan.FromMinutes(20);

    readonly SimulatedWorld _world = new();

    public CafeDeploymentTests() => _world.StartOperator();

    public void Dispose() => _world.Dispose();

    void ComesUp(string name = "cart") => Assert.True(_world.RunUntil(() => _world.IsComplete(name), Enough), _world.CafeOf(name).Status?.Progress);

    int Writes() => _world.Calls.Count(call => call.IsWrite);

    [Fact]
    public void Each_unit_gets_its_pods_under_stable_names_on_its_own_nodes()
    {
        _world.Cafe("cart", 5);

        ComesUp();
        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-gz00a-2", "cart-gz00b-0", "cart-gz00b-1"], _world.NamesOf("cart"));
        Assert.All(_world.PodsOf("cart"), pod => Assert.Equal(pod.Labels[Names.DeployUnitLabel], UnitOfNode(pod.Json.GetProperty("spec").GetProperty("nodeName").GetString()!)));
    }

    [Fact]
    public void Without_units_there_is_one_set_that_has_the_name_of_the_CafeDeployment()
    {
        _world.Cafe("cart", 2, topology: "{}");

        ComesUp();
        Assert.Equal(["cart-0", "cart-1"], _world.NamesOf("cart"));
    }

    [Fact]
    public void An_upgrade_waits_for_confirmation_after_each_group_and_goes_on_when_confirmed()
    {
        _world.Cafe("cart", 10, Confirmed);
        ComesUp();
        List<int> waited = [];

        _world.SetImage("cart", "registry.example/cart:2");

        while (_world.RunUntil(() => _world.ConfirmationOf("cart") == "false", TimeSpan.FromMinutes(2)))
        {
            _world.Run(TimeSpan.FromMinutes(5));
            waited.Add(_world.CountAt("cart", "registry.example/cart:2"));
            _world.Confirm("cart");
            _world.RunUntil(() => _world.ConfirmationOf("cart") != "true", TimeSpan.FromMinutes(1));
        }

        Assert.Equal([2, 6], waited);
        ComesUp();
    }

    [Fact]
    public void What_waits_says_so()
    {
        _world.Cafe("cart", 10, Confirmed);
        ComesUp();

        _world.SetImage("cart", "registry.example/cart:2");
        _world.RunUntil(() => _world.ConfirmationOf("cart") == "false", Enough);
        _world.Run(TimeSpan.FromSeconds(10));

        var paused = _world.ConditionOf("cart", "Paused");
        Assert.Equal(("True", "WaitingForConfirmation", "group 1 of 3 is done; set annotation cafe.sofastack.io/upgrade-confirmed to \"true\" to go on"), (paused.Status, paused.Reason, paused.Message));
        Assert.Equal("waits for confirmation 1/3", _world.CafeOf("cart").Status!.Progress);
    }

    [Fact]
    public void A_pause_starts_no_further_pod()
    {
        _world.Cafe("cart", 10, """{"upgradeType":"Batch","batchSize":2,"minReadySeconds":5}""");
        ComesUp();
        _world.SetImage("cart", "registry.example/cart:2");
        _world.RunUntil(() => _world.CountAt("cart", "registry.example/cart:2") >= 2, Enough);

        _world.EditCafe("cart", body => body["spec"]!["strategy"]!["pause"] = true);
        _world.Run(TimeSpan.FromMinutes(10));

        Assert.InRange(_world.CountAt("cart", "registry.example/cart:2"), 2, 4);
        _world.EditCafe("cart", body => body["spec"]!["strategy"]!["pause"] = false);
        ComesUp();
    }

    [Fact]
    public void An_upgrade_that_does_not_come_up_stops_at_its_first_group_and_can_be_rolled_back()
    {
        _world.Cafe("cart", 6);
        ComesUp();
        _world.SetImage("cart", "registry.example/missing:latest");
        _world.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(4, _world.PodsOf("cart").Count(SimulatedWorld.IsReady));

        _world.EditCafe("cart", body => body["metadata"]!["annotations"]![Names.RollBackTo] = "0");

        ComesUp();
        Assert.Equal(6, _world.CountAt("cart", "registry.example/cart:1"));
        Assert.DoesNotContain(Names.RollBackTo, _world.CafeOf("cart").Metadata.Annotations!.Keys);
    }

    [Fact]
    public void The_pod_that_is_unhealthy_is_upgraded_first()
    {
        _world.Cafe("cart", 6, """{"upgradeType":"Batch","batchSize":1,"minReadySeconds":5}""");
        ComesUp();
        _world.Cluster.Objects.Update(Kinds.Pods, With(_world.PodsOf("cart").Single(pod => pod.Key.Name == "cart-gz00a-2").Edit(), body => body["metadata"]!["annotations"] = new JsonObject { ["sandbox.slipway.dev/fail"] = "NeverReady" }));
        _world.Run(TimeSpan.FromSeconds(5));

        _world.SetImage("cart", "registry.example/cart:2");
        _world.RunUntil(() => _world.CountAt("cart", "registry.example/cart:2") > 0, Enough);

        Assert.Equal("cart-gz00a-2", Assert.Single(_world.PodsOf("cart"), pod => CafeWorld.ImageOf(pod) == "registry.example/cart:2").Key.Name);
    }

    [Fact]
    public void Pods_that_find_no_node_go_to_another_unit()
    {
        _world.Cafe("cart", 4, topology: """{"unitType":"Cell","values":["GZ00A","NOWHERE"],"autoReschedule":{"enable":true,"initialDelaySeconds":10}}""");

        ComesUp();
        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-gz00a-2", "cart-gz00a-3"], _world.NamesOf("cart"));
        Assert.Equal((4, 0), (_world.CafeOf("cart").Status!.Rescheduled!.Actual["GZ00A"], _world.CafeOf("cart").Status!.Rescheduled!.Actual["NOWHERE"]));
    }

    [Fact]
    public void Pods_of_a_unit_that_is_pinned_stay_where_they_are()
    {
        _world.Cafe("cart", 4, topology: """{"unitType":"Cell","values":["GZ00A","NOWHERE"],"unitReplicas":{"NOWHERE":2},"autoReschedule":{"enable":true,"initialDelaySeconds":10}}""");

        _world.Run(TimeSpan.FromMinutes(10));

        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-nowhere-0", "cart-nowhere-1"], _world.NamesOf("cart"));
    }

    [Theory]
    [InlineData("""{"GZ00C":1}""", "spec.topology.unitReplicas names GZ00C, which is not in spec.topology.values (GZ00A, GZ00B)")]
    [InlineData("""{"GZ00A":7}""", "spec.topology.unitReplicas come to 7 pods, more than the 6 of spec.replicas")]
    [InlineData("""{"GZ00A":1,"GZ00B":1}""", "spec.topology.unitReplicas names every unit and comes to 2 pods, fewer than the 6 of spec.replicas")]
    [InlineData("""{"GZ00A":"101%"}""", "spec.topology.unitReplicas gives GZ00A 101%; at most 100% is allowed")]
    public void While_there_is_a_mistake_nothing_is_scaled_and_nothing_deleted(string unitReplicas, string sentence)
    {
        _world.Cafe("cart", 6);
        ComesUp();
        var before = _world.NamesOf("cart");

        _world.EditCafe("cart", body => body["spec"]!["topology"]!["unitReplicas"] = JsonNode.Parse(unitReplicas));
        _world.Run(TimeSpan.FromMinutes(5));

        var progressing = _world.ConditionOf("cart", "Progressing");
        Assert.Equal(("False", "Mistake", sentence), (progressing.Status, progressing.Reason, progressing.Message));
        Assert.Equal(before, _world.NamesOf("cart"));
    }

    [Fact]
    public void Of_two_that_would_select_each_others_pods_the_younger_one_waits()
    {
        _world.Cafe("cart", 4);
        ComesUp();
        _world.Run(TimeSpan.FromSeconds(5));

        _world.Apply(Kinds.CafeDeployments, Overlapping);
        _world.Run(TimeSpan.FromMinutes(2));

        Assert.Equal("spec.selector overlaps that of CafeDeployment cart, which is older; give the pods of one of them another label", _world.ConditionOf("second", "Progressing").Message);
        Assert.Equal(4, _world.NamesOf("cart").Count);
        Assert.True(_world.IsComplete("cart"));
    }

    [Fact]
    public void Deleting_it_takes_everything_with_it()
    {
        _world.Cafe("cart", 4);
        ComesUp();

        _world.Cluster.Objects.Delete(Kinds.CafeDeployments, new("shop", "cart"));
        _world.Run(TimeSpan.FromMinutes(2));

        Assert.Empty(_world.PodsOf("cart"));
        Assert.Empty(_world.Cluster.Objects.List(Kinds.InPlaceSets, "shop"));
        Assert.Empty(_world.Cluster.Objects.List(Kinds.ControllerRevisions, "shop"));
    }

    [Fact]
    public void Sets_and_pods_that_were_orphaned_are_taken_back_as_they_are()
    {
        _world.Cafe("cart", 4);
        ComesUp();
        var before = _world.PodsOf("cart").Select(pod => pod.Uid).ToList();
        _world.Cluster.Objects.Delete(Kinds.CafeDeployments, new("shop", "cart"), new() { PropagationPolicy = "Orphan" });
        _world.Run(TimeSpan.FromMinutes(1));

        _world.Cafe("cart", 4);

        ComesUp();
        Assert.Equal(before, _world.PodsOf("cart").Select(pod => pod.Uid));
        Assert.All(_world.Cluster.Objects.List(Kinds.InPlaceSets, "shop"), set => Assert.Equal(_world.CafeOf("cart").Uid, set.Json.GetProperty("metadata").GetProperty("ownerReferences")[0].GetProperty("uid").GetString()));
    }

    [Fact]
    public void A_pod_that_is_gone_comes_back_under_its_name_and_gaps_stay_gaps_until_the_unit_grows()
    {
        _world.Cafe("cart", 6);
        ComesUp();
        var scaleIn = (SpecifiedScaleIn.Possible)SpecifiedScaleIn.Of(_world.CafeOf("cart"), ["cart-gz00a-0"]);
        _world.EditCafe("cart", body => Merge(body["spec"]!.AsObject(), JsonNode.Parse(scaleIn.MergePatch(_world.CafeOf("cart")))!["spec"]!.AsObject()));
        _world.RunUntil(() => _world.CafeOf("cart").Spec.ScaleIn is null, Enough);
        ComesUp();

        _world.Cluster.Objects.Delete(Kinds.Pods, new("shop", "cart-gz00a-2"));
        _world.Run(TimeSpan.FromMinutes(2));
        var without = _world.NamesOf("cart");
        _world.EditCafe("cart", body => body["spec"]!["topology"]!["unitReplicas"] = new JsonObject { ["GZ00A"] = 3 });
        _world.EditCafe("cart", body => body["spec"]!["replicas"] = 6);

        ComesUp();
        Assert.Equal(["cart-gz00a-1", "cart-gz00a-2", "cart-gz00b-0", "cart-gz00b-1", "cart-gz00b-2"], without);
        Assert.Equal(["cart-gz00a-0", "cart-gz00a-1", "cart-gz00a-2", "cart-gz00b-0", "cart-gz00b-1", "cart-gz00b-2"], _world.NamesOf("cart"));
    }

    [Theory]
    [InlineData(Operation.Restart)]
    [InlineData(Operation.Replace)]
    public void Tickets_work_on_its_pods_as_on_any_others(Operation operation)
    {
        _world.Cafe("cart", 6);
        ComesUp();
        var uids = _world.PodsOf("cart").ToDictionary(pod => pod.Key.Name, pod => pod.Uid);

        _world.Submit("ot-1", Specs.Of(operation, "cart") with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit } });
        _world.RunUntil(() => _world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed, Enough);

        Assert.Equal(TicketPhase.Succeeded, _world.Ticket("ot-1").Status!.Phase);
        Assert.Equal(["GZ00A", "GZ00B"], _world.Groups("ot-1").Select(group => group.Spec.Name));
        Assert.Equal(uids.Keys, _world.NamesOf("cart"));
        Assert.Equal(operation == Operation.Restart, _world.PodsOf("cart").All(pod => uids[pod.Key.Name] == pod.Uid));
    }

    [Fact]
    public void A_restart_that_respells_the_image_is_no_reason_to_upgrade_and_the_next_upgrade_still_is_in_place()
    {
        _world.Cafe("cart", 4);
        ComesUp();
        var uids = _world.PodsOf("cart").Select(pod => pod.Uid).ToList();
        _world.Submit("ot-1", Specs.Of(Operation.Restart, "cart"));
        _world.RunUntil(() => _world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded, Enough);
        var quiet = Writes();

        _world.Run(TimeSpan.FromMinutes(30));

        Assert.Equal(quiet, Writes());
        _world.SetImage("cart", "registry.example/cart:2");
        ComesUp();
        Assert.Equal(uids, _world.PodsOf("cart").Select(pod => pod.Uid));
    }

    [Fact]
    public void A_ticket_waits_until_an_upgrade_is_through()
    {
        _world.Cafe("cart", 10, Confirmed);
        ComesUp();
        _world.SetImage("cart", "registry.example/cart:2");
        _world.RunUntil(() => _world.ConfirmationOf("cart") == "false", Enough);

        _world.Submit("ot-1", Specs.Of(Operation.Restart, "cart"));
        _world.RunUntil(() => _world.Ticket("ot-1").Status?.Phase is TicketPhase.InitializeFailed or TicketPhase.Succeeded, Enough);

        Assert.Equal(TicketPhase.InitializeFailed, _world.Ticket("ot-1").Status!.Phase);
        Assert.Contains("its upgrade to revision", _world.Ticket("ot-1").Status!.FailureReason);
    }

    [Fact]
    public void A_disruption_budget_is_respected_in_place_and_by_recreation()
    {
        _world.Cafe("cart", 6, """{"upgradeType":"Batch","batchSize":6,"minReadySeconds":5}""");
        _world.Budget("cart", "cart", "\"maxUnavailable\":1");
        ComesUp();
        _world.Run(TimeSpan.FromSeconds(5));
        var watch = new UnavailableWatch(_world);

        _world.SetImage("cart", "registry.example/cart:2");
        ComesUp();
        _world.EditCafe("cart", body => body["spec"]!["template"]!["spec"]!["containers"]![0]!["env"] = new JsonArray(new JsonObject { ["name"] = "A", ["value"] = "b" }));
        ComesUp();

        Assert.Equal(1, watch.Most);
    }

    [Fact]
    public void History_is_kept_to_its_limit()
    {
        _world.Cafe("cart", 2, """{"upgradeType":"Batch","batchSize":2,"minReadySeconds":0}""", extra: "\"historyLimit\":2,");
        ComesUp();

        for (var version = 2; version <= 6; version++)
        {
            _world.SetImage("cart", $"registry.example/cart:{version}");
            ComesUp();
        }

        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal([4L, 5L, 6L], _world.Cluster.Objects.List(Kinds.ControllerRevisions, "shop").Select(revision => revision.Json.GetProperty("revision").GetInt64()).Order());
    }

    const string Overlapping = """
        {"metadata":{"name":"second","namespace":"shop"},
         "spec":{"replicas":2,"selector":{"matchLabels":{"app":"cart"}},
          "template":{"metadata":{"labels":{"app":"cart"}},"spec":{"containers":[{"name":"app","image":"registry.example/cart:1"}]} } } }
        """;

    static JsonObject With(JsonObject body, Action<JsonObject> edit)
    {
        edit(body);
        return body;
    }

    static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject child && into[name] is JsonObject inner) Merge(inner, child);
            else into[name] = value?.DeepClone();
        }
    }

    string UnitOfNode(string node) => _world.Cluster.Objects.Get(Kinds.Nodes, ObjectKey.Cluster(node))!.Labels[Names.UnitLabel];
}
