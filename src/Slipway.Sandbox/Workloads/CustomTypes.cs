using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.Workloads;

/// <summary>The types a CustomResourceDefinition brings.</summary>
static class CustomTypes
{
    /// <summary>One served version of a definition; which one does not matter, as all show the same objects.</summary>
    public static ResourceType? Served(JsonElement definition)
    {
        if (definition.IsDeleting || !definition.IsTrue("Established")) return null;
        var spec = definition.At("spec");
        var versions = spec.Items("versions").Where(version => version.Flag("served")).ToArray();
        return versions.Length == 0 ? null : Of(spec, Array.Find(versions, version => version.Flag("storage")) is { IsThere: true } stored ? stored : versions[0]);
    }

    public static ResourceType Of(JsonElement spec, JsonElement version) => new(
        spec.Text("group") ?? "", version.Text("name") ?? "", spec.Text("names", "plural") ?? "", spec.Text("names", "kind") ?? "", spec.Text("scope") == "Namespaced");
}
