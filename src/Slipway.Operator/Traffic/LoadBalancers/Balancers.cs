using System.Diagnostics;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>The balancer of each application service, by its provider.</summary>
sealed class Balancers(ClusterView view, KubernetesApi api)
{
    readonly AlibabaCloud _alibaba = new(view, api, new());
    readonly GatewayApi _gateway = new(view, api, new());

    /// <summary>The weights of a service; null where it has no balancer.</summary>
    public WeightsSeen? Look(ServiceSeen service) =>
        service.Application is { Spec.Traffic: { } traffic } application ? Of(traffic.Provider)?.Look(application, service.Pods) ?? NotServed(traffic.Provider) : null;

    public async Task CarryOutAsync(string ns, TicketChange change, CancellationToken cancellation)
    {
        switch (change)
        {
            case TicketChange.SetWeights set when Find(ns, set.Service) is var (service, balancer):
                await balancer.SetAsync(service.Application!, set.Writes, cancellation);
                break;
            case TicketChange.AskBalancer ask when Find(ns, ask.Service) is var (service, balancer):
                await balancer.AskAsync(service.Application!, service.Pods, cancellation);
                break;
        }
    }

    (ServiceSeen Service, ILoadBalancer Balancer)? Find(string ns, string name) =>
        view.Service(ns, name) is { Application.Spec.Traffic: { } traffic } service && Of(traffic.Provider) is { } balancer ? (service, balancer) : null;

    ILoadBalancer? Of(TrafficProvider provider) => provider switch
    {
        TrafficProvider.AlibabaCloud => _alibaba,
        TrafficProvider.GatewayApi => _gateway,
        TrafficProvider.HAProxy => null,
        _ => throw new UnreachableException(),
    };

    static WeightsSeen NotServed(TrafficProvider provider) => new() { Provider = $"{provider}", Troubles = [$"Traffic provider {provider} is not available in this version of Slipway"] };
}
