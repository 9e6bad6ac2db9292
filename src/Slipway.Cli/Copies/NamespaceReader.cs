using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Slipway.Cli.Commands;
using Slipway.Components;
using Slipway.Operator.Schemas;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Sandbox;
using Slipway.Sandbox.Imports;

namespace Slipway.Cli.Copies;

[JsonSerializable(typeof(JsonObject))]
sealed partial class CopyJson : JsonSerializerContext;

/// <summary>Reads what a sandbox needs to go on with a namespace of a live cluster: read-only, and no secrets.</summary>
static class NamespaceReader
{
    const string ComponentNamespace = "kube-system", KruiseNamespace = "kruise-system", KruiseDaemon = "kruise-daemon";

    /// <summary>What every cluster has. Endpoint slices and events are made anew by the sandbox.</summary>
    static readonly ResourceType[] BuiltIn =
    [
        Kinds.Deployments, Kinds.ReplicaSets, Kinds.StatefulSets, Kinds.ControllerRevisions, Kinds.DaemonSets, Kinds.Pods, Kinds.Services, Kinds.PodDisruptionBudgets,
    ];

    /// <summary>Groups whose custom resources the sandbox or the operator has a use for.</summary>
    static readonly HashSet<string> KnownGroups = [.. ShippedKinds.All.Select(kind => kind.Type.Group), Kinds.ContainerRecreateRequests.Group];

    public static async Task<ClusterCopy> ReadAsync(KubernetesApi api, string ns, CancellationToken cancellation)
    {
        var itself = await NamespaceAsync(api, ns, cancellation);
        var objects = new List<CopiedObject> { itself };
        var definitions = (await ListAsync(api, Kinds.CustomResourceDefinitions, null, cancellation)).Where(IsKnown).ToList();
        objects.AddRange(definitions.Where(definition => !IsShipped(definition)));
        foreach (var type in BuiltIn.Concat(definitions.Select(TypeOf))) objects.AddRange(await ListAsync(api, type, type.Namespaced ? ns : null, cancellation));
        objects.AddRange(await ComponentsAsync(api, cancellation));
        var nodes = (await ListAsync(api, Kinds.Nodes, null, cancellation)).Select(node => new SandboxNode(node.Key.Name, Labels(node.Body))).ToList();
        return new(nodes, objects) { KubernetesVersion = await VersionAsync(api, cancellation) };
    }

    /// <summary>Without the words that distributions put after it.</summary>
    static async Task<string?> VersionAsync(KubernetesApi api, CancellationToken cancellation)
    {
        try
        {
            return (await api.VersionAsync(cancellation))?.Split('+')[0];
        }
        catch (ForbiddenException)
        {
            return null;
        }
    }

    /// <summary>The workloads whose versions decide which operations there are; of their pods the sandbox makes its own.</summary>
    static async Task<IReadOnlyList<CopiedObject>> ComponentsAsync(KubernetesApi api, CancellationToken cancellation)
    {
        var found = new List<CopiedObject>();
        foreach (var type in (ResourceType[])[Kinds.Deployments, Kinds.StatefulSets, Kinds.DaemonSets])
        {
            found.AddRange((await ListAsync(api, type, ComponentNamespace, cancellation)).Where(workload => ComponentNames.IsKnown(workload.Key.Name)));
        }

        var kruise = (await ListAsync(api, Kinds.DaemonSets, KruiseNamespace, cancellation)).Where(set => set.Key.Name == KruiseDaemon).ToList();
        if (kruise.Count > 0) found.Add(await NamespaceAsync(api, KruiseNamespace, cancellation));
        return [.. found, .. kruise];
    }

    static async Task<CopiedObject> NamespaceAsync(KubernetesApi api, string ns, CancellationToken cancellation)
    {
        try
        {
            return new(Kinds.Namespaces, await api.GetAsync(Kinds.Namespaces, ObjectKey.Cluster(ns), CopyJson.Default.JsonObject, cancellation));
        }
        catch (NotFoundException)
        {
            throw new CommandException(ExitCode.Error, $"namespace {ns} does not exist at {api.Server}");
        }
    }

    static async Task<IReadOnlyList<CopiedObject>> ListAsync(KubernetesApi api, ResourceType type, string? ns, CancellationToken cancellation) =>
        [.. (await api.ListAsync(type, ns, Selection.All, CopyJson.Default.JsonObject, cancellation)).Select(body => new CopiedObject(type, body))];

    static bool IsKnown(CopiedObject definition) => KnownGroups.Contains(TypeOf(definition).Group);

    /// <summary>The sandbox has our own definitions already, of this version of Slipway.</summary>
    static bool IsShipped(CopiedObject definition) => ShippedKinds.All.Any(kind => $"{kind.Type.Plural}.{kind.Type.Group}" == definition.Key.Name);

    /// <summary>The kind a definition defines, in the version that is stored.</summary>
    static ResourceType TypeOf(CopiedObject definition)
    {
        var spec = definition.Body["spec"]!;
        var stored = spec["versions"]!.AsArray().First(version => version!["storage"]!.GetValue<bool>())!;
        return new(
            spec["group"]!.GetValue<string>(), stored["name"]!.GetValue<string>(), spec["names"]!["plural"]!.GetValue<string>(), spec["names"]!["kind"]!.GetValue<string>(),
            Namespaced: spec["scope"]!.GetValue<string>() == "Namespaced");
    }

    static Dictionary<string, string> Labels(JsonObject node) =>
        node["metadata"]?["labels"] is JsonObject labels ? labels.ToDictionary(label => label.Key, label => label.Value?.GetValue<string>() ?? "") : [];
}
