using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.CafeDeployments;

/// <summary>What each unit's set is to be, by what is recorded of the rollout.</summary>
static class SetTargets
{
    public static IReadOnlyList<PodSetTarget> Of(CafeObservation seen, Rollout rollout, IReadOnlyList<UnitSize> sizes)
    {
        var progress = RolloutProgress.Of(rollout, sizes, seen.Cafe.Spec.Strategy);
        var hold = Missing(seen, rollout, sizes);
        var targets = new List<PodSetTarget>();
        foreach (var (unit, wanted) in sizes)
        {
            var set = seen.SetOf(unit);
            var replicas = Replicas(seen, rollout, set, wanted, progress.Through[unit], ref hold);
            var partition = rollout.Upgrade && !rollout.IsOver ? Math.Max(0, replicas - Through(seen, rollout, unit, progress)) : 0;
            var template = seen.TemplateOf(unit, seen.StaysAt?.Template ?? seen.Cafe.Spec.Template, rollout.Revision);
            targets.Add(new(unit, PodSetNames.Of(seen.Cafe.Key.Name, unit), replicas, partition, Reserved(seen, set, replicas), MadeFrom(seen, rollout.Revision, unit, template), template));
        }

        return targets;
    }

    /// <summary>One of the set's ordinals is this pod's.</summary>
    public static bool HasSlotFor(PodSetSeen set, string pod) =>
        PodSetNames.Ordinal(set.Key.Name, pod) is { } ordinal && Ordinals.Of(set.Replicas, set.Reserved).Contains(ordinal);

    static bool Paused(CafeObservation seen) => seen.Cafe.Spec.Strategy?.Pause == true;

    /// <summary>A pause holds also what its group would still allow.</summary>
    static int Through(CafeObservation seen, Rollout rollout, string unit, RolloutProgress progress) =>
        Paused(seen) ? Math.Min(progress.Through[unit], seen.PodsAt(unit, rollout.Revision).Count()) : progress.Through[unit];

    /// <summary>A unit grows group by group, and shrinks once what it gives up has been made good elsewhere.</summary>
    static int Replicas(CafeObservation seen, Rollout rollout, PodSetSeen? set, int wanted, int through, ref int hold)
    {
        if (rollout.IsOver) return wanted;
        var now = set?.Replicas ?? 0;
        if (now <= wanted) return Paused(seen) && set is not null ? now : Math.Clamp(through, now, wanted);
        var held = Math.Min(hold, now - wanted);
        hold -= held;
        return wanted + held;
    }

    /// <summary>Pods that are to come up in units that grow and are not there yet.</summary>
    static int Missing(CafeObservation seen, Rollout rollout, IReadOnlyList<UnitSize> sizes)
    {
        if (rollout.From is not { } from || seen.Cafe.Spec.ScaleIn?.Pods is { Count: > 0 }) return 0;
        return sizes.Sum(size =>
        {
            var set = seen.SetOf(size.Unit);
            if (rollout.Upgrade) return Math.Max(0, size.Count - (set?.Replicas ?? 0));
            var grows = size.Count > from.GetValueOrDefault(size.Unit);
            return grows ? Math.Max(0, size.Count - (set?.Pods.Count(pod => pod.IsAvailable(seen.MinReadySeconds, seen.Now)) ?? 0)) : 0;
        });
    }

    /// <summary>Whoever is named goes, then whoever never got a node; else the highest ordinals, which need no mention.</summary>
    static IReadOnlyList<int> Reserved(CafeObservation seen, PodSetSeen? set, int replicas)
    {
        if (set is not { Kind: "InPlaceSet" }) return [];
        if (replicas > set.Replicas) return Ordinals.Grown(set.Replicas, replicas, set.Reserved);
        if (replicas == set.Replicas) return set.Reserved;
        var slots = Ordinals.Of(set.Replicas, set.Reserved).ToHashSet();
        var named = (seen.Cafe.Spec.ScaleIn?.Pods ?? []).Select(pod => PodSetNames.Ordinal(set.Key.Name, pod)).OfType<int>().Where(slots.Contains).ToHashSet();
        var homeless = set.Pods.Where(pod => pod is { IsActive: true, Pod.Node: null }).Select(pod => PodSetNames.Ordinal(set.Key.Name, pod.Pod.Name)).OfType<int>()
            .Where(ordinal => slots.Contains(ordinal) && !named.Contains(ordinal)).OrderDescending();
        return Ordinals.Without(replicas, set.Reserved, named.Concat(homeless).Take(set.Replicas - replicas));
    }

    static string MadeFrom(CafeObservation seen, string revision, string unit, JsonElement template)
    {
        var spec = seen.Cafe.Spec;
        var rest = new JsonObject
        {
            ["template"] = JsonNode.Parse(template.GetRawText()),
            ["minReadySeconds"] = seen.MinReadySeconds,
            ["unit"] = unit,
        };
        if (seen.PodSetType == PodSetType.StatefulSet)
        {
            rest["serviceName"] = spec.ServiceName;
            rest["claims"] = new JsonArray([.. (spec.VolumeClaimTemplates ?? []).Select(claim => JsonNode.Parse(claim.GetRawText()))]);
        }

        using var document = JsonDocument.Parse(rest.ToJsonString());
        return $"{revision}.{TemplateRevision.HashOf(document.RootElement)}";
    }
}
