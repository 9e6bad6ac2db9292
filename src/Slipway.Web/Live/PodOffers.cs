using Slipway.Operator;
using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Web.Live;

/// <summary>What a namespace offers to a ticket.</summary>
static class PodOffers
{
    public static IReadOnlyList<PodOffer> In(LiveCluster cluster, string ns)
    {
        var everything = new OpsTicket
        {
            Metadata = new() { Namespace = ns },
            Spec = new() { Title = "", Operation = Operation.Restart, Targets = [.. cluster.Services(ns).Select(service => new TicketTarget { Service = service.Name, All = true })] },
        };
        return PodOffer.Of(cluster.Pods(ns), cluster.Observe(everything));
    }
}
