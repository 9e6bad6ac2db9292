using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Collection;

/// <summary>Empties namespaces that are being deleted, then takes the <c>kubernetes</c> finalizer off them.</summary>
sealed class NamespaceController
{
    readonly ClusterView view;
    readonly ObjectGraph graph;
    readonly KeyedLoop<string> loop;

    public NamespaceController(ClusterView view, ObjectGraph graph)
    {
        this.view = view;
        this.graph = graph;
        loop = new(view, Step);
        view.Namespaces.Changed += (_, seen) => { if (seen?.Json.IsDeleting == true) loop.Add(seen.Key.Name); };
        graph.Changed += (old, seen) => Concerned((seen ?? old)!.Key.Namespace, seen);
    }

    void Concerned(string ns, GraphNode? seen)
    {
        if (ns.Length == 0 || view.Namespaces[ObjectKey.Cluster(ns)]?.Json.IsDeleting != true) return;
        if (seen is { IsDeleting: false } || !graph.InNamespace(ns).Any()) loop.Add(ns);
    }

    void Step(string name)
    {
        if (view.Namespaces[ObjectKey.Cluster(name)] is not { } ns || !ns.Json.IsDeleting) return;
        var left = graph.InNamespace(name).ToArray();
        foreach (var node in left.Where(node => !node.IsDeleting)) view.Objects.Delete(node.Type, node.Key, node.Uid);
        if (left.Length == 0 && ns.Json.Items("spec", "finalizers").Length > 0) Finish(ns);
    }

    void Finish(PlainObject ns)
    {
        var copy = ns.Stored.Copy();
        copy.Child("spec").Remove("finalizers");
        view.Objects.Update(Kinds.Namespaces, copy, "finalize");
    }
}
