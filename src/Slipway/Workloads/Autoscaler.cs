using Slipway.Resources;

namespace Slipway.Workloads;

/// <summary>A HorizontalPodAutoscaler: something else that decides how many replicas a workload has.</summary>
public sealed record Autoscaler : IProjected
{
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required string ResourceVersion { get; init; }
    public required ScaleTarget Target { get; init; }
    public int Least { get; init; } = 1;
    public int Most { get; init; }

    /// <summary>Its condition ScalingActive is False: it computes nothing, for want of metrics or because replicas are 0.</summary>
    public bool IsIdle { get; init; }

    /// <summary><c>behavior.scaleUp.selectPolicy: Disabled</c>: it never adds replicas.</summary>
    public bool NeverAdds { get; init; }

    /// <summary>Why lowering a workload to these replicas would not last; null when it would.</summary>
    public string? Undoes(Workload workload, int replicas) => this switch
    {
        _ when !Target.Is(workload) => null,
        { Least: var least } when least > replicas
            => $"HorizontalPodAutoscaler {Key.Name} keeps {workload} at {least} replicas or more, and {replicas} would be left; lower its minReplicas first",
        { IsIdle: false, NeverAdds: false }
            => $"HorizontalPodAutoscaler {Key.Name} scales {workload} between {Least} and {Most} replicas and may add again what is scaled in; set its behavior.scaleUp.selectPolicy to Disabled, or remove it, for the time being",
        _ => null,
    };
}

/// <summary>OpenKruise's WorkloadSpread: it writes the deletion cost of all pods of its workload, again and again.</summary>
public sealed record WorkloadSpread : IProjected
{
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required string ResourceVersion { get; init; }
    public required ScaleTarget Target { get; init; }
}

/// <summary>The workload that another object names.</summary>
public sealed record ScaleTarget(string ApiVersion, string Kind, string Name)
{
    public bool Is(Workload workload) => Name == workload.Name && Kind == workload.Kind && ApiVersion.Split('/')[0] == workload.Group;
}
