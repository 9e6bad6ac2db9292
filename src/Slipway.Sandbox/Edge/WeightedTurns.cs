using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Slipway.Sandbox.Edge;

/// <summary>Smooth weighted round robin: each destination gets its share of every stretch of requests, spread out.</summary>
sealed class WeightedTurns : ILoadBalancingPolicy
{
    public const string Weight = "weight";

    readonly ConditionalWeakTable<ClusterState, Dictionary<string, double>> _credits = [];
    readonly Lock _lock = new();

    public string Name => nameof(WeightedTurns);

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        lock (_lock)
        {
            var credits = _credits.GetOrCreateValue(cluster);
            DestinationState? best = null;
            var (most, total) = (0.0, 0.0);
            foreach (var destination in availableDestinations)
            {
                var weight = WeightOf(destination);
                if (weight <= 0) continue;
                total += weight;
                var credit = credits[destination.DestinationId] = credits.GetValueOrDefault(destination.DestinationId) + weight;
                if (best is null || credit > most) (best, most) = (destination, credit);
            }

            if (best is not null) credits[best.DestinationId] -= total;
            return best;
        }
    }

    static double WeightOf(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata && metadata.TryGetValue(Weight, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
}
