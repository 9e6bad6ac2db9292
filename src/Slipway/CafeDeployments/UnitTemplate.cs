using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>A CafeDeployment's template, as the pods of one unit are made from it.</summary>
public static class UnitTemplate
{
    const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>Labels of the nodes of a unit, where nothing else says which nodes it has.</summary>
    public static IReadOnlyDictionary<string, string> NodesOf(UnitType? type, string unit) => type switch
    {
        UnitType.Cell => new Dictionary<string, string> { [Names.UnitLabel] = unit },
        UnitType.Zone => new Dictionary<string, string> { [ZoneLabel] = unit },
        _ => new Dictionary<string, string>(),
    };

    /// <summary>Adds the labels pods are selected by, the unit, the revision, the readiness gate of traffic, and the nodes' affinity.</summary>
    public static JsonElement Of(LabelSelector selector, JsonElement template, string unit, string revision, IReadOnlyDictionary<string, string> nodes)
    {
        var dressed = JsonNode.Parse(template.GetRawText())!.AsObject();
        var labels = Child(Child(dressed, "metadata"), "labels");
        foreach (var (name, value) in SelectorOf(selector, unit).MatchLabels ?? new Dictionary<string, string>()) labels[name] = value;
        labels[Names.RevisionLabel] = revision;
        var spec = Child(dressed, "spec");
        AddGate(spec);
        if (nodes.Count > 0) AddAffinity(spec, nodes);
        using var document = JsonDocument.Parse(dressed.ToJsonString());
        return document.RootElement.Clone();
    }

    /// <summary>What the set of a unit selects by: the CafeDeployment's selector and the unit.</summary>
    public static LabelSelector SelectorOf(LabelSelector selector, string unit) => unit == Names.NoUnit
        ? selector
        : selector with { MatchLabels = new Dictionary<string, string>(selector.MatchLabels ?? new Dictionary<string, string>()) { [Names.DeployUnitLabel] = unit } };

    static void AddGate(JsonObject spec)
    {
        if (spec["readinessGates"] is not JsonArray gates) spec["readinessGates"] = gates = [];
        if (!gates.OfType<JsonObject>().Any(gate => gate["conditionType"]?.ToString() == Names.TrafficGate)) gates.Add(new JsonObject { ["conditionType"] = Names.TrafficGate });
    }

    /// <remarks>Terms are alternatives, so each of them gets the unit; expressions of one term all hold (Kubernetes, "Node affinity").</remarks>
    static void AddAffinity(JsonObject spec, IReadOnlyDictionary<string, string> nodes)
    {
        var required = Child(Child(Child(spec, "affinity"), "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution");
        if (required["nodeSelectorTerms"] is not JsonArray { Count: > 0 } terms) required["nodeSelectorTerms"] = terms = [new JsonObject()];
        foreach (var term in terms.OfType<JsonObject>())
        {
            if (term["matchExpressions"] is not JsonArray expressions) term["matchExpressions"] = expressions = [];
            foreach (var (label, value) in nodes.OrderBy(label => label.Key, StringComparer.Ordinal))
            {
                expressions.Add(new JsonObject { ["key"] = label, ["operator"] = "In", ["values"] = new JsonArray(JsonValue.Create(value)) });
            }
        }
    }

    static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject found) return found;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }
}
