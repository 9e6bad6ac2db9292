using Slipway.Budgets;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic;
using Slipway.Resources;
using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Operator.Tickets;

/// <summary>Gathers, from the stores, all that a decision about one ticket may look at.</summary>
sealed class TicketObserver(ClusterView view, TicketMemory memory, TrafficObserver traffic, TimeProvider time)
{
    public TicketObservation Observe(OpsTicket ticket)
    {
        var ns = ticket.Key.Namespace;
        var services = ticket.Spec.Targets.Select(target => target.Service).Distinct().ToDictionary(name => name, name => view.Service(ns, name));
        var others = Others(ticket, services.Values).ToList();
        return new()
        {
            Ticket = memory.Newest(ticket),
            Now = Now(),
            Groups = GroupsOf(ticket),
            Services = services,
            NamedPods = NamedPods(ticket),
            Policies = view.Policies.All(),
            Components = view.Components,
            Budgets = Budgets(ns, services.Values),
            HeldByOthers = others.Where(other => Precedes(other, ticket))
                .SelectMany(other => GroupsOf(other).SelectMany(group => group.Spec.Pods).Select(pod => (pod.Uid, Holder: new Holder(other.Key.Name, other.Status!.Phase!.Value))))
                .DistinctBy(held => held.Uid).ToDictionary(held => held.Uid, held => held.Holder),
            UpdatedByOthers = others.SelectMany(GroupsOf).SelectMany(Updating).ToHashSet(),
            ScaledByOthers = others.SelectMany(other => GroupsOf(other).SelectMany(Scaled).Select(workload => (workload, other.Key.Name))).Concat(memory.ClaimedByOthers(ticket))
                .DistinctBy(scaled => scaled.Item1).ToDictionary(scaled => scaled.Item1, scaled => scaled.Item2),
            Autoscalers = view.AutoscalersByNamespace.Get(ns),
            Spreads = view.SpreadsByNamespace.Get(ns),
            ActedOn = memory.ActedOn(view),
            Refusals = memory.Refusals(),
            Requester = memory.Requester(ticket),
            Traffic = traffic.Observe(ticket, services.Values, others),
            RecreateRequestsServed = view.RecreateRequestsServed,
            RecreateRequests = RecreateRequests(ticket),
        };
    }

    public IReadOnlyList<OpsTicketGroup> GroupsOf(OpsTicket ticket) =>
        [.. memory.Newest(ticket.Uid, view.GroupsByTicket.Get(ticket.Uid)).OrderBy(group => group.Spec.Number).ThenBy(group => group.Spec.Part)];

    /// <summary>Milliseconds are enough for people, and shorter in every stored record.</summary>
    DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    /// <summary>Published tickets that share a service with this one, by whatever name they call it.</summary>
    IEnumerable<OpsTicket> Others(OpsTicket ticket, IEnumerable<ServiceSeen> services) =>
        services.SelectMany(service => service.Workloads.SelectMany(view.ServiceNamesOf).Prepend(service.Name)).Distinct()
            .SelectMany(name => memory.Published(ticket.Key.Namespace, name).Concat(view.ActiveByService.Get(ClusterView.ServiceKey(ticket.Key.Namespace, name))))
            .Where(other => other.Uid != ticket.Uid)
            .DistinctBy(other => other.Uid)
            .Select(memory.Newest)
            .Where(other => TicketDecision.IsActive(other.Status?.Phase))
            .OrderBy(other => other.Key.Name, StringComparer.Ordinal);

    /// <summary>Of two published tickets the earlier one holds the pod; a ticket that is not published holds none.</summary>
    static bool Precedes(OpsTicket other, OpsTicket ticket) =>
        !TicketDecision.IsActive(ticket.Status?.Phase)
        || (other.Status!.StartedAt, other.Uid).CompareTo((ticket.Status!.StartedAt, ticket.Uid)) < 0;

    static IEnumerable<string> Updating(OpsTicketGroup group) =>
        group.Spec.Pods.Zip(group.Status?.Pods ?? [])
            .Where(pod => pod.Second.State == PodState.Updating)
            .SelectMany(pod => new[] { pod.First.Uid, pod.Second.Replacement?.Uid })
            .OfType<string>();

    static IEnumerable<string> Scaled(OpsTicketGroup group) => (group.Status?.ScaleIns ?? []).Select(scaleIn => scaleIn.WorkloadUid);

    Dictionary<string, PodSeen> NamedPods(OpsTicket ticket)
    {
        var names = TicketDecision.IsActive(ticket.Status?.Phase) ? [] : ticket.Spec.Targets.SelectMany(target => target.Pods ?? []).Distinct();
        return names.Select(name => view.Pods.Get(new ObjectKey(ticket.Key.Namespace, name))).OfType<Pod>()
            .ToDictionary(pod => pod.Name, pod => new PodSeen(pod, view.UnitOf(pod), view.WorkloadOf(pod)));
    }

    /// <summary>The budgets that cover a pod of these services, each with every pod it covers, of whatever service.</summary>
    IReadOnlyList<BudgetSeen> Budgets(string ns, IEnumerable<ServiceSeen> services)
    {
        var labels = services.SelectMany(service => service.Pods).Select(pod => pod.Pod.Labels).Distinct().ToList();
        return
        [
            .. view.BudgetsByNamespace.Get(ns).Where(budget => labels.Any(budget.Covers))
                .Select(budget => new BudgetSeen(budget, [.. view.PodsByNamespace.Get(ns).Where(pod => !pod.Finished && budget.Covers(pod.Labels))])),
        ];
    }

    Dictionary<string, RecreateRequestSeen> RecreateRequests(OpsTicket ticket) =>
        view.RequestsByTicket.Get(ticket.Uid).ToDictionary(request => request.Key.Name, request => request.Seen);
}
