using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.Collection;

/// <summary>What kube-controller-manager puts into every namespace: the service account <c>default</c> and the ConfigMap <c>kube-root-ca.crt</c>.</summary>
sealed class NamespaceContents
{
    static readonly (ResourceType Type, string Name)[] Everywhere =
    [
        (new("", "v1", "serviceaccounts", "ServiceAccount", Namespaced: true), "default"),
        (Kinds.ConfigMaps, "kube-root-ca.crt"),
    ];

    readonly ClusterView view;
    readonly KeyedLoop<string> loop;

    public NamespaceContents(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step);
        view.Namespaces.Changed += (old, seen) => { if (old is null && seen is not null) loop.Add(seen.Key.Name); };
        foreach (var (type, name) in Everywhere) view.Follow(type, change => Replace(change, name));
    }

    void Replace(ObjectChange change, string name)
    {
        if (change.New is null && change.Object.Key.Name == name) loop.Add(change.Object.Key.Namespace);
    }

    void Step(string ns)
    {
        if (view.Namespaces[ObjectKey.Cluster(ns)] is not { } found || found.Json.IsDeleting) return;
        foreach (var (type, name) in Everywhere)
        {
            if (view.Objects.Get(type, new(ns, name)) is null) view.Objects.Create(type, Body(ns, name, type));
        }
    }

    static JsonObject Body(string ns, string name, ResourceType type)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns } };
        if (type == Kinds.ConfigMaps) body["data"] = new JsonObject { ["ca.crt"] = "" };
        return body;
    }
}
