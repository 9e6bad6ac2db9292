using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.EndpointSlices;

/// <summary>Writes the EndpointSlices of Services with a selector; an endpoint stays in the slice it is in.</summary>
sealed class EndpointSliceController
{
    public const string ServiceLabel = "kubernetes.io/service-name";
    const string managedByLabel = "endpointslice.kubernetes.io/managed-by";
    const string managedBy = "endpointslice-controller.k8s.io";

    // --max-endpoints-per-slice of kube-controller-manager.
    const int mostEndpoints = 100;

    readonly ClusterView view;
    readonly KeyedLoop<ObjectKey> loop;
    readonly MirrorIndex<SelectingObject> servicesByNamespace;
    readonly MirrorIndex<SelectingObject> slicesByService;

    public EndpointSliceController(ClusterView view)
    {
        this.view = view;
        loop = new(view, Step) { Spacing = TimeSpan.FromMilliseconds(100) };
        servicesByNamespace = view.Services.IndexBy(service => [service.Key.Namespace]);
        slicesByService = view.EndpointSlices.IndexBy(slice => IsOurs(slice) ? [ServiceOf(slice).ToString()] : []);
        view.Services.Changed += (old, seen) => loop.Add((seen ?? old)!.Key);
        view.EndpointSlices.Changed += (old, seen) => AddServiceOf((seen ?? old)!);
        view.Pods.Changed += PodChanged;
    }

    void PodChanged(PodFacts? old, PodFacts? seen)
    {
        var ns = (seen ?? old)!.Key.Namespace;
        foreach (var service in servicesByNamespace[ns])
        {
            if ((old is not null && service.Selects(ns, old.Labels)) || (seen is not null && service.Selects(ns, seen.Labels))) loop.AddSpaced(service.Key);
        }
    }

    void AddServiceOf(SelectingObject slice)
    {
        if (IsOurs(slice)) loop.AddSpaced(ServiceOf(slice));
    }

    static bool IsOurs(SelectingObject slice) => slice.Stored.Labels.GetValueOrDefault(managedByLabel) == managedBy;

    static ObjectKey ServiceOf(SelectingObject slice) => new(slice.Key.Namespace, slice.Stored.Labels.GetValueOrDefault(ServiceLabel) ?? "");

    void Step(ObjectKey key)
    {
        // Slices of a Service that is gone are the garbage collector's.
        if (view.Services[key] is not { IsDeleting: false, Selector: { } selector } service || service.Json.Text("spec", "type") == "ExternalName") return;
        var wanted = ServiceEndpoints.Of(service, view.Pods.Selected(key.Namespace, selector));
        var slices = slicesByService[key.ToString()].Where(slice => !slice.IsDeleting).OrderBy(slice => slice.Key.Name, StringComparer.Ordinal).ToLookup(slice => ServiceEndpoints.Signature(slice.Json.CopyArray("ports")));
        foreach (var (signature, group) in wanted) Place(service, group, [.. slices[signature]]);
        foreach (var unused in slices.Where(group => !wanted.ContainsKey(group.Key)).SelectMany(group => group)) Delete(unused);
    }

    void Place(SelectingObject service, EndpointGroup group, SelectingObject[] slices)
    {
        var unplaced = group.Endpoints.ToDictionary(endpoint => ServiceEndpoints.TargetUid(endpoint)!);
        var kept = slices.ToDictionary(slice => slice, slice => Kept(slice, unplaced));
        foreach (var (slice, contents) in kept)
        {
            Fill(contents, unplaced);
            if (contents.Count == 0 && group.Endpoints.Count > 0) Delete(slice);
            else Write(service, slice, contents);
        }
        if (slices.Length == 0 || unplaced.Count > 0) CreateFor(service, group, unplaced);
    }

    void CreateFor(SelectingObject service, EndpointGroup group, Dictionary<string, JsonObject> unplaced)
    {
        do
        {
            List<JsonObject> contents = [];
            Fill(contents, unplaced);
            view.Objects.Create(Kinds.EndpointSlices, NewSlice(service, (JsonArray)group.Ports.DeepClone(), contents));
        }
        while (unplaced.Count > 0);
    }

    static List<JsonObject> Kept(SelectingObject slice, Dictionary<string, JsonObject> unplaced)
    {
        List<JsonObject> kept = [];
        foreach (var endpoint in slice.Json.Items("endpoints"))
        {
            if (endpoint.Text("targetRef", "uid") is { } uid && unplaced.Remove(uid, out var seen)) kept.Add(seen);
        }
        return kept;
    }

    static void Fill(List<JsonObject> contents, Dictionary<string, JsonObject> unplaced)
    {
        foreach (var (uid, endpoint) in unplaced.Take(mostEndpoints - contents.Count).ToArray())
        {
            contents.Add(endpoint);
            unplaced.Remove(uid);
        }
    }

    void Write(SelectingObject service, SelectingObject slice, List<JsonObject> contents)
    {
        var endpoints = new JsonArray([.. contents]);
        var copy = slice.Stored.Copy();
        var isSame = slice.Json.At("endpoints").Says(endpoints);
        copy["endpoints"] = endpoints;
        if (!isSame || slice.Controller?.Uid != service.Uid) view.Objects.Update(Kinds.EndpointSlices, Owned(copy, service));
    }

    void Delete(SelectingObject slice) => view.Objects.Delete(Kinds.EndpointSlices, slice.Key, slice.Uid);

    static JsonObject NewSlice(SelectingObject service, JsonArray ports, List<JsonObject> contents) => Owned(new()
    {
        ["apiVersion"] = Kinds.EndpointSlices.ApiVersion,
        ["kind"] = Kinds.EndpointSlices.Kind,
        ["metadata"] = new JsonObject
        {
            ["generateName"] = $"{service.Key.Name}-",
            ["namespace"] = service.Key.Namespace,
            ["labels"] = new JsonObject { [ServiceLabel] = service.Key.Name, [managedByLabel] = managedBy },
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. contents]),
        ["ports"] = ports,
    }, service);

    static JsonObject Owned(JsonObject slice, SelectingObject service)
    {
        slice.Child("metadata")["ownerReferences"] = new JsonArray(Ownership.ReferenceTo(service.Stored));
        return slice;
    }
}
