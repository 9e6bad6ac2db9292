using System.Diagnostics;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Runtime.Api;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>The balancer of each application service, by its provider. Alibaba Cloud's own API is asked with an access key.</summary>
sealed class Balancers(ClusterView view, KubernetesApi api, IReadOnlyDictionary<string, string>? haproxies, TimeProvider time, AlibabaAccess? alibaba = null, HAProxyDial? dial = null)
{
    readonly AlibabaCloud _alibaba = new(view, api, new(), alibaba is null ? null : new CloudWeights(alibaba, time), haproxies is not null, time);
    readonly GatewayApi _gateway = new(view, api, new());

    readonly HAProxy _haproxy = new(haproxies, dial ?? HAProxyConversation.ConnectAsync, time);

    /// <summary>What a balancer that can be asked about pods says of a service's; false where there is none to ask.</summary>
    public bool TryLookAtPods(ServiceSeen service, out BalancerSeen? seen)
    {
        (var isAsked, seen) = service.Application switch
        {
            { Spec.Traffic.Provider: TrafficProvider.HAProxy } application => (true, _haproxy.LookAtPods(application)),
            { Spec.Traffic.Provider: TrafficProvider.AlibabaCloud } application when _alibaba.CanAsk => (true, _alibaba.LookAtPods(application)),
            _ => (false, null),
        };
        return isAsked;
    }

    /// <summary>The weights of a service; null where it has no balancer.</summary>
    public WeightsSeen? Look(ServiceSeen service) =>
        service.Application is { Spec.Traffic: { } traffic } application ? Of(traffic.Provider).Look(application, service.Pods) : null;

    /// <summary>Why no new revision of a workload may go out: the first unit of a service of it that is known to have weight 0.</summary>
    public string? Withholds(Workload workload) =>
        view.ServicesOf(workload).Where(service => service.Spec.Traffic is not null).Select(service => ZeroWeight.Of(service.Name, Look(view.Service(service.Key.Namespace, service.Name)))).FirstOrDefault(reason => reason is not null);

    /// <summary>A workload has balancers that no watch tells of.</summary>
    public bool MustAsk(Workload workload) => Silent(workload).Any();

    public async Task AskAsync(Workload workload, CancellationToken cancellation)
    {
        foreach (var service in Silent(workload)) await Of(service.Spec.Traffic!.Provider).AskAsync(service, cancellation);
    }

    IEnumerable<ApplicationService> Silent(Workload workload) => view.ServicesOf(workload).Where(service => service.Spec.Traffic?.Provider switch
    {
        TrafficProvider.HAProxy => true,
        TrafficProvider.AlibabaCloud => _alibaba.MustAsk(service),
        _ => false,
    });

    public async Task CarryOutAsync(string ns, TicketChange change, CancellationToken cancellation)
    {
        switch (change)
        {
            case TicketChange.SetWeights set when Find(ns, set.Service) is var (service, balancer):
                await balancer.SetAsync(service.Application!, set.Writes, cancellation);
                break;
            case TicketChange.AskBalancer ask when Find(ns, ask.Service) is var (service, balancer):
                await balancer.AskAsync(service.Application!, cancellation);
                break;
            case TicketChange.DrainBackend drain when view.Service(ns, drain.Service) is { Application: { Spec.Traffic.Provider: TrafficProvider.HAProxy } application }:
                await _haproxy.DrainAsync(application, drain.Address, drain.Drain, cancellation);
                break;
        }
    }

    (ServiceSeen Service, ILoadBalancer Balancer)? Find(string ns, string name) =>
        view.Service(ns, name) is { Application.Spec.Traffic: { } traffic } service ? (service, Of(traffic.Provider)) : null;

    ILoadBalancer Of(TrafficProvider provider) => provider switch
    {
        TrafficProvider.AlibabaCloud => _alibaba,
        TrafficProvider.GatewayApi => _gateway,
        TrafficProvider.HAProxy => _haproxy,
        _ => throw new UnreachableException(),
    };
}
