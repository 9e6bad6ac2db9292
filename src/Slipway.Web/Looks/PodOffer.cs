using Slipway.Tickets;
using Slipway.Workloads;

namespace Slipway.Web.Looks;

/// <summary>A pod that can be put into a ticket, or cannot and why.</summary>
public sealed record PodOffer(PodSeen Seen, string? Service, string? WhyNot)
{
    public string Name => Seen.Pod.Name;

    /// <summary>Ready, or what keeps it from being so.</summary>
    public string State => Seen.Pod.Available ? "Ready" : PodTrouble.Of(Seen.Pod);

    /// <summary>Every pod of a namespace, as the ticket's own checks would see it.</summary>
    /// <param name="pods">Every pod of the namespace.</param>
    /// <param name="seen">An observation whose ticket targets every service of the namespace.</param>
    public static IReadOnlyList<PodOffer> Of(IReadOnlyList<PodSeen> pods, TicketObservation seen)
    {
        var services = seen.Services.Values.SelectMany(service => service.Pods.Select(pod => (pod.Pod.Uid, service))).ToLookup(pod => pod.Uid, pod => pod.service);
        return [.. pods.Select(pod => Offer(pod, services[pod.Pod.Uid].FirstOrDefault(), seen))];
    }

    static PodOffer Offer(PodSeen pod, ServiceSeen? service, TicketObservation seen) => new(pod, service?.Name, service switch
    {
        null when pod.Pod.Mirror => $"Pod {pod.Pod.Name} is a static pod of node {pod.Pod.Node}",
        null when pod.Pod.Controller is { } owner => $"Pod {pod.Pod.Name} belongs to {owner.Kind} {owner.Name}, which is no application service",
        null => $"Pod {pod.Pod.Name} belongs to no workload; nothing would bring it back",
        { Trouble: { } trouble } => trouble,
        { Workload: null } => $"Service {service.Name} is ambiguous: {string.Join(" and ", service.Workloads)} have that name",
        _ when TargetPods.Unfit(pod.Pod) is { } unfit => unfit,
        { Workload.Rollout: { } rollout } => $"{service.Workload} is in the middle of its own rollout ({rollout})",
        _ when seen.HeldByOthers.TryGetValue(pod.Pod.Uid, out var holder) => $"Ticket {holder.Ticket} holds it ({holder.Phase})",
        _ => null,
    });
}

/// <summary>Which of the offered pods are shown.</summary>
public sealed record PodFilter(string? Service = null, string? Unit = null, string? Node = null, string? State = null, string? Search = null, string? Numbers = null)
{
    public const string Ready = "ready";
    public const string NotReady = "not-ready";

    public IEnumerable<PodOffer> Of(IEnumerable<PodOffer> offers)
    {
        var isReadable = NumberRanges.TryParse(Numbers, out var numbers);
        return isReadable ? offers.Where(offer => Matches(offer, numbers)) : [];
    }

    bool Matches(PodOffer offer, NumberRanges numbers) =>
        (string.IsNullOrEmpty(Service) || offer.Service == Service)
        && (string.IsNullOrEmpty(Unit) || offer.Seen.Unit == Unit)
        && (string.IsNullOrEmpty(Node) || offer.Seen.Pod.Node == Node)
        && (string.IsNullOrEmpty(State) || offer.Seen.Pod.Available == (State == Ready))
        && (string.IsNullOrWhiteSpace(Search) || offer.Name.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase))
        && numbers.Has(offer.Name);
}
