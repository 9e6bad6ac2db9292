using System.Text.Json;
using Slipway.Resources;

namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>The numbers of a Deployment's spec, as its controller resolves them.</summary>
sealed class DeploymentSpec(SelectingObject deployment)
{
    public JsonElement Json { get; } = deployment.Json;
    public int Replicas { get; } = deployment.Replicas;
    public JsonElement Template => Json.At("spec", "template");
    public bool IsPaused => Json.Flag("spec", "paused");
    public bool IsRecreate => Json.Text("spec", "strategy", "type") == "Recreate";
    public int MinReadySeconds => Json.Number("spec", "minReadySeconds") ?? 0;
    public int RevisionHistoryLimit => Json.Number("spec", "revisionHistoryLimit") ?? 10;

    /// <summary>Null: no deadline.</summary>
    public TimeSpan? ProgressDeadline => Json.Number("spec", "progressDeadlineSeconds") is { } seconds and < int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;

    public int MaxSurge => IsRecreate ? 0 : Share("maxSurge").RoundedUp(Replicas);

    /// <summary>Rounded down, but one if neither surge nor unavailability would let a rollout move; never more than the replicas.</summary>
    public int MaxUnavailable
    {
        get
        {
            if (IsRecreate || Replicas == 0) return 0;
            var allowed = Share("maxUnavailable").RoundedDown(Replicas);
            if (allowed == 0 && MaxSurge == 0) allowed = 1;
            return Math.Min(allowed, Replicas);
        }
    }

    IntOrPercent Share(string name) => Json.Share("spec", "strategy", "rollingUpdate", name) ?? IntOrPercent.Percent(25);
}
