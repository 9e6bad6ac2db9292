using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Applications;

/// <summary>The balancer before a service, and what of it each deployment unit is behind.</summary>
[Cel("self.provider != 'alibaba-cloud' || self.backends.all(b, has(b.service))", "every backend of provider alibaba-cloud names a service")]
[Cel("self.provider != 'gateway-api' || self.backends.all(b, has(b.route))", "every backend of provider gateway-api names a route")]
[Cel("self.provider != 'haproxy' || has(self.endpoint)", "provider haproxy needs an endpoint")]
[Cel("self.provider != 'haproxy' || self.backends.all(b, has(b.haproxy))", "every backend of provider haproxy names a haproxy server")]
public sealed record ServiceTraffic
{
    [Description("What balances the service's traffic.")]
    public required TrafficProvider Provider { get; init; }

    [StringLength(63, MinimumLength = 1), Description("haproxy: the endpoint's name, as the controller was told with --haproxy NAME=ADDRESS.")]
    public string? Endpoint { get; init; }

    [Description("Where each deployment unit stands behind the balancer.")]
    [Items(100, 1, Key = "unit")]
    public required IReadOnlyList<UnitBackend> Backends { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<TrafficProvider>))]
public enum TrafficProvider
{
    [JsonStringEnumMemberName("alibaba-cloud")]
    AlibabaCloud,
    [JsonStringEnumMemberName("gateway-api")]
    GatewayApi,
    [JsonStringEnumMemberName("haproxy")]
    HAProxy,
}

/// <summary>One deployment unit's place behind the balancer.</summary>
[Cel("[has(self.service), has(self.route), has(self.haproxy)].filter(x, x).size() == 1", "give one of service, route and haproxy")]
public sealed record UnitBackend
{
    [StringLength(63, MinimumLength = 1)]
    public required string Unit { get; init; }

    [StringLength(253, MinimumLength = 1), Description("alibaba-cloud: the Service of type LoadBalancer that selects the unit's pods.")]
    public string? Service { get; init; }

    [Description("gateway-api: the route and the backend in it that lead to the unit's pods.")]
    public RouteBackend? Route { get; init; }

    [Description("haproxy: the server that stands for the unit's pods.")]
    public HAProxyServer? Haproxy { get; init; }
}

/// <summary>A backend reference of a Gateway API route.</summary>
public sealed record RouteBackend
{
    public required RouteKind Kind { get; init; }

    [StringLength(253, MinimumLength = 1)]
    public required string Name { get; init; }

    [StringLength(253, MinimumLength = 1), Description("The Service that the route's backendRefs name.")]
    public required string Service { get; init; }

    [StringLength(63), Description("The Service's namespace; absent means the route's.")]
    public string? Namespace { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<RouteKind>))]
public enum RouteKind { HTTPRoute, GRPCRoute }

/// <summary>A server of an HAProxy backend, as the runtime API names it.</summary>
public sealed record HAProxyServer
{
    [StringLength(253, MinimumLength = 1)]
    public required string Backend { get; init; }

    [StringLength(253, MinimumLength = 1), Description("The unit's server, or what the names of its servers begin with before a number: gz00a- for gz00a-1, gz00a-2.")]
    public required string Server { get; init; }
}
