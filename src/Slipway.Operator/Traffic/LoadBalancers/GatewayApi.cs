using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>
/// Weights of an HTTPRoute's or GRPCRoute's backendRefs. A backend's weight is its unit's total: pod weight × ready pods; once a ticket
/// has set it, it follows the number of ready pods (<see cref="ShareKeeper"/>).
/// </summary>
sealed class GatewayApi(ClusterView view, KubernetesApi api, WrittenVersions written) : ILoadBalancer
{
    /// <summary>The weight of a backendRef that gives none (Gateway API, BackendRef).</summary>
    const int DefaultWeight = 1;

    public WeightsSeen Look(ApplicationService service, IReadOnlyList<PodSeen> pods)
    {
        var troubles = new List<string>();
        var unseen = false;
        var units = new List<UnitWeightSeen>();
        foreach (var backend in service.Spec.Traffic!.Backends)
        {
            var wanted = backend.Route!;
            var label = $"{wanted.Kind} {wanted.Name}";
            if (RouteOf(service, wanted) is not { } route)
            {
                troubles.Add($"{label}, the route of unit {backend.Unit}, does not exist in namespace {service.Key.Namespace}");
                continue;
            }

            unseen |= written.IsUnseen(route);
            var refs = RefsOf(route, service, wanted).ToList();
            if (refs.Count == 0)
            {
                troubles.Add($"{label} has no backendRef to Service {wanted.Service}, the backend of unit {backend.Unit}");
                continue;
            }

            if (route.Parents.FirstOrDefault(parent => parent.IsRefused) is { } refused) troubles.Add($"{label} is not accepted by {refused.Name}: {refused.Why}");
            var kept = PodWeights.Of(route);
            var replicas = pods.Count(pod => pod.Unit == backend.Unit && pod.Pod.Available);
            units.Add(new()
            {
                Unit = backend.Unit,
                Backend = $"{label} backend {wanted.Service}",
                Setting = string.Join(',', refs.Select(one => one.Weight?.ToString(CultureInfo.InvariantCulture) ?? "")),
                Default = DefaultWeight,
                Factor = Math.Max(1, replicas),
                IsTotal = true,
                Kept = refs.Select(one => kept.Of(one, route)).Distinct().ToList() is [{ } podWeight] ? podWeight : null,
                Replicas = replicas,
                IsInForce = route.IsInForce,
                NotInForce = route.NotInForce,
                WrittenBy = route.WrittenBy,
            });
        }

        return new() { Provider = "gateway-api", IsUnread = unseen, Units = units, Troubles = [.. troubles.Distinct()] };
    }

    /// <summary>One patch a route, whatever the number of backends: each weight is written only beside the name it was seen with.</summary>
    public async Task SetAsync(ApplicationService service, IReadOnlyList<WeightWrite> writes, CancellationToken cancellation)
    {
        var byRoute = writes.Select(write => (Write: write, Route: service.Spec.Traffic!.Backends.First(backend => backend.Unit == write.Unit).Route!))
            .GroupBy(write => (write.Route.Kind, write.Route.Name));
        foreach (var group in byRoute)
        {
            if (RouteOf(service, group.First().Route) is not { } route) continue;
            var patch = new JsonArray(Operation("test", "/metadata/uid", JsonValue.Create(route.Uid)));
            var kept = PodWeights.Of(route);
            foreach (var (write, wanted) in group)
            {
                foreach (var (at, setting) in RefsOf(route, service, wanted).Zip(write.To.Split(',')))
                {
                    patch.Add((JsonNode)Operation("test", $"{at.Path}/name", JsonValue.Create(wanted.Service)));
                    if (at.Weight is { } weight) patch.Add((JsonNode)Operation("test", $"{at.Path}/weight", JsonValue.Create(weight)));
                    kept = kept.With(at, route, write.Kept is { } podWeight ? new(podWeight, int.Parse(setting, CultureInfo.InvariantCulture)) : null);
                    patch.Add((JsonNode)(setting.Length > 0
                        ? Operation("add", $"{at.Path}/weight", JsonValue.Create(int.Parse(setting, CultureInfo.InvariantCulture)))
                        : new JsonObject { ["op"] = "remove", ["path"] = $"{at.Path}/weight" }));
                }
            }

            foreach (var operation in kept.Patch(route)) patch.Add((JsonNode)operation);
            written.Wrote(route, (await api.PatchAsync(TypeOf(group.Key.Kind), route.Key, Patch.Json(patch.ToJsonString()), null, cancellation)).ResourceVersion);
        }
    }

    Route? RouteOf(ApplicationService service, RouteBackend wanted) =>
        StoreOf(wanted.Kind).Get(new(service.Key.Namespace, wanted.Name));

    Store<Route> StoreOf(RouteKind kind) => kind == RouteKind.HTTPRoute ? view.HttpRoutes : view.GrpcRoutes;

    static ResourceType TypeOf(RouteKind kind) => kind == RouteKind.HTTPRoute ? Kinds.HttpRoutes : Kinds.GrpcRoutes;

    /// <summary>By group, kind, namespace and name: a ref to something else of the same name is not ours.</summary>
    static IEnumerable<RouteRef> RefsOf(Route route, ApplicationService service, RouteBackend wanted) =>
        route.Refs.Where(one => one.Group.Length == 0 && one.Kind == "Service" && one.Name == wanted.Service && (one.Namespace ?? route.Key.Namespace) == (wanted.Namespace ?? service.Key.Namespace));

    static JsonObject Operation(string op, string path, JsonNode value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
