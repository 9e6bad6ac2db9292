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
            HeldByOthers = Held(ticket, others),
            UpdatedByOthers = others.SelectMany(GroupsOf).SelectMany(Updating).ToHashSet(),
            ScaledByOthers = Scaled(ticket, others),
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

    /// <summary>The pods that other tickets hold, each by the first of them.</summary>
    Dictionary<string, Holder> Held(OpsTicket ticket, IReadOnlyList<OpsTicket> others)
    {
        Dictionary<string, Holder> held = [];
        foreach (var other in others.Where(other => Precedes(other, ticket)))
        {
            var holder = new Holder(other.Key.Name, other.Status!.Phase!.Value);
            foreach (var pod in GroupsOf(other).SelectMany(group => group.Spec.Pods)) held.TryAdd(pod.Uid, holder);
        }

        return held;
    }

    /// <summary>The workloads that other tickets scale in, or have just decided to.</summary>
    Dictionary<string, string> Scaled(OpsTicket ticket, IReadOnlyList<OpsTicket> others)
    {
        Dictionary<string, string> scaled = [];
        foreach (var other in others)
        {
            foreach (var scaleIn in GroupsOf(other).SelectMany(group => group.Status?.ScaleIns ?? [])) scaled.TryAdd(scaleIn.WorkloadUid, other.Key.Name);
        }

        foreach (var (workload, other) in memory.ClaimedByOthers(ticket)) scaled.TryAdd(workload, other);
        return scaled;
    }

    static IEnumerable<string> Updating(OpsTicketGroup group) =>
        group.Spec.Pods.Zip(group.Status?.Pods ?? [])
            .Where(pod => pod.Second.State == PodState.Updating)
            .SelectMany(pod => new[] { pod.First.Uid, pod.Second.Replacement?.Uid })
            .OfType<string>();

    Dictionary<string, PodSeen> NamedPods(OpsTicket ticket)
    {
        if (TicketDecision.IsActive(ticket.Status?.Phase)) return [];
        return ticket.Spec.Targets.SelectMany(target => target.Pods ?? []).Distinct()
            .Select(name => view.Pods.Get(new ObjectKey(ticket.Key.Namespace, name))).OfType<Pod>()
            .ToDictionary(pod => pod.Name, pod => new PodSeen(pod, view.UnitOf(pod), view.WorkloadOf(pod)));
    }

    /// <summary>The budgets that cover a pod of these services, each with every pod it covers, of whatever service.</summary>
    IReadOnlyList<BudgetSeen> Budgets(string ns, IEnumerable<ServiceSeen> services)
    {
        var budgets = view.BudgetsByNamespace.Get(ns);
        if (budgets.Count == 0) return [];
        var labels = services.SelectMany(service => service.Pods).Select(pod => pod.Pod.Labels).Distinct().ToList();
        return
        [
            .. budgets.Where(budget => labels.Any(budget.Covers))
                .Select(budget => new BudgetSeen(budget, [.. view.PodsByNamespace.Get(ns).Where(pod => !pod.Finished && budget.Covers(pod.Labels))])),
        ];
    }

    Dictionary<string, RecreateRequestSeen> RecreateRequests(OpsTicket ticket) =>
        view.RequestsByTicket.Get(ticket.Uid).ToDictionary(request => request.Key.Name, request => request.Seen);
}
