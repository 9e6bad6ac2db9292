using System.Text.Json.Nodes;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>Scaling in exactly these pods: what the spec becomes, or why it cannot be.</summary>
public abstract record SpecifiedScaleIn
{
    SpecifiedScaleIn() { }

    /// <summary><see cref="Replicas"/> and <see cref="Units"/> are what the spec gets; only units whose entry changes are in <see cref="Units"/>.</summary>
    public sealed record Possible(int Replicas, IReadOnlyDictionary<string, int> Units, IReadOnlyList<string> Pods) : SpecifiedScaleIn
    {
        public CafeDeploymentSpec ApplyTo(CafeDeploymentSpec spec)
        {
            if (Units.Count == 0) return spec with { Replicas = Replicas, ScaleIn = new() { Pods = Pods } };
            var named = new Dictionary<string, IntOrPercent>(spec.Topology?.UnitReplicas ?? new Dictionary<string, IntOrPercent>());
            foreach (var (unit, count) in Units) named[unit] = IntOrPercent.Count(count);
            return spec with { Replicas = Replicas, Topology = (spec.Topology ?? new()) with { UnitReplicas = named }, ScaleIn = new() { Pods = Pods } };
        }

        /// <summary>The one JSON merge patch that does it, if the object is still the one that was looked at.</summary>
        public string MergePatch(CafeDeployment seen)
        {
            var spec = new JsonObject { ["replicas"] = Replicas, ["scaleIn"] = new JsonObject { ["pods"] = new JsonArray([.. Pods.Select(pod => JsonValue.Create(pod))]) } };
            if (Units.Count > 0) spec["topology"] = new JsonObject { ["unitReplicas"] = new JsonObject(Units.Select(unit => KeyValuePair.Create(unit.Key, (JsonNode?)unit.Value))) };
            return new JsonObject { ["metadata"] = new JsonObject { ["uid"] = seen.Uid, ["resourceVersion"] = seen.ResourceVersion }, ["spec"] = spec }.ToJsonString();
        }
    }

    public sealed record Refused(string Reason) : SpecifiedScaleIn;

    /// <summary>The spec without these pods. Units they leave get their new number, others keep theirs; pods that are on the list already count once.</summary>
    public static SpecifiedScaleIn Of(CafeDeployment seen, IReadOnlyList<string> pods)
    {
        var spec = seen.Spec;
        var name = seen.Key.Name;
        if (spec.PodSetType is not (null or PodSetType.InPlaceSet)) return new Refused($"CafeDeployment {name} has podSetType {spec.PodSetType}; only InPlaceSet can remove chosen pods");
        if (EffectiveSizes.Of(seen) is not UnitSizes.Known before) return new Refused($"CafeDeployment {name}: {((UnitSizes.Mistaken)UnitSizes.Of(spec)).Sentence}");
        var listed = spec.ScaleIn?.Pods ?? [];
        var wanted = pods.Distinct().Except(listed).ToList();
        var units = before.Units.ToDictionary(size => size.Unit, size => size.Count);
        foreach (var pod in wanted)
        {
            var unit = units.Keys.FirstOrDefault(unit => PodSetNames.Ordinal(PodSetNames.Of(name, unit), pod) is not null);
            if (unit is null) return new Refused($"Pod {pod} is no pod of CafeDeployment {name} by its name");
            if (--units[unit] < 0) return new Refused($"{wanted.Count} pods are to go, more than unit {unit} of CafeDeployment {name} has");
        }

        var after = before.Units.Select(size => new UnitSize(size.Unit, units[size.Unit])).ToList();
        return new Possible(after.Sum(size => size.Count), Pins(spec, before, after), [.. listed, .. wanted]);
    }

    /// <summary>As few entries as give these sizes: those of the units that shrink, else of every unit that is named, else of all.</summary>
    static IReadOnlyDictionary<string, int> Pins(CafeDeploymentSpec spec, UnitSizes.Known before, IReadOnlyList<UnitSize> after)
    {
        if (spec.Topology?.UnitType is null or UnitType.None) return new Dictionary<string, int>();
        IReadOnlyList<Func<UnitSize, bool>> choices =
        [
            size => size.Count != before[size.Unit],
            size => size.Count != before[size.Unit] || spec.Topology.UnitReplicas?.ContainsKey(size.Unit) == true,
            _ => true,
        ];
        return choices.Select(choose => after.Where(choose).ToDictionary(size => size.Unit, size => size.Count))
            .First(pins => UnitSizes.Of(new Possible(after.Sum(size => size.Count), pins, []).ApplyTo(spec)) is UnitSizes.Known known && known.Units.SequenceEqual(after));
    }
}
