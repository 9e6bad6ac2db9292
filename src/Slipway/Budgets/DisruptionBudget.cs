using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Budgets;

/// <summary>A PodDisruptionBudget as far as decisions look (Kubernetes <c>policy/v1</c>).</summary>
public sealed record DisruptionBudget : IProjected
{
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required string ResourceVersion { get; init; }

    /// <summary>Null selects no pod, an empty one every pod of the namespace.</summary>
    public LabelSelector? Selector { get; init; }

    public long Generation { get; init; }
    public long ObservedGeneration { get; init; }
    public int DisruptionsAllowed { get; init; }
    public int DesiredHealthy { get; init; }

    /// <summary>Pods that the controllers of the covered pods ask for.</summary>
    public int Expected { get; init; }

    public IntOrPercent? MinAvailable { get; init; }
    public IntOrPercent? MaxUnavailable { get; init; }

    /// <summary><c>unhealthyPodEvictionPolicy: AlwaysAllow</c>.</summary>
    public bool UnhealthyMayAlwaysGo { get; init; }

    public string Name => Key.Name;

    /// <summary>Healthy pods needed when the workloads ask for fewer pods than now: percentages are taken of what they ask for then.</summary>
    public int DesiredHealthyWith(int fewer) => (MinAvailable, MaxUnavailable) switch
    {
        ({ } least, _) => least.RoundedUp(Math.Max(0, Expected - fewer)),
        (_, { } most) => Math.Max(0, Expected - fewer - most.RoundedUp(Math.Max(0, Expected - fewer))),
        _ => DesiredHealthy,
    };

    public bool Covers(IReadOnlyDictionary<string, string> labels) => Selector?.Matches(labels) ?? false;
}

/// <summary>A budget and every pod of the namespace it covers.</summary>
public sealed record BudgetSeen(DisruptionBudget Budget, IReadOnlyList<Pod> Pods);
