using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Resources;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Bodies of the calls that make and change a CafeDeployment's sets and its history.</summary>
static class SetBodies
{
    public static ResourceType TypeOf(PodSetType type) => type switch
    {
        PodSetType.ReplicaSet => Kinds.ReplicaSets,
        PodSetType.StatefulSet => Kinds.StatefulSets,
        _ => Kinds.InPlaceSets,
    };

    public static JsonObject Set(CafeObservation seen, PodSetTarget target)
    {
        var type = TypeOf(seen.PodSetType);
        var selector = UnitTemplate.SelectorOf(seen.Cafe.Spec.Selector, target.Unit);
        var spec = Spec(seen, target);
        spec["selector"] = JsonSerializer.SerializeToNode(selector, CafeJson.Default.LabelSelector);
        if (seen.PodSetType == PodSetType.StatefulSet)
        {
            spec["podManagementPolicy"] = "Parallel";
            spec["serviceName"] = seen.Cafe.Spec.ServiceName ?? seen.Cafe.Key.Name;
            if (seen.Cafe.Spec.VolumeClaimTemplates is { Count: > 0 } claims) spec["volumeClaimTemplates"] = new JsonArray([.. claims.Select(Node)]);
        }

        return new()
        {
            ["apiVersion"] = type.ApiVersion,
            ["kind"] = type.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = target.Name,
                ["namespace"] = seen.Cafe.Key.Namespace,
                ["labels"] = Words(selector.MatchLabels ?? new Dictionary<string, string>()),
                ["annotations"] = new JsonObject { [Names.MadeFrom] = target.MadeFrom },
                ["ownerReferences"] = new JsonArray(Owner(Kinds.CafeDeployments, seen.Cafe.Key.Name, seen.Cafe.Uid)),
            },
            ["spec"] = spec,
        };
    }

    /// <summary>A merge patch of what is not as it should be; the template only where it changes.</summary>
    public static JsonObject Change(CafeObservation seen, PodSetSeen set, PodSetTarget target)
    {
        var spec = new JsonObject();
        if (set.MadeFrom != target.MadeFrom) spec = Spec(seen, target);
        if (set.Replicas != target.Replicas) spec["replicas"] = target.Replicas;
        if (set.Kind == "InPlaceSet" && !set.Reserved.SequenceEqual(target.Reserved)) spec["reservedOrdinals"] = Reserved(target);
        if (set.Partition != target.Partition) AddPartition(seen, spec, target.Partition);
        return new()
        {
            ["metadata"] = new JsonObject { ["uid"] = set.Uid, ["annotations"] = new JsonObject { [Names.MadeFrom] = target.MadeFrom } },
            ["spec"] = spec,
        };
    }

    static JsonObject Spec(CafeObservation seen, PodSetTarget target)
    {
        var spec = new JsonObject { ["replicas"] = target.Replicas, ["minReadySeconds"] = seen.MinReadySeconds, ["template"] = Node(target.Template) };
        AddPartition(seen, spec, target.Partition);
        if (target.Reserved.Count > 0) spec["reservedOrdinals"] = Reserved(target);
        return spec;
    }

    static void AddPartition(CafeObservation seen, JsonObject spec, int partition)
    {
        switch (seen.PodSetType)
        {
            case PodSetType.InPlaceSet: spec["strategy"] = new JsonObject { ["partition"] = partition }; break;
            case PodSetType.StatefulSet: spec["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["partition"] = partition } }; break;
        }
    }

    public static JsonObject Revision(ObjectKey owner, string uid, ResourceType ownerType, LabelSelector selector, string name, string hash, long number, JsonElement template)
    {
        var labels = Words(selector.MatchLabels ?? new Dictionary<string, string>());
        labels[Names.RevisionLabel] = hash;
        return new()
        {
            ["apiVersion"] = Kinds.ControllerRevisions.ApiVersion,
            ["kind"] = Kinds.ControllerRevisions.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = owner.Namespace,
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(Owner(ownerType, owner.Name, uid)),
            },
            ["data"] = new JsonObject { ["template"] = Node(template) },
            ["revision"] = number,
        };
    }

    public static JsonObject Owner(ResourceType type, string name, string uid) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["name"] = name,
        ["uid"] = uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>A pod of an InPlaceSet.</summary>
    public static JsonObject Pod(InPlaceSet set, InPlaceSetChange.Create create)
    {
        var body = JsonNode.Parse(create.Template.GetRawText())!.AsObject();
        var template = body["metadata"] as JsonObject;
        var labels = template?["labels"]?.DeepClone().AsObject() ?? [];
        labels[Names.RevisionLabel] = create.Revision;
        var metadata = new JsonObject
        {
            ["name"] = create.Name,
            ["namespace"] = set.Key.Namespace,
            ["labels"] = labels,
            ["ownerReferences"] = new JsonArray(Owner(Kinds.InPlaceSets, set.Key.Name, set.Uid)),
        };
        foreach (var name in (string[])["annotations", "finalizers"])
        {
            if (template?[name] is { } value) metadata[name] = value.DeepClone();
        }

        return new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = body["spec"]?.DeepClone() };
    }

    static JsonArray Reserved(PodSetTarget target) => new([.. target.Reserved.Select(ordinal => JsonValue.Create(ordinal))]);

    static JsonObject Words(IReadOnlyDictionary<string, string> words) => new(words.Select(word => KeyValuePair.Create(word.Key, (JsonNode?)word.Value)));

    static JsonNode Node(JsonElement json) => JsonNode.Parse(json.GetRawText())!;
}
