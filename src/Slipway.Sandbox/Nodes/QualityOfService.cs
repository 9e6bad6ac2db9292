using System.Text.Json;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Nodes;

/// <summary>The class a pod's resources put it into (kubernetes.io, "Pod Quality of Service Classes").</summary>
static class QualityOfService
{
    static readonly string[] resources = ["cpu", "memory"];

    public static string Of(JsonElement[] containers)
    {
        if (Array.TrueForAll(containers, AsksForNothing)) return "BestEffort";
        return Array.TrueForAll(containers, IsGuaranteed) ? "Guaranteed" : "Burstable";
    }

    static bool AsksForNothing(JsonElement container) => Array.TrueForAll(resources, resource =>
        !container.At("resources", "requests", resource).IsThere && !container.At("resources", "limits", resource).IsThere);

    static bool IsGuaranteed(JsonElement container) => Array.TrueForAll(resources, resource =>
    {
        var limit = container.At("resources", "limits", resource);
        var request = container.At("resources", "requests", resource);
        return limit.IsThere && (!request.IsThere || request.ToString() == limit.ToString());
    });
}
