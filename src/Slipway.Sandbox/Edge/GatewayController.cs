using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Workloads;
using Slipway.Sandbox.Workloads.Collection;

namespace Slipway.Sandbox.Edge;

/// <summary>The make-believe gateway: accepts routes, unless annotation <c>sandbox.slipway.dev/refuse</c> says why not.</summary>
sealed class GatewayController
{
    const string Refuse = "sandbox.slipway.dev/refuse";

    readonly ClusterView view;
    readonly KeyedLoop<(ResourceType Type, ObjectKey Key)> loop;

    public GatewayController(ClusterView view, ObjectGraph graph)
    {
        this.view = view;
        loop = new(view, Step);
        graph.Changed += (old, seen) =>
        {
            var (type, key) = ((seen ?? old)!.Type, (seen ?? old)!.Key);
            if (type.Group == Kinds.HttpRoutes.Group && type.Kind is "HTTPRoute" or "GRPCRoute") loop.Add((type, key));
        };
    }

    void Step((ResourceType Type, ObjectKey Key) key)
    {
        if (view.Objects.Get(key.Type, key.Key) is not { IsTerminating: false } route) return;
        var generation = route.Json.Number("metadata", "generation") ?? 1;
        var refusal = route.Json.Text("metadata", "annotations", Refuse);
        var parents = route.Json.Items("spec", "parentRefs").Select(parent => new JsonObject
        {
            ["parentRef"] = JsonNode.Parse(parent.GetRawText()),
            ["controllerName"] = "sandbox.slipway.dev/gateway",
            ["conditions"] = new JsonArray(
                Condition("Accepted", refusal is null, refusal is null ? "Accepted" : "NotAllowed", refusal ?? "", generation),
                Condition("ResolvedRefs", true, "ResolvedRefs", "", generation)),
        });
        var status = new JsonObject { ["parents"] = new JsonArray([.. parents]) };
        if (IsSame(route.Json.CopyObject("status"), status)) return;
        view.Objects.UpdateStatus(route, status);
    }

    JsonObject Condition(string type, bool holds, string reason, string message, int generation) => new()
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["reason"] = reason,
        ["message"] = message,
        ["observedGeneration"] = generation,
        ["lastTransitionTime"] = view.Now.Stamp(),
    };

    static bool IsSame(JsonObject old, JsonObject seen) => Without(old) == Without(seen);

    static string Without(JsonObject status)
    {
        var copy = status.DeepClone().AsObject();
        foreach (var condition in copy["parents"]?.AsArray().SelectMany(parent => parent!["conditions"]!.AsArray()) ?? []) condition!.AsObject().Remove("lastTransitionTime");
        return copy.ToJsonString();
    }
}
