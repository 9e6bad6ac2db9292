using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic;

/// <summary>Gathers, from the stores, what a decision about traffic looks at.</summary>
sealed class TrafficObserver(ClusterView view, Balancers balancers)
{
    public TrafficSeen Observe(OpsTicket ticket, IReadOnlyCollection<ServiceSeen> services, IReadOnlyList<OpsTicket> others)
    {
        if (ticket.Spec.Operation == Operation.ShiftTraffic) return OfShift(services, others);
        if (ticket.Spec.Operation != Operation.RemoveTraffic && !ticket.Spec.DrainsFirst()) return TrafficSeen.None;
        var ns = ticket.Key.Namespace;
        return new()
        {
            Services = [.. view.ServicesByNamespace.Get(ns).OrderBy(service => service.Key.Name, StringComparer.Ordinal).Select(Routed)],
            Balancers = services.Select(service => (service.Name, IsAsked: balancers.TryLookAtPods(service, out var seen), Seen: seen)).Where(service => service.IsAsked)
                .ToDictionary(service => service.Name, service => service.Seen),
            OwnerSelectors = services.SelectMany(service => service.Pods).Select(pod => pod.Pod.Controller).OfType<Owner>().Distinct()
                .Select(owner => (owner.Uid, Selector: SelectorOf(ns, owner))).Where(owner => owner.Selector is not null)
                .ToDictionary(owner => owner.Uid, owner => owner.Selector!),
        };
    }

    TrafficSeen OfShift(IReadOnlyCollection<ServiceSeen> services, IReadOnlyList<OpsTicket> others) => new()
    {
        Weights = services.Select(service => (service.Name, Weights: balancers.Look(service))).Where(service => service.Weights is not null)
            .ToDictionary(service => service.Name, service => service.Weights!),
        ShiftedByOthers = others.Where(other => other.Spec.Operation == Operation.ShiftTraffic)
            .SelectMany(other => other.Spec.Targets.Select(target => (target.Service, other.Key.Name)))
            .DistinctBy(other => other.Service).ToDictionary(other => other.Service, other => other.Name),
    };

    RoutedService Routed(Service service)
    {
        var endpoints = new Dictionary<PackedUid, bool>();
        foreach (var endpoint in view.SlicesByService.Get(ClusterView.ServiceKey(service.Key.Namespace, service.Key.Name)).SelectMany(slice => slice.Endpoints))
        {
            // An endpoint that moves between slices may be in two for a moment: it takes traffic as long as one says so.
            endpoints[endpoint.Pod] = endpoint.TakesTraffic || endpoints.GetValueOrDefault(endpoint.Pod);
        }

        return new() { Name = service.Key.Name, Selector = service.Selector, PublishesNotReady = service.PublishesNotReady, Endpoints = endpoints };
    }

    LabelSelector? SelectorOf(string ns, Owner owner)
    {
        var found = owner.Kind switch
        {
            "ReplicaSet" => view.ReplicaSets.Get(new(ns, owner.Name)),
            "StatefulSet" => view.StatefulSets.Get(new(ns, owner.Name)),
            _ => null,
        };
        return found?.Uid == owner.Uid ? found.Selector : null;
    }
}
