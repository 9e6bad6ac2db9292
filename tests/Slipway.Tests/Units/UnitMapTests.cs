using Slipway.Resources;
using Slipway.Units;
using Xunit;

namespace Slipway.Tests.Units;

public sealed class UnitMapTests
{
    static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    static DeploymentUnit Unit(string name, string? called = null, string? cluster = null, params (string Key, string Value)[] selector) => new()
    {
        Metadata = new() { Name = name, Uid = $"uid-{name}", Generation = 3 },
        Spec = new() { Unit = called, Cluster = cluster, NodeSelector = selector.ToDictionary(label => label.Key, label => label.Value) },
    };

    static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) => labels.ToDictionary(label => label.Key, label => label.Value);

    static DeploymentUnitStatus Report(DeploymentUnit unit, IEnumerable<DeploymentUnit> all, params NodeSeen[] nodes) => UnitReport.Of(unit, new(all), nodes, Noon);

    [Fact]
    public void A_node_belongs_to_the_unit_that_claims_it_by_all_its_labels()
    {
        var map = new UnitMap([Unit("gz00a", "GZ00A", null, ("zone", "a"), ("cell", "1")), Unit("gz00b", "GZ00B", null, ("zone", "b"))]);

        Assert.Equal("GZ00A", map.UnitOf(Labels(("zone", "a"), ("cell", "1"), ("other", "x"))));
        Assert.Equal("GZ00B", map.UnitOf(Labels(("zone", "b"), ("cell", "1"))));
        Assert.Equal(Names.NoUnit, map.UnitOf(Labels(("zone", "a"))));
    }

    [Fact]
    public void The_nodes_own_label_counts_only_where_no_unit_claims_it()
    {
        var map = new UnitMap([Unit("gz00a", null, null, ("zone", "a"))]);

        Assert.Equal("RZ01A", map.UnitOf(Labels((Names.UnitLabel, "RZ01A"), ("zone", "b"))));
        Assert.Equal("gz00a", map.UnitOf(Labels((Names.UnitLabel, "RZ01A"), ("zone", "a"))));
    }

    [Fact]
    public void A_node_that_two_units_claim_belongs_to_none_and_both_say_so()
    {
        var (first, second) = (Unit("gz00a", "GZ00A", null, ("zone", "a")), Unit("gz00b", "GZ00B", null, ("rack", "7")));
        NodeSeen[] nodes = [new("node-1", Labels(("zone", "a"), ("rack", "7"), (Names.UnitLabel, "GZ00A"))), new("node-2", Labels(("zone", "a")))];

        var map = new UnitMap([first, second]);
        var reports = new[] { Report(first, [first, second], nodes), Report(second, [first, second], nodes) };

        const string Sentence = "Node node-1 has the labels of DeploymentUnits gz00a and gz00b; until the selectors tell them apart, such nodes belong to no unit";
        Assert.Equal((Names.NoUnit, "GZ00A"), (map.UnitOf(nodes[0].Labels), map.UnitOf(nodes[1].Labels)));
        Assert.Equal([(DeploymentUnitState.Overlapping, 1, Sentence), (DeploymentUnitState.Overlapping, 0, Sentence)], reports.Select(report => (report.State!.Value, report.Nodes!.Value, report.Message!)));
        Assert.All(reports, report => Assert.Equal(("Ready", "False", "Overlapping"), (report.Conditions![0].Type, report.Conditions[0].Status, report.Conditions[0].Reason)));
    }

    [Fact]
    public void Two_objects_of_one_unit_claim_nothing()
    {
        DeploymentUnit[] units = [Unit("first", "GZ00A", null, ("zone", "a")), Unit("second", "GZ00A", null, ("zone", "b"))];

        Assert.Equal(Names.NoUnit, new UnitMap(units).UnitOf(Labels(("zone", "a"))));
        Assert.All(units, unit => Assert.Equal("DeploymentUnits first and second are all called GZ00A; a unit has one object", Report(unit, units).Message));
    }

    [Fact]
    public void Units_of_other_clusters_and_units_without_labels_are_refused()
    {
        var (far, bare) = (Unit("far", null, "edge-2", ("zone", "a")), Unit("bare"));
        NodeSeen node = new("node-1", Labels(("zone", "a")));

        Assert.Equal((DeploymentUnitState.Refused, 0, "spec.cluster is \"edge-2\"; only this cluster's units are supported, leave it empty"), Outcome(Report(far, [far, bare], node)));
        Assert.Equal((DeploymentUnitState.Refused, 0, "spec.nodeSelector is empty; name at least one label"), Outcome(Report(bare, [far, bare], node)));

        static (DeploymentUnitState, int, string) Outcome(DeploymentUnitStatus status) => (status.State!.Value, status.Nodes!.Value, status.Message!);
    }

    [Fact]
    public void A_condition_that_did_not_turn_keeps_its_time()
    {
        var unit = Unit("gz00a", null, null, ("zone", "a"));
        var before = UnitReport.Of(unit, new([unit]), [], Noon.AddHours(-1));
        Assert.Equal((DeploymentUnitState.Empty, "No node has the labels zone=a"), (before.State!.Value, before.Message));

        var after = UnitReport.Of(unit with { Status = before }, new([unit]), [new("node-1", Labels(("zone", "a")))], Noon);

        Assert.Equal((DeploymentUnitState.Ready, "1 node", Noon.AddHours(-1)), (after.State!.Value, after.Message, after.Conditions![0].LastTransitionTime));
    }

    [Fact]
    public void Pods_are_placed_by_the_units_selector_or_by_the_nodes_label()
    {
        var map = new UnitMap([Unit("gz00a", "GZ00A", null, ("zone", "a"))]);

        Assert.Equal(Labels(("zone", "a")), map.SelectorOf("GZ00A"));
        Assert.Equal(Labels((Names.UnitLabel, "GZ00B")), map.SelectorOf("GZ00B"));
    }
}
