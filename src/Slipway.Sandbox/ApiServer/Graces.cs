using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>How long a deletion waits for the object to stop by itself.</summary>
static class Graces
{
    /// <summary>Seconds; only pods that a kubelet may be running get any.</summary>
    public static int Of(StoredObject stored, int? asked)
    {
        if (stored.Type is not { Group: "", Plural: "pods" }) return 0;
        var phase = stored.Json.At("status", "phase").Text();
        if (stored.Json.At("spec", "nodeName").Text() is null || phase is "Succeeded" or "Failed") return 0;
        return asked ?? stored.Json.At("spec", "terminationGracePeriodSeconds").Number() ?? 30;
    }
}
