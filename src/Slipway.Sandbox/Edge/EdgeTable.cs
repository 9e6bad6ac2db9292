using System.Globalization;
using System.Text.Json;
using Slipway.Sandbox.Storage;
using Slipway.Sandbox.Workloads;

namespace Slipway.Sandbox.Edge;

/// <summary>One pod behind a balancer, and its weight there.</summary>
public sealed record EdgeBackend(string Pod, string Address, int Port, double Weight);

/// <summary>One balancer of the make-believe cloud, and what is behind it.</summary>
public sealed record EdgeBalancer(string Name, IReadOnlyList<EdgeBackend> Backends);

/// <summary>What the cloud's controllers make of Services and routes. Pure.</summary>
static class EdgeTable
{
    const string Annotations = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-";
    const string Gate = "service.readiness.alibabacloud.com/";
    const int DefaultWeight = 100;

    /// <summary>The backends that each Service of type LoadBalancer asks for.</summary>
    public static IReadOnlyList<CloudWish> Wishes(IReadOnlyList<StoredObject> services, IReadOnlyList<StoredObject> slices, IReadOnlyList<StoredObject> pods)
    {
        var endpoints = BySlice(slices);
        var byUid = pods.ToDictionary(pod => pod.Uid, pod => pod.Json);
        return [.. services.Where(service => service.Json.Text("spec", "type") == "LoadBalancer").Select(service => Wish(service, endpoints[(service.Key.Namespace, service.Key.Name)], byUid))];
    }

    /// <summary>Each route is a balancer of its own.</summary>
    public static IReadOnlyList<EdgeBalancer> Routes(IReadOnlyList<StoredObject> routes, IReadOnlyList<StoredObject> slices, IReadOnlyList<StoredObject> pods)
    {
        var endpoints = BySlice(slices);
        var byUid = pods.ToDictionary(pod => pod.Uid, pod => pod.Json);
        return [.. routes.Select(route => new EdgeBalancer($"{route.Key.Namespace}-{route.Key.Name}", [.. Gateway(route, endpoints, byUid)]))];
    }

    static ILookup<(string, string), JsonElement> BySlice(IReadOnlyList<StoredObject> slices) =>
        slices.ToLookup(slice => (slice.Key.Namespace, slice.Labels.GetValueOrDefault("kubernetes.io/service-name") ?? ""), slice => slice.Json);

    static CloudWish Wish(StoredObject service, IEnumerable<JsonElement> slices, Dictionary<string, JsonElement> pods)
    {
        var weight = int.TryParse(Annotation(service, "default-weight"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : DefaultWeight;
        // A not-ready endpoint whose pod carries the cloud's own gate stays a backend while its containers are ready.
        var backends = Endpoints(slices, pods, pod => pod.Items("spec", "readinessGates").Any(gate => gate.Text("conditionType")?.StartsWith(Gate, StringComparison.Ordinal) == true) && pod.IsTrue("ContainersReady"));
        return new(service.Key, service.Uid, Annotation(service, "id") ?? $"{service.Key.Namespace}-{service.Key.Name}", [.. backends.Select(backend => backend with { Weight = weight })])
        {
            Port = service.Json.Items("spec", "ports").Select(port => port.Number("port")).FirstOrDefault() ?? 80,
            Group = Annotation(service, "vgroup-port")?.Split(':')[0],
            IsNetwork = service.Json.Text("spec", "loadBalancerClass") == "alibabacloud.com/nlb",
            IgnoresWeights = string.Equals(Annotation(service, "ignore-weight-update"), "on", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>A backendRef's weight is shared by its endpoints.</summary>
    static IEnumerable<EdgeBackend> Gateway(StoredObject route, ILookup<(string, string), JsonElement> slices, Dictionary<string, JsonElement> pods)
    {
        foreach (var backend in route.Json.Items("spec", "rules").SelectMany(rule => rule.Items("backendRefs")))
        {
            var found = Endpoints(slices[(backend.Text("namespace") ?? route.Key.Namespace, backend.Text("name") ?? "")], pods, _ => false).ToList();
            foreach (var endpoint in found) yield return endpoint with { Weight = (backend.Number("weight") ?? 1) / (double)found.Count };
        }
    }

    static IEnumerable<EdgeBackend> Endpoints(IEnumerable<JsonElement> slices, Dictionary<string, JsonElement> pods, Func<JsonElement, bool> keeps)
    {
        foreach (var slice in slices)
        {
            var port = slice.Items("ports").Select(port => port.Number("port")).FirstOrDefault() ?? 8080;
            foreach (var endpoint in slice.Items("endpoints"))
            {
                if (!pods.TryGetValue(endpoint.Text("targetRef", "uid") ?? "", out var pod) || endpoint.Flag("conditions", "terminating")) continue;
                if (endpoint.Flag("conditions", "ready") || keeps(pod)) yield return new(pod.Text("metadata", "name")!, endpoint.Items("addresses")[0].GetString()!, port, 0);
            }
        }
    }

    static string? Annotation(StoredObject service, string name) => service.Json.Text("metadata", "annotations", Annotations + name);
}
