using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Imports;

/// <summary>An object of another cluster, as that cluster serves it.</summary>
public sealed record CopiedObject(ResourceType Type, JsonObject Body)
{
    public string Uid => Body.At("metadata", "uid").Text() ?? "";

    public ObjectKey Key => new(Type.Namespaced ? Body.At("metadata", "namespace").Text() ?? "" : "", Body.At("metadata", "name").Text() ?? "");
}

/// <summary>A part of another cluster, to be taken up by a sandbox before it starts.</summary>
/// <param name="Nodes">The other cluster's nodes.</param>
/// <param name="Objects">Owners before what they own is not needed: all are taken up at once.</param>
public sealed record ClusterCopy(IReadOnlyList<SandboxNode> Nodes, IReadOnlyList<CopiedObject> Objects)
{
    /// <summary>What the other API server says of itself; null where it does not.</summary>
    public string? KubernetesVersion { get; init; }

    const string FailAnnotation = "sandbox.slipway.dev/fail";

    /// <summary>
    /// The objects as the sandbox stores them. Names, UIDs, times, owners and status stay. Left out are what is on its way out, managed fields,
    /// owners that are not copied (else the objects would be collected as orphans) and finalizers of controllers that are not here. A pod that
    /// runs and is not ready stays so; its replacement will be.
    /// </summary>
    public IReadOnlyList<CopiedObject> Cleaned()
    {
        var staying = Objects.Where(copied => copied.Body.At("metadata", "deletionTimestamp") is null).ToList();
        var uids = staying.Select(copied => copied.Uid).ToHashSet();
        return [.. staying.Select(copied => copied with { Body = Clean(copied, uids) })];
    }

    static JsonObject Clean(CopiedObject copied, HashSet<string> uids)
    {
        var body = copied.Body.DeepClone().AsObject();
        body["apiVersion"] = copied.Type.ApiVersion;
        body["kind"] = copied.Type.Kind;
        var metadata = body.Child("metadata");
        foreach (var name in (string[])["managedFields", "selfLink", "resourceVersion"]) metadata.Remove(name);
        Keep(metadata, "ownerReferences", owner => owner.At("uid").Text() is { } uid && uids.Contains(uid));
        Keep(metadata, "finalizers", finalizer => finalizer.Text()?.StartsWith("slipway.dev/", StringComparison.Ordinal) == true);
        if (copied.Type == Kinds.Pods && IsRunningUnready(body)) metadata.Child("annotations").Fill(FailAnnotation, "NeverReady");
        return body;
    }

    static void Keep(JsonObject metadata, string name, Func<JsonNode?, bool> wanted)
    {
        if (metadata[name] is not JsonArray all) return;
        var kept = all.Where(wanted).Select(item => item?.DeepClone()).ToArray();
        if (kept.Length == 0) metadata.Remove(name);
        else metadata[name] = new JsonArray(kept);
    }

    static bool IsRunningUnready(JsonObject pod) => pod.At("status", "phase").Text() == "Running"
        && pod.At("status", "conditions").Objects().Any(condition => condition["type"].Text() == "Ready" && condition["status"].Text() == "False");
}
