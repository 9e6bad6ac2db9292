using System.Text.Json;
using Slipway.Budgets;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>All that a decision about one CafeDeployment may look at.</summary>
public sealed record CafeObservation
{
    public required CafeDeployment Cafe { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>The sets it controls, of whatever unit.</summary>
    public IReadOnlyList<PodSetSeen> Sets { get; init; } = [];

    /// <summary>Objects that have the name of one of its sets and are not controlled by it.</summary>
    public IReadOnlyList<PodSetSeen> Strangers { get; init; } = [];

    /// <summary>Its ControllerRevisions.</summary>
    public IReadOnlyList<TemplateRevision> Revisions { get; init; } = [];

    /// <summary>The namespace's other CafeDeployments.</summary>
    public IReadOnlyList<CafeDeployment> Others { get; init; } = [];

    /// <summary>Labels of the nodes of a deployment unit, where a DeploymentUnit says so.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> UnitNodes { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Disruption budgets that cover pods of it; needed where it evicts pods itself (podSetType ReplicaSet).</summary>
    public IReadOnlyList<BudgetSeen> Budgets { get; init; } = [];

    /// <summary>Pods acted on whose change is not visible yet.</summary>
    public IReadOnlySet<PackedUid> ActedOn { get; init; } = new HashSet<PackedUid>();

    /// <summary>Why no new revision may go out, in one sentence; null when it may.</summary>
    public string? Withheld { get; init; }

    /// <summary>The hash of the template it has now.</summary>
    public string Revision => field ??= TemplateRevision.HashOf(Cafe.Spec.Template);

    /// <summary>The recorded revision that pods stay at while a newer one is withheld; null when none is.</summary>
    public TemplateRevision? StaysAt => Withheld is not null && RolloutStep.Recorded(this) is { } recorded && recorded.Revision != Revision
        ? Revisions.FirstOrDefault(revision => revision.Hash == recorded.Revision)
        : null;

    /// <summary>Now, as precisely as people want to read it.</summary>
    public DateTimeOffset Second => Now.AddTicks(-(Now.Ticks % TimeSpan.TicksPerSecond));

    public int MinReadySeconds => Cafe.Spec.Strategy?.MinReadySeconds ?? 30;

    public PodSetType PodSetType => Cafe.Spec.PodSetType ?? CafeDeployments.PodSetType.InPlaceSet;

    public PodSetSeen? SetOf(string unit) => Sets.FirstOrDefault(set => set.Key.Name == PodSetNames.Of(Cafe.Key.Name, unit));

    /// <summary>The pods of a unit that are of a revision.</summary>
    public IEnumerable<SetPod> PodsAt(string unit, string revision) => SetOf(unit)?.PodsAt(revision) ?? [];

    public IReadOnlyDictionary<string, string> NodesOf(string unit) =>
        Cafe.Spec.Topology?.UnitType == UnitType.Cell && UnitNodes.TryGetValue(unit, out var labels) ? labels : UnitTemplate.NodesOf(Cafe.Spec.Topology?.UnitType, unit);

    public JsonElement TemplateOf(string unit, JsonElement template, string revision) => UnitTemplate.Of(Cafe.Spec.Selector, template, unit, revision, NodesOf(unit));
}

/// <summary>An InPlaceSet, ReplicaSet or StatefulSet that holds the pods of one unit.</summary>
public sealed record PodSetSeen
{
    public required string Kind { get; init; }
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required string ResourceVersion { get; init; }
    public Owner? Controller { get; init; }
    public bool Terminating { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = LabelSet.Empty;
    public int Replicas { get; init; }
    public int Partition { get; init; }
    public IReadOnlyList<int> Reserved { get; init; } = [];

    /// <summary>What it was last written from (<see cref="PodSetTarget.MadeFrom"/>).</summary>
    public string? MadeFrom { get; init; }

    /// <summary>StatefulSet: its own name for its newest template, once it has seen it; pods have it as their revision.</summary>
    public string? OwnRevision { get; init; }

    public IReadOnlyList<SetPod> Pods { get; init; } = [];

    /// <summary>Pods that count, of the revision this set was last written from if that is <paramref name="revision"/>.</summary>
    public IEnumerable<SetPod> PodsAt(string revision) => Pods.Where(pod => pod.IsActive && IsAt(pod, revision));

    public bool IsAt(SetPod pod, string revision) => Kind == "StatefulSet"
        ? MadeFrom?.StartsWith($"{revision}.", StringComparison.Ordinal) == true && OwnRevision is not null && pod.Revision == OwnRevision
        : pod.Revision == revision;
}
